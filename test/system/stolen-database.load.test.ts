import { PGlite } from "@electric-sql/pglite";
import { createRegistrar } from "porchlight";
import { postgresLimiter } from "porchlight/limiter/postgres";
import { migrate, postgresStore } from "porchlight/store/postgres";
import { testPorts } from "porchlight/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pending } from "../../src/core/registration.js";
import type { Limiter, Store } from "../../src/ports.js";
import { deriveCode } from "../../src/secrets/code.js";
import { createKeyring, type Keys } from "../../src/secrets/keyring.js";
import { deriveLinkToken } from "../../src/secrets/link-token.js";
import { wrapped } from "../property/recorded-ports.js";
import {
  caller,
  form,
  minute,
  mobile,
  otherPassword,
  password,
  phoneForm,
  tokenIn,
  wrong,
} from "../unit/registrar/house.js";
import { allDigests, type Loot, lootOf, type Salts, usualDigests } from "./loot.js";

/** What a visitor was sent, and the row that it belongs to. */
interface Sent {
  readonly pending: Pending;
  readonly code: string;
  readonly token: string | undefined;
}

interface Theft {
  readonly dump: readonly unknown[];
  readonly loot: Loot;
  readonly keys: Keys;
  readonly sent: readonly Sent[];
}

const [first, second] = ["ada@example.com", "eve@example.com"];

/** Signs people up by mail and by text message, and after each call takes everything that is stored. */
async function steal<Tx>(
  store: Store<Tx>,
  limiter: Limiter,
  ports: ReturnType<typeof testPorts>,
  take: () => Promise<unknown>,
): Promise<Theft> {
  const { mailer, texter, clock, hasher, captcha, keys } = ports;
  const ids: string[] = [];
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] },
      phone: { texter, countries: ["GB"], smsPerDay: 100 },
    },
    ...{ store, limiter, hasher, captcha, keys, clock },
    delivery: "manual",
    onEvent: async () => undefined,
    onSignal: (signal) => {
      if (signal.type === "submitted" && signal.registrationId !== undefined) ids.push(signal.registrationId);
    },
  });
  const sent: Sent[] = [];
  const dump: unknown[] = [];
  const then = async <T>(answer: T): Promise<T> => {
    dump.push(await take());
    return answer;
  };
  /** Delivers, and keeps what came to this address beside its row. */
  const deliverTo = async (address: string): Promise<Sent> => {
    await then(await registrar.deliver());
    for (const id of ids) {
      const row = (await store.find(id))?.registration;
      if (row?.state !== "pending" || row.identifier.address !== address) continue;
      const byMail = row.identifier.channel === "email";
      const one: Sent = {
        pending: row,
        code: (byMail ? mailer : texter).code(address),
        token: byMail ? tokenIn(mailer.link(address)) : undefined,
      };
      sent.push(one);
      return one;
    }
    throw new Error(`No registration waits for ${address}.`);
  };

  const byText = await then(await registrar.start(phoneForm(mobile), caller(1)));
  const { code } = await deliverTo(mobile);
  await then(await registrar.confirm(byText.ticket, { code: wrong(code) }, caller(1)));
  const byMail = await then(await registrar.start(form(first), caller(2)));
  await deliverTo(first);
  clock.advance(6 * minute);
  await then(await registrar.resend(byText.ticket, caller(1)));
  await deliverTo(mobile);
  await then(await registrar.change(byMail.ticket, { email: second }, caller(2)));
  const { token } = await deliverTo(second);
  await then(await registrar.activate(token, { password: otherPassword }, caller(2)));
  await then(await registrar.activate(token, { password }, caller(2)));
  await then(await registrar.deliver());
  await then(await registrar.signIn({ identifier: second, password }, caller(2)));
  return { dump, loot: lootOf(dump), keys, sent };
}

function saltsOf({ id, identifier, challenge }: Pending): Salts {
  return {
    id,
    serial: String(challenge.serial),
    nonce: challenge.nonce,
    keyId: challenge.keyId,
    address: identifier.key,
  };
}

const opened: PGlite[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
});

/** Every column of every row of every table of ours. */
async function tablesOf(database: PGlite): Promise<unknown> {
  const { rows } = await database.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_name like 'porchlight\\_%' order by 1",
  );
  expect(rows.length).toBeGreaterThan(7);
  const contents: [string, unknown][] = [];
  for (const { name } of rows) contents.push([name, (await database.query(`select * from ${name}`)).rows]);
  return Object.fromEntries(contents);
}

const thefts: Readonly<Record<string, () => Promise<Theft>>> = {
  "a memory store and limiter": async () => {
    const ports = testPorts();
    // All that ever went in or came out, which is more than they hold at any time.
    const seen: unknown[] = [];
    const watch = <T extends object>(name: string, port: T): T =>
      wrapped(name, port, async ({ given }, go) => {
        const answer = await go();
        seen.push(given, answer);
        return answer;
      });
    return steal(watch("store", ports.store), watch("limiter", ports.limiter), ports, async () => seen.splice(0));
  },
  "a PostgreSQL database": async () => {
    const ports = testPorts();
    const database = new PGlite();
    opened.push(database);
    await migrate(database);
    return steal(postgresStore(database), postgresLimiter(database, { clock: ports.clock }), ports, () =>
      tablesOf(database),
    );
  },
};

describe.each(Object.entries(thefts))("whoever steals %s without the key (T29)", (_, commit) => {
  let theft: Theft;
  beforeAll(async () => {
    theft = await commit();
  });

  it("reads no code and no link in it, as text, hex, base64, base64url or in a URL", () => {
    const { loot, sent } = theft;
    expect(sent).toHaveLength(4);
    for (const { code, token } of sent) {
      expect(loot.holds(code)).toBe(false);
      if (token === undefined) continue;
      const [, , , mac = ""] = token.split(".");
      for (const secret of [token, mac, Buffer.from(mac, "base64url")]) expect(loot.holds(secret)).toBe(false);
    }
  });

  it("finds in it no digest of a code with any two columns beside it, in any order, under any key that is there", () => {
    const { loot, sent } = theft;
    for (const { pending, code } of sent) {
      const found = Object.entries(allDigests(saltsOf(pending))).filter(([, digest]) => loot.holdsDigest(digest(code)));
      expect(found.map(([name]) => name)).toEqual([]);
    }
  });

  it("gets no code by trying all 1,000,000 of six digits", () => {
    const { loot, sent } = theft;
    const texted = sent.filter(({ pending }) => pending.identifier.channel === "phone");
    expect(texted.map(({ code }) => code.length)).toEqual([6, 6]);
    const [, last] = texted;
    if (last === undefined) throw new Error("Two codes were texted.");
    const digests = Object.values(usualDigests(saltsOf(last.pending)));
    const found: string[] = [];
    for (let n = 0; n < 1_000_000; n += 1) {
      const code = String(n).padStart(6, "0");
      for (const digest of digests) if (loot.holdsDigest(digest(code))) found.push(code);
    }
    expect(found).toEqual([]);
  });

  it("would read a code or a link that a store kept, however it spelt it: the control of the above", () => {
    const { dump, sent } = theft;
    const spellings = [
      (secret: string) => secret,
      (secret: string) => `{"code":"${secret}"}`,
      (secret: string) => ["kept", { secret }],
      (secret: string) => Buffer.from(secret).toString("hex"),
      (secret: string) => Buffer.from(secret).toString("base64"),
      (secret: string) => Buffer.from(secret).toString("base64url"),
      (secret: string) => `t=${[...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join("")}`,
      (secret: string) => Buffer.from(secret),
    ];
    for (const { code, token } of sent) {
      for (const spelt of spellings) {
        expect(lootOf([dump, spelt(code)]).holds(code)).toBe(true);
        if (token !== undefined) expect(lootOf([dump, spelt(token)]).holds(token)).toBe(true);
      }
    }
  });

  it("would find the one right code of a store that kept its digest, whichever: the control of the above", () => {
    const { sent } = theft;
    const [one] = sent;
    if (one === undefined) throw new Error("A code was texted.");
    const salts = saltsOf(one.pending);
    const kept = [
      (digest: Buffer) => digest,
      (digest: Buffer) => digest.toString("hex"),
      (digest: Buffer) => digest.toString("base64"),
      (digest: Buffer) => `code:${digest.toString("base64url")}`,
      (digest: Buffer) => digest.readBigInt64BE(),
    ];
    for (const digest of Object.values({ ...allDigests(salts), ...usualDigests(salts) })) {
      for (const spelt of kept) expect(lootOf(spelt(digest(one.code))).holdsDigest(digest(one.code))).toBe(true);
    }
    for (const [name, digest] of Object.entries(usualDigests(salts))) {
      const loot = lootOf({ kept: digest(one.code).toString("base64url") });
      const codes = Array.from({ length: 1_000 }, (_, n) =>
        String((Number(one.code) + 500 + n) % 1_000_000).padStart(6, "0"),
      );
      expect([name, [...codes, one.code].filter((code) => loot.holdsDigest(digest(code)))]).toEqual([name, [one.code]]);
    }
  });

  it("has every code and link at once where the key was stolen too", async () => {
    const { keys, sent, loot } = theft;
    const ring = createKeyring(keys);
    for (const { pending, code, token } of sent) {
      const salts = saltsOf(pending);
      for (const column of [salts.id, salts.nonce, salts.keyId, salts.address]) expect(loot.holds(column)).toBe(true);
      expect((await deriveCode(ring, pending))?.reveal()).toBe(code);
      if (token !== undefined)
        expect((await deriveLinkToken(ring, pending.id, pending.challenge))?.reveal()).toBe(token);
    }
  });
});
