import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import type { Change } from "../../../src/ports.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { Secret } from "../../../src/secrets/secret.js";
import { testPorts } from "../../../src/testing/index.js";
import { ada, caller, form, hour, minute, mobile, openHouse, phoneForm, signUp, tokenTo, wrong } from "./house.js";

const mail = "canary.quillfeather@example.com";
const password = "canary vermilion tugboat nine";
const otherPassword = "canary ochre dirigible four";
const keyText = "canary-key-0123456789-abcdefghij-xyz";
const encoder = new TextEncoder();

/** A secret as it stands, and as hex, base64, base64url and in a URL. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  // The last letter of base64 depends on what follows.
  return [
    secret,
    bytes.toString("hex"),
    base64.slice(0, -1),
    bytes.toString("base64url").slice(0, -1),
    encodeURIComponent(secret),
  ];
}

function expectNone(secrets: readonly string[], told: unknown, where: string): void {
  const text =
    typeof told === "string"
      ? told
      : `${inspect(told, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })}${safeJson(told)}`;
  for (const secret of secrets) {
    for (const spelling of spellings(secret))
      expect(text.includes(spelling), `${where} contains ${secret}`).toBe(false);
  }
}

function safeJson(told: unknown): string {
  return JSON.stringify(told, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)) ?? "";
}

const keys = {
  seal: "k",
  known: [{ id: "k", secret: encoder.encode(keyText) }],
  pseudonym: encoder.encode(`${keyText}-too`),
} as const;

interface Run {
  readonly secrets: readonly string[];
  readonly answers: readonly unknown[];
  readonly signals: readonly unknown[];
  readonly events: readonly unknown[];
  readonly commits: readonly Change<undefined>[];
  readonly registrar: unknown;
}

/** A life with everything in it: typos, wrong and right codes and links, a switch of channel, a taken address, an end. */
async function wholeLife(): Promise<Run> {
  const house = openHouse({ keys, consents: { terms: { version: "1" } } });
  const { registrar, ports } = house;
  const agreed = { consents: { terms: "1" } };
  const answers: unknown[] = [];
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    const one = await answer;
    answers.push(one);
    return one;
  };
  await told(registrar.start({ ...form(mail, password), confirmation: otherPassword }, ada));
  await told(registrar.start({ ...form(mail, password), captcha: "canary captcha response" }, ada));
  await told(registrar.start({ email: `${mail} ${mail}`, password: `${password}\0` }, ada));
  const start = await told(registrar.start({ ...phoneForm(mobile, password), ...agreed }, ada));
  await registrar.deliver();
  const sms = ports.texter.code(mobile);
  await told(registrar.confirm(start.ticket, { code: wrong(sms) }, ada));
  ports.clock.advance(minute);
  const changed = await told(registrar.change(start.ticket, { email: mail }, ada));
  await registrar.deliver();
  const token = tokenTo(house, mail);
  const code = ports.mailer.code(mail);
  await told(registrar.inspect(token, { ticket: changed.ticket }, ada));
  await told(registrar.activate(token, {}, ada));
  await told(registrar.activate(token, { password: otherPassword }, ada));
  ports.clock.advance(5 * hour);
  await told(registrar.resend(changed.ticket, ada));
  await registrar.deliver();
  const newToken = tokenTo(house, mail);
  const newCode = ports.mailer.code(mail);
  await told(registrar.activate(newToken, { password }, ada));
  await registrar.deliver();
  await told(registrar.signIn({ identifier: mail, password: otherPassword }, ada));
  const second = await told(registrar.start({ ...form(mail, otherPassword), ...agreed }, caller(2)));
  await registrar.deliver();
  await told(registrar.cancel(second.ticket, caller(2)));
  await told(registrar.disown(newToken, ada));
  await registrar.deliver();
  return {
    secrets: [password, otherPassword, "canary captcha response", sms, code, newCode, token, newToken, keyText],
    answers,
    signals: house.signals,
    events: house.events,
    commits: house.commits,
    registrar,
  };
}

describe("a whole life of a registration", () => {
  it("leaves no secret and no full address in signals and events (T24, B270)", async () => {
    const { secrets, signals, events } = await wholeLife();
    expect(signals.length).toBeGreaterThan(15);
    expect(events.length).toBeGreaterThan(2);
    const hidden = [...secrets, mail, mobile];
    for (const signal of signals) expectNone(hidden, signal, "a signal");
    for (const event of events) expectNone(hidden, event, "an event");
  });

  it("leaves no secret in an answer, and the full address only before it is pending (T24, B274)", async () => {
    const { secrets, answers } = await wholeLife();
    for (const answer of answers) {
      expectNone(secrets, answer, "an answer");
      const page = typeof answer === "object" && answer !== null ? Reflect.get(answer, "registration") : undefined;
      const step = typeof page === "object" && page !== null ? Reflect.get(page, "step") : undefined;
      if (["pending", "activated", "closed", undefined].includes(step))
        expectNone([mail, mobile], answer, "a page after the message");
    }
  });

  it("leaves nothing in the store but the address and the hash (T29, B067, B280)", async () => {
    const { secrets, commits } = await wholeLife();
    for (const { registration, outbox, account } of commits) {
      expectNone([...secrets, "192.0.2.1"], { registration, outbox, account }, "the store");
      expectNone([mail, mobile], outbox, "the outbox");
      if (registration.state !== "pending") expectNone([mail, mobile, "$free$"], registration, "a stub");
    }
  });

  it("cannot be guessed from the store: none of all six-digit codes shows against what is stored (T29)", async () => {
    const house = openHouse();
    await house.registrar.start(phoneForm(mobile, password), ada);
    await house.registrar.deliver();
    const dump = JSON.stringify(house.commits);
    const code = house.ports.texter.code(mobile);
    const { createHash } = await import("node:crypto");
    for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        expect(dump).not.toContain(createHash(algorithm).update(code).digest(encoding).slice(0, 16));
      }
    }
    expect(dump).not.toMatch(new RegExp(`(?<![0-9])${code}(?![0-9])`));
  });

  it("leaves nothing in what a console prints of the registrar, the keyring and a secret (T24)", async () => {
    const { secrets, registrar } = await wholeLife();
    expectNone([...secrets, mail, mobile], registrar, "the registrar");
    const ring = createKeyring(keys);
    const subkey = await ring.subkey("k", "link");
    const bytes = Buffer.from(subkey?.reveal() ?? []);
    expect(bytes).toHaveLength(32);
    for (const told of [
      inspect(ring, { depth: 20, showHidden: true }),
      inspect(subkey, { showHidden: true }),
      JSON.stringify(subkey),
      `${subkey}`,
    ]) {
      expectNone([keyText], told, "the keyring");
      expect(told.includes(bytes.toString("hex"))).toBe(false);
      expect(told.includes(bytes.join(", "))).toBe(false);
    }
    const secret = new Secret({ password });
    expect([String(secret), JSON.stringify({ secret }), inspect({ deep: { secret } })].join(" ")).toBe(
      '[redacted] {"secret":"[redacted]"} { deep: { secret: [redacted] } }',
    );
    expect(secret.reveal()).toEqual({ password });
  });
});

describe("an error", () => {
  const leaky = () =>
    Object.assign(new Error(`insert ('${mail}', '${password}') failed at k=${keyText}`), {
      code: "23505",
      detail: mail,
    });

  /** Makes the calls one after the other and collects what they throw. */
  async function failuresOf(calls: readonly (() => Promise<unknown>)[]): Promise<readonly Error[]> {
    const failures: Error[] = [];
    for (const call of calls) {
      try {
        await call();
      } catch (error) {
        if (!(error instanceof Error)) throw new TypeError("something else than an error was thrown");
        failures.push(error);
      }
    }
    return failures;
  }

  it.each(["find", "charge", "commit", "lease", "settle", "accountByKey"] as const)(
    "of a store that quotes what it was given at %s carries no word of it (T24)",
    async (verb) => {
      const ports = testPorts();
      const healthy = openHouse({ ports, keys });
      const ticket = await signUp(healthy, mail, password);
      const broken = openHouse({
        ports: { ...ports, store: { ...ports.store, [verb]: async () => Promise.reject(leaky()) } },
        keys,
      });
      const { registrar, signals } = broken;
      ports.clock.advance(minute);
      const reasons = await failuresOf([
        () => registrar.start(form(mail, password), ada),
        () => registrar.resend(ticket, ada),
        () => registrar.deliver(),
        () => registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada),
        () => registrar.signIn({ identifier: mail, password }, ada),
      ]);
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons) {
        expect(reason).toBeInstanceOf(PorchlightError);
        expect(reason).toMatchObject({ code: "ERR_STORE", cause: { name: "Error", code: "23505" } });
        expectNone([mail, password, keyText], { reason, stack: reason.stack, cause: reason.cause }, "an error");
      }
      expectNone([mail, password, keyText], signals, "a signal");
    },
  );

  it.each(["mailer", "captcha", "limiter", "hasher", "breach", "screen", "owner", "insert", "onEvent"] as const)(
    "of %s carries no word of what it was given (T24)",
    async (port) => {
      const fails = async (): Promise<never> => Promise.reject(leaky());
      const ports = testPorts();
      const healthy = openHouse({ ports, keys });
      const ticket = await signUp(healthy, mail, password);
      ports.clock.advance(minute);
      const house = openHouse({
        ports,
        keys,
        ...(port === "mailer" && { email: { mailer: { send: fails } } }),
        ...(port === "captcha" && { captcha: { check: fails } }),
        ...(port === "limiter" && { limiter: { ...ports.limiter, hit: fails } }),
        ...(port === "hasher" && { hasher: { ...ports.hasher, hash: fails, verify: fails } }),
        ...(port === "breach" && { breach: { count: fails } }),
        ...(port === "screen" && { screen: fails }),
        ...(port === "owner" && { accounts: { owner: fails } }),
        ...(port === "insert" && { accounts: { insert: fails } }),
        ...(port === "onEvent" && { onEvent: fails }),
      });
      const { registrar, signals } = house;
      const reasons = await failuresOf([
        () => registrar.start(form(`new.${mail}`, password), ada),
        () => registrar.resend(ticket, ada),
        () => registrar.deliver(),
        () => registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada),
        () => registrar.signIn({ identifier: mail, password }, ada),
        () => registrar.deliver(),
      ]);
      const faults = signals.filter(({ type }) => type === "fault");
      expect(reasons.length + faults.length).toBeGreaterThan(0);
      for (const reason of reasons)
        expectNone([mail, password, keyText], { reason, stack: reason.stack, cause: reason.cause }, port);
      for (const signal of signals) {
        const stack = signal.type === "fault" ? signal.error.stack : "";
        expectNone([mail, password, keyText], { signal, stack }, port);
      }
    },
  );
});
