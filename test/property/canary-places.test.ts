import { PGlite } from "@electric-sql/pglite";
import * as nodeRs from "@node-rs/argon2";
import { createHandler, type HandlerOptions } from "porchlight/http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { siteverifyCaptcha } from "../../src/captcha/siteverify.js";
import { PorchlightError } from "../../src/errors.js";
import { type Argon2Options, argon2Hasher } from "../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../src/hasher/node-rs.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { consoleMailer } from "../../src/mailer/console.js";
import { nodemailerMailer } from "../../src/mailer/nodemailer.js";
import type { Mail, Sms } from "../../src/ports.js";
import { createRegistrar } from "../../src/registrar/registrar.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import type { PostgresClient, PostgresQueryable } from "../../src/sql/postgres-clients.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { testPorts } from "../../src/testing/index.js";
import { consoleTexter } from "../../src/texter/console.js";
import { describePostgres } from "../system/servers.js";
import { allOf, type Canary, leaksIn, textCanary } from "./canaries.js";
import { failures } from "./canary-failures.js";
import { from, keys, type Life, live, mail, openLife, password, pepper, personal, secrets } from "./canary-life.js";

const named = (names: readonly string[], canaries: readonly Canary[]) =>
  canaries.filter(({ name }) => names.includes(name));

/** What the life sends over HTTP: each verb, and what it takes. */
const site = "https://app.example";
const page = { password, confirmation: password, captcha: "captcha-response-hazel-lantern" };

interface Visit {
  readonly life: Life;
  readonly heard: { readonly verb: string; readonly told: string; readonly body: unknown }[];
}

/** A sign-up over HTTP, with mishaps; what each answer carries besides its ticket. */
async function visit(carrier: "cookie" | "body", life: Life): Promise<Visit> {
  const options: HandlerOptions = { caller: () => from, ticket: carrier };
  const handle = createHandler(life.registrar, options);
  const heard: Visit["heard"] = [];
  let ticket = "";
  const post = async (verb: string, given: object): Promise<void> => {
    const cookie = carrier === "cookie" && ticket !== "" ? { Cookie: `__Host-porchlight=${ticket}` } : {};
    const response = await handle(
      new Request(`${site}/registration/${verb}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", ...cookie },
        body: JSON.stringify(carrier === "body" && ticket !== "" ? { ticket, ...given } : given),
      }),
    );
    const body: unknown = JSON.parse(await response.text());
    const set = response.headers.getSetCookie().join();
    const inBody: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "ticket") : undefined;
    const sealed = /__Host-porchlight=([^;]+)/.exec(set)?.[1] ?? (typeof inBody === "string" ? inBody : undefined);
    if (sealed !== undefined) {
      ticket = sealed;
      life.made.push(textCanary("ticket", sealed));
    }
    const told = `${response.status} ${JSON.stringify([...response.headers])} ${JSON.stringify(body)}`;
    heard.push({ verb, body, told: sealed === undefined ? told : told.replaceAll(sealed, "") });
  };
  const { mailer } = life.ports;
  const letter = () => {
    const last = mailer.sent.findLast((sent) => sent.kind === "activation");
    const made = last?.kind === "activation" ? last : undefined;
    const token = made?.link?.split("#t=")[1] ?? "";
    if (made?.code !== undefined) life.made.push(textCanary("code", made.code), textCanary("link token", token));
    return { code: made?.code ?? "", token };
  };
  await post("start", { email: mail, ...page, confirmation: "magenta gondola eight ravens" });
  await post("start", { email: password, password: mail });
  await post("start", { email: mail, ...page, profile: { name: "Wilhelmina Thistledown" } });
  await life.registrar.deliver().catch(() => undefined);
  await post("confirm", { code: "0000000000" });
  await post("resend", {});
  await post("inspect", { token: letter().token });
  await post("activate", { token: letter().token, password: "ochre dirigible seven storks" });
  await post("activate", { token: `${letter().token}x` });
  await post("activate", { token: letter().token, password });
  await post("status", {});
  await post("sign-in", { identifier: mail, password });
  await post("sign-in", { identifier: password, password: mail });
  await post("disown", { token: letter().token });
  await post("nonsense", { password });
  return { life, heard };
}

const stepOf = (body: unknown): unknown => {
  const registration: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, "registration") : undefined;
  return typeof registration === "object" && registration !== null ? Reflect.get(registration, "step") : undefined;
};

describe("over HTTP", () => {
  let printed: unknown[] = [];
  beforeEach(() => {
    printed = [];
    vi.spyOn(console, "error").mockImplementation((...given) => void printed.push(...given));
  });
  afterEach(() => void vi.restoreAllMocks());

  it.each(["cookie", "body"] as const)("answers carry nothing but their ticket, in the %s", async (carrier) => {
    const { life, heard } = await visit(carrier, openLife());
    expect(heard.length).toBe(14);
    expect(heard.some(({ told }) => told.startsWith("200"))).toBe(true);
    for (const { verb, told, body } of heard) {
      expect([verb, leaksIn(told, [...secrets, ...life.made])]).toEqual([verb, []]);
      const open = ["identifier", "password", "captcha", "profile"].some((step) => step === stepOf(body));
      if (!open) expect([verb, leaksIn(told, named(["e-mail", "local part", "phone"], personal))]).toEqual([verb, []]);
    }
    expect(printed).toEqual([]);
  });

  it.each(failures.map((failure, at) => [failure.how, failure, at] as const))(
    "a store that fails with %s shows in no answer and on no console",
    async (_, failure, at) => {
      const life = openLife({ port: "store.commit", failure, parity: at % 2 === 0 ? 1 : 0 });
      const { heard } = await visit("cookie", life);
      const unavailable = heard.filter(({ told }) => told.startsWith("503"));
      expect(printed.length).toBeGreaterThan(0);
      expect(unavailable.length).toBe(printed.length);
      const everything = [...secrets, ...personal, ...life.made];
      for (const { told } of unavailable) expect(leaksIn(told, everything)).toEqual([]);
      expect(leaksIn(allOf(printed), everything)).toEqual([]);
    },
  );

  it("the description's examples hold no address that could be anybody's, and no secret", async () => {
    const handle = createHandler(openLife().registrar, { caller: () => from });
    const response = await handle(new Request(`${site}/registration/openapi.json`));
    const text = await response.text();
    expect(text.length).toBeGreaterThan(10_000);
    expect(leaksIn(text, [...secrets, ...personal])).toEqual([]);
    const addresses = text.match(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g) ?? [];
    // RFC 2606 section 3.
    expect(addresses.filter((address) => !/@example\.(com|org|net)$/.test(address))).toEqual([]);
    expect(text).not.toMatch(/eyJ[\w-]{20,}|\$argon2/);
  });
});

/** Every row of every table, as text. */
async function dump(db: PostgresQueryable, of: RegExp): Promise<string> {
  const { rows: tables } = await db.query(
    "select tablename::text as name from pg_tables where tablename like 'porchlight%'",
  );
  const names = tables.map((row) => String(typeof row === "object" && row !== null ? Reflect.get(row, "name") : ""));
  const rows: string[] = [];
  for (const name of names.filter((one) => of.test(one))) {
    const { rows: found } = await db.query(`select ${name}::text as row from ${name}`);
    rows.push(allOf(found));
  }
  return rows.join("\n");
}

/** What a stolen database tells, looked at after every call of a life. */
async function dumpsOf(db: PostgresClient & PostgresQueryable): Promise<void> {
  const life = openLife(undefined, { store: postgresStore(db), limiter: postgresLimiter(db) });
  let sizes = 0;
  const leaks = new Set<string>();
  const look = (where: string, text: string, canaries: readonly Canary[]): void => {
    sizes += text.length;
    for (const name of leaksIn(text, canaries)) leaks.add(`${name} in ${where}`);
  };
  await live(life, async () => {
    const secret = [...secrets, ...life.made.filter(({ name }) => name !== "hash")];
    look("the store", await dump(db, /registration|account|identifier|consent/), secret);
    look("the outbox", await dump(db, /message|event/), [...secret, ...life.made, ...personal]);
    look("the limiter", await dump(db, /counter/), [...secret, ...life.made, ...personal]);
  });
  expect([...leaks]).toEqual([]);
  expect(sizes).toBeGreaterThan(50_000);
  expect(new Set(life.made.map(({ name }) => name))).toEqual(new Set(["ticket", "code", "link token", "hash"]));
  // Who was erased, and who never finished, has left nothing at all.
  const gone = named(["e-mail", "local part", "phone", "phone without its plus", "national number"], personal);
  expect(leaksIn(await dump(db, /./), gone)).toEqual([]);
}

/** PostgreSQL's own errors quote the row that failed; ours do not. */
async function brokenRows(db: PostgresClient & PostgresQueryable): Promise<void> {
  await db.query("alter table porchlight_registration add constraint broken check (id = '') not valid");
  const raw: unknown[] = [];
  const store = postgresStore(db);
  const noted = {
    ...store,
    commit: (change: Parameters<typeof store.commit>[0]) =>
      store.commit(change).catch((error: unknown) => {
        raw.push(error);
        throw error;
      }),
  };
  const life = openLife(undefined, { limiter: testPorts().limiter });
  const { mailer, texter, store: _, ...ports } = testPorts();
  const registrar = createRegistrar({
    ...ports,
    store: noted,
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
    unsafeSingleProcess: true,
    onSignal: (signal) => life.signals.push(signal),
  });
  const thrown = await registrar
    .start({ email: mail, password, confirmation: password, captcha: "pass" }, from)
    .catch((error: unknown) => error);
  await db.query("alter table porchlight_registration drop constraint broken");
  expect(leaksIn(allOf(raw), personal)).toContain("e-mail");
  expect(thrown).toMatchObject({ code: "ERR_STORE", cause: { code: "23514" } });
  expect(leaksIn(allOf(thrown), [...secrets, ...personal])).toEqual([]);
  expect(leaksIn(allOf(life.signals), [...secrets, ...personal])).toEqual([]);
}

describe("a dump of PGlite", () => {
  it("holds the address and the hash of whoever waits, and nothing else, after every call", async () => {
    const db = new PGlite();
    await migrate(db);
    await dumpsOf(db);
    await brokenRows(db);
    await db.close();
  });
});

describePostgres("a dump of PostgreSQL", (database) => {
  it("holds the address and the hash of whoever waits, and nothing else, after every call", async () => {
    await migrate(database().pool);
    await dumpsOf(database().pool);
    await brokenRows(database().pool);
  });
});

describe("what a console prints of the parts", () => {
  const secret = Buffer.from(keys.known[0].secret).toString("base64");

  it("holds none of the keys that they were made of", () => {
    const transport = { sendMail: async () => undefined, options: { auth: { pass: password } } };
    const parts = {
      keyring: createKeyring(keys),
      hasher: argon2Hasher({ pepper }),
      mailer: nodemailerMailer(transport, { from: "Example <no-reply@app.example>" }),
      captcha: siteverifyCaptcha({ provider: "turnstile", secret, hostnames: ["app.example"] }),
      registrar: openLife().registrar,
    };
    const hidden = [...secrets, textCanary("captcha secret", secret)];
    for (const [name, part] of Object.entries(parts)) expect([name, leaksIn(allOf(part), hidden)]).toEqual([name, []]);
  });

  it("holds a whole message where it goes to a console on purpose, for development", async () => {
    const printed: string[] = [];
    const letter = { id: "1", to: mail, locale: "en", kind: "activation", expiresAt: 0 } as const;
    const link = "https://app.example/activate#t=token";
    const sent: Mail = { ...letter, channel: "email", subject: "Hello", text: link, html: "", link };
    const text: Sms = { ...letter, channel: "phone", to: "+447400987123", text: "1234567890" };
    await consoleMailer((said) => printed.push(said)).send(sent);
    await consoleTexter((said) => printed.push(said)).send(text);
    expect(printed.join()).toMatch(
      /canary\.quillfeather@example\.com[\s\S]*#t=token[\s\S]*\+447400987123[\s\S]*1234567890/,
    );
  });
});

describe("an adapter's error", () => {
  it.each(failures.map(({ how, of }) => [how, of] as const))(
    "of a mail transport that fails with %s is clean where a registrar tells it",
    async (_, of) => {
      const { mailer: _inbox, texter, ...ports } = testPorts();
      const errors: unknown[] = [];
      const quoted = [...secrets, ...personal].map(({ bytes }) => Buffer.from(bytes).toString()).join(" ");
      const refused = Object.assign(new Error(quoted), {
        responseCode: 550,
        response: quoted,
        code: "EENVELOPE",
        rejected: [mail],
      });
      for (const thrown of [of(quoted), refused]) {
        const transport = { sendMail: async () => Promise.reject(thrown) };
        const registrar = createRegistrar({
          ...ports,
          service: "Example",
          signInUrl: "https://app.example/login",
          channels: {
            email: {
              mailer: nodemailerMailer(transport, { from: "Example <no-reply@app.example>" }),
              activationUrl: "https://app.example/activate#t={token}",
            },
          },
          onSignal: (signal) => errors.push(signal),
        });
        await registrar.start({ email: mail, password, confirmation: password, captcha: "pass" }, from);
        await registrar.deliver();
      }
      expect(errors.length).toBeGreaterThan(5);
      expect(leaksIn(allOf(errors), [...secrets, ...personal])).toEqual([]);
    },
  );

  const hashers = {
    argon2: argon2Hasher,
    "@node-rs/argon2": (options: Argon2Options) => nodeRsHasher(nodeRs, options),
  };
  it.each(Object.entries(hashers))("of %s tells nothing of a password or a pepper", async (_, makeHasher) => {
    const hasher = makeHasher({ pepper, memoryKiB: 8, passes: 1, parallelism: 1, unsafeTestParams: true });
    const typed: readonly unknown[] = [{ password }, [password], undefined];
    for (const given of typed) {
      const thrown: unknown = await Promise.resolve(Reflect.apply(hasher.hash, hasher, [given])).catch(
        (error) => error,
      );
      if (typeof thrown !== "string") expect(leaksIn(allOf(thrown), secrets)).toEqual([]);
    }
    const encoded = await hasher.hash(password);
    expect(await hasher.verify(`${encoded}${password}`, password)).toBe(false);
    const short = { seal: "p", known: [{ id: "p", secret: Buffer.from(password) }] };
    expect(leaksIn(allOf(thrownBy(() => makeHasher({ pepper: short }))), secrets)).toEqual([]);
  });

  it("at start-up tells nothing of the keys that do not fit", () => {
    const { mailer, texter, ...ports } = testPorts();
    const known = Buffer.from(keys.known[0].secret);
    const wrong: readonly unknown[] = [
      { seal: "k1", known: [{ id: "k1", secret: known.toString("hex") }], pseudonym: keys.pseudonym },
      { seal: "k1", known: [{ id: "k1", secret: known.subarray(0, 31) }], pseudonym: keys.pseudonym },
      { seal: "k1", known: [{ id: "k1", secret: known }], pseudonym: password },
      { seal: "k1", known: [{ id: known.toString("base64"), secret: known }], pseudonym: keys.pseudonym },
      { seal: known.toString("base64"), known: [{ id: "k1", secret: known }], pseudonym: keys.pseudonym },
      known,
    ];
    for (const one of wrong) {
      const options = {
        ...ports,
        service: "Example",
        signInUrl: "https://app.example/login",
        channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
      };
      Reflect.set(options, "keys", one);
      const error = thrownBy(() => createRegistrar(options));
      expect(error).toBeInstanceOf(TypeError);
      expect(leaksIn(allOf(error), secrets)).toEqual([]);
    }
  });

  it("of ours is made anew: what was put on it stays behind, its code, its wait and its cause's code are kept", async () => {
    const attached = Object.assign(
      new PorchlightError("ERR_RATE_LIMITED", { retryAfterSeconds: 30, cause: { code: "E429", words: mail } }),
      { to: mail },
    );
    const { mailer: _, texter, ...ports } = testPorts();
    const errors: unknown[] = [];
    const registrar = createRegistrar({
      ...ports,
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: {
        email: {
          mailer: { send: async () => Promise.reject(attached) },
          activationUrl: "https://app.example/activate#t={token}",
        },
      },
      onSignal: (signal) => signal.type === "fault" && errors.push(signal.error),
    });
    await registrar.start({ email: mail, password, confirmation: password, captcha: "pass" }, from);
    await registrar.deliver();
    expect(errors).toMatchObject([{ code: "ERR_RATE_LIMITED", retryAfterSeconds: 30, cause: { code: "E429" } }]);
    expect(leaksIn(allOf(errors), personal)).toEqual([]);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
