import type { Consent, Pending } from "../core/registration.js";
import type { Store, StoredAccount } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activatedStub,
  activationOf,
  closedStub,
  emailOf,
  messageOf,
  newYear,
  pendingFor,
  pendingRegistration,
  phoneOf,
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { leaseAll, leaseOne } from "./store-scenes.js";

const ada = pendingRegistration();

/** Commits, activates, and compares what comes back at each step. */
async function expectKept(store: Store, pending: Pending, stored = accountOf(pending, `account-${pending.id}`)) {
  const { id, identifier } = pending;
  expectEqual(await store.commit({ base: 0, registration: pending, outbox: [] }), "committed", `commit of ${id}`);
  expectEqual(await store.find(id), { version: 1, registration: pending }, "the registration");
  const activation = { ...activationOf(pending, stored.account.id), account: stored };
  expectEqual(await store.commit(activation), "committed", `activation of ${id}`);
  expectEqual(await store.accountByKey(identifier.key), stored, "accountByKey");
  expectEqual(await store.account(stored.account.id), stored.account, "account");
  expectEqual((await store.find(id))?.registration, activation.registration, "the stub");
}

/** One registration for each value, under ids and keys of their own. */
function each<Value>(values: readonly Value[], field: (value: Value) => Partial<Pending>): readonly Pending[] {
  return values.map((value, n) => ({ ...pendingFor(`registration-${n}`, `ada+${n}@example.com`), ...field(value) }));
}

const profiles: readonly unknown[] = [
  null,
  [],
  {},
  [1, "two", [null, [false]]],
  "a text",
  "null",
  "",
  0,
  false,
  { a: { b: { c: { d: { e: { f: [{ g: null }] } } } } } },
  { numbers: [9_007_199_254_740_991, 0.1, -1e-7, 1e300] },
  JSON.parse('{ "__proto__": "a name like any other", "constructor": 1, "": 2, "a.b": 3, "$": 4 }'),
  // As much as a profile may weigh, and as much as JSON makes of it.
  { much: "🔥".repeat(250) },
  { much: '"'.repeat(500) },
];

const likeSomethingElse: readonly string[] = [
  "007",
  "1e3",
  "1.10",
  "0x1F",
  "-0",
  "12345678901234567890",
  "true",
  "null",
  "NaN",
  "2026-01-01T00:00:00Z",
  '{"a":1}',
  "[1]",
];

// Past 32 bits in seconds and in milliseconds; and near the last of ECMA-262, section 21.4.1.1, with room for a lease.
const instants = [1, 2 ** 31, 2 ** 32 + 1, 2 ** 31 * 1_000 + 1, 8.64e15 - 100_000];

/** The longest e-mail address: 254 octets, RFC 5321 section 4.5.3.1.3. */
const longest = (last: string): string => `${"é".repeat(32)}@${"d".repeat(254 - 65 - last.length)}${last}`;

/** What a store promises of single values: each comes back as what it was. */
export const storeValueClauses: readonly Clause<Store>[] = [
  {
    promise: "a telephone number comes back with its country and type, pending and as an account",
    async check(make) {
      const store = await make();
      const phones = [
        phoneOf("+447400123461", "GB", "mobile"),
        phoneOf("+12015550123", "US", "mobile_or_landline"),
        phoneOf("+498912345678", "DE", "voip"),
      ];
      for (const pending of each(phones, (identifier) => ({ identifier }))) await expectKept(store, pending);
    },
  },
  {
    promise: "an e-mail address comes back as it was typed, beside its key",
    async check(make) {
      const store = await make();
      const emails = [emailOf("Ada.Lovelace@Bücher.example", "ada.lovelace@xn--bcher-kva.example")];
      for (const pending of each(emails, (identifier) => ({ identifier }))) await expectKept(store, pending);
    },
  },
  {
    promise: "consents come back in their order: none, one, twenty",
    async check(make) {
      const store = await make();
      const twenty = Array.from({ length: 20 }, (_, n): Consent => {
        const document = n % 3 === 0 ? "terms" : `document-${20 - n}`;
        return { document, version: String((n * 7) % 20), locale: n % 2 === 0 ? "zh-Hans" : "de", at: newYear - n };
      });
      const counts = [[], twenty.slice(0, 1), twenty];
      for (const pending of each<readonly Consent[]>(counts, (consents) => ({ consents }))) {
        await expectKept(store, pending);
      }
    },
  },
  {
    promise: "an account comes back without a password where it has none",
    async check(make) {
      const store = await make();
      await expectKept(store, ada, { ...accountOf(ada, "account-1"), password: null });
    },
  },
  {
    promise: "a profile of any shape comes back, and metadata of any names",
    async check(make) {
      const store = await make();
      for (const pending of each(profiles, (profile) => ({ profile }))) await expectKept(store, pending);
      const metadata = [{}, { "": "", "a.b": "1", $c: "2" }, JSON.parse('{ "__proto__": "x" }')];
      const others = each<Pending["metadata"]>(metadata, (one) => ({ metadata: one }));
      for (const one of others) await expectKept(store, { ...one, id: `other-${one.id}`, identifier: emailOf(one.id) });
    },
  },
  {
    promise: "text that looks like a number, a date or JSON stays text",
    async check(make) {
      const store = await make();
      const texts = each(likeSomethingElse, (text) => ({
        id: text,
        identifier: emailOf(text),
        password: text,
        locale: text,
        profile: text,
        metadata: { [text]: text },
        consents: [{ document: text, version: text, locale: text, at: 1 }],
      }));
      for (const pending of texts) await expectKept(store, pending, accountOf(pending, pending.id));
      for (const text of likeSomethingElse) {
        await store.setPassword(text, `${text}0`);
        expectEqual((await store.accountByKey(text))?.password, `${text}0`, "the hash");
      }
    },
  },
  {
    promise: "every end of a registration comes back with its reason or its proof",
    async check(make) {
      const store = await make();
      for (const by of ["ticket", "password", "code", "link"] as const) {
        const pending = pendingFor(`by-${by}`, `${by}@example.com`);
        await store.commit({ base: 0, registration: pending, outbox: [] });
        const registration = { ...activatedStub(pending, `account-${by}`), by };
        await store.commit({ ...activationOf(pending, `account-${by}`), registration });
        expectEqual(await store.find(pending.id), { version: 2, registration }, "the activated stub");
      }
      for (const reason of ["expired", "cancelled", "taken"] as const) {
        const pending = pendingFor(`for-${reason}`, `${reason}@example.com`);
        const registration = closedStub(pending, { reason });
        await store.commit({ base: 0, registration: pending, outbox: [] });
        await store.commit({ base: 1, registration, outbox: [] });
        expectEqual(await store.find(pending.id), { version: 2, registration }, "the closed stub");
      }
    },
  },
  {
    promise: "times come back to the millisecond, as far as time is counted",
    async check(make) {
      const store = await make();
      for (const [n, at] of instants.entries()) {
        const pending: Pending = {
          ...pendingFor(`registration-${n}`, `ada+${n}@example.com`),
          challenge: { ...ada.challenge, issuedAt: at, sentAt: at, expiresAt: at },
          consents: [{ document: "terms", version: "2", locale: "en", at }],
          committedAt: at,
          expiresAt: at,
        };
        const { account, password } = accountOf(pending, `account-${n}`);
        await expectKept(store, pending, { account: { ...account, activatedAt: at }, password });
        const other = pendingFor(`closed-${n}`, `eve+${n}@example.com`);
        const closed = closedStub(other, { committedAt: at, keepUntil: at });
        const message = messageOf(other, { dueAt: at });
        await store.commit({ base: 0, registration: other, outbox: [message] });
        await store.commit({ base: 1, registration: closed, outbox: [] });
        expectEqual(await store.find(other.id), { version: 2, registration: closed }, "the closed stub");
        expectEqual(await leaseAll(store, at - 1), [], "what is due before");
        const first = await leaseOne(store, at);
        await store.settle([{ id: message.id, lease: first.lease, outcome: "retry", dueAt: at + 2 }]);
        const again = await leaseOne(store, at + 2);
        await store.settle([{ id: message.id, lease: again.lease, outcome: "sent" }]);
        expectEqual([first.dueAt, again.dueAt], [at, at + 2], "when it was due");
      }
    },
  },
  {
    promise: "serials and counts of a million come back",
    async check(make) {
      const million = 1_000_000;
      const challenge = { ...ada.challenge, serial: million };
      const pending = { ...ada, challenge, sends: million, addresses: million, addressSince: million };
      const store = await make();
      const message = messageOf(pending);
      await store.commit({ base: 0, registration: pending, outbox: [message] });
      expectEqual(await store.find(ada.id), { version: 1, registration: pending }, "the registration");
      expectEqual((await store.charge(ada.id, million, "code", 5))?.paid, true, "a guess at its serial");
      expectEqual((await store.charge(ada.id, million - 1, "code", 5))?.paid, false, "a guess at the one before");
      const [leased] = await leaseAll(store, newYear);
      expectEqual(leased?.entry, message.entry, "the entry");
      expectEqual(await store.commit({ base: million, registration: pending, outbox: [] }), "stale", "a far version");
    },
  },
  {
    promise: "ids of sixteen and of forty characters are kept whole, as are the account ids of a host",
    async check(make) {
      const store = await make();
      for (const last of ["a", "b"]) {
        for (const length of [16, 40]) {
          const id = `${"Z_-0".repeat(10).slice(0, length - 1)}${last}`;
          const pending = { ...pendingFor(id, `${id}@example.com`) };
          const message = messageOf(pending, { id });
          await expectKept(store, pending, accountOf(pending, id));
          await store.commit({ base: 2, registration: activatedStub(pending, id), outbox: [message] });
          const [leased] = await leaseAll(store, newYear, 1);
          expectThat(leased !== undefined, "nothing was leased");
          expectEqual([leased.id, leased.registrationId, leased.account?.id], [id, id, id], "what was leased");
          await store.settle([{ id, lease: leased.lease, outcome: "sent" }]);
        }
      }
      for (const accountId of [
        "user-7",
        "42",
        "0",
        "6f1d3c1e-8d0b-4a51-9c43-0d7f5b7b8a10",
        "tenant:7/user@example.com",
      ]) {
        const pending = pendingFor(accountId, `key-${accountId}`);
        await expectKept(store, pending, accountOf(pending, accountId));
      }
    },
  },
  {
    promise: "the longest address is kept whole, as are its key and the hash of a careful hasher",
    async check(make) {
      const store = await make();
      for (const [n, last] of ["1.example", "2.example"].entries()) {
        const identifier = emailOf(longest(last).toUpperCase(), longest(last));
        const pending = { ...ada, id: `registration-${n}`, identifier, password: "$argon2id$".padEnd(255, "+/9aZ") };
        const stored: StoredAccount = accountOf(pending, `account-${n}`);
        await expectKept(store, pending, stored);
      }
    },
  },
];
