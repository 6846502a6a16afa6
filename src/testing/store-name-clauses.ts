import type { Store } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activationOf,
  emailOf,
  eventOf,
  messageOf,
  newYear,
  pendingFor,
  pendingRegistration,
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { dueAt, holding, leaseAll, pendingIn, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();

/** Ten spellings of what a careless collation takes for fewer: by case, accent, width, space, or for a strange sign. */
const spellings: readonly string[] = [
  "strasse@example.com",
  "STRASSE@example.com",
  "straße@example.com",
  "strässe@example.com",
  "stra\u0308sse@example.com",
  "ｓtrasse@example.com",
  "strasse\u200b@example.com",
  "strasse@example.com ",
  " strasse@example.com",
  "🔥@example.com",
  "🦄@example.com",
];

/** What no registration, key or account was ever called, though the ones of Ada look like it to a careless query. */
const impossible: readonly string[] = [
  "",
  "%",
  "_",
  "registration__",
  "' or '1'='1",
  "ada@example.com'--",
  "\0",
  "registration-1\0",
  "ada@example.com\0",
  "account-1\0",
  "\ud800",
  "registration-1\udfff",
  "registration-1 ",
  "REGISTRATION-1",
  "ada@example.com ".padEnd(10_000),
  "registration-1".padEnd(10_000),
  "account-1".padEnd(10_000),
  "a".repeat(10_000),
];

async function withAccounts(make: () => Promise<Store>): Promise<Store> {
  const store = await make();
  for (const spelling of spellings) {
    const registration = pendingFor(spelling, spelling);
    expectEqual(await store.commit({ base: 0, registration, outbox: [] }), "committed", `insert of ${spelling}`);
    expectEqual(await store.commit(activationOf(registration, spelling)), "committed", `account of ${spelling}`);
  }
  return store;
}

/** What a store promises of ids, keys and account ids: each names one, and nothing else does. */
export const storeNameClauses: readonly Clause<Store>[] = [
  {
    promise: "keys and ids compare bytewise",
    async check(make) {
      const store = await withAccounts(make);
      for (const spelling of spellings) {
        expectEqual((await store.accountByKey(spelling))?.account.id, spelling, `the account of ${spelling}`);
        expectEqual((await store.account(spelling))?.identifier.key, spelling, `the key of ${spelling}`);
        expectEqual((await store.find(spelling))?.registration.id, spelling, `the registration of ${spelling}`);
      }
      expectEqual(await store.find("Strasse@example.com"), undefined, "find of another spelling");
      expectEqual(await store.accountByKey("Strasse@example.com"), undefined, "accountByKey of another spelling");
      expectEqual(await store.account("Strasse@example.com"), undefined, "account of another spelling");
    },
  },
  {
    promise: "setPassword and erase touch the account of that very spelling",
    async check(make) {
      const store = await withAccounts(make);
      for (const [n, spelling] of spellings.entries()) {
        expectEqual(await store.setPassword(spelling, `hash ${n}`), true, `setPassword of ${spelling}`);
      }
      for (const [n, spelling] of spellings.entries()) {
        expectEqual((await store.accountByKey(spelling))?.password, `hash ${n}`, `the hash of ${spelling}`);
      }
      for (const [n, spelling] of spellings.entries()) {
        await store.erase(spelling);
        const left = await Promise.all(spellings.map((one) => store.account(one)));
        expectEqual(left.filter((one) => one !== undefined).length, spellings.length - n - 1, "how many are left");
      }
    },
  },
  {
    promise: "charge and erase touch the registrations of that very spelling",
    async check(make) {
      const store = await holding(make, ...spellings.map((spelling) => pendingFor(spelling, spelling)));
      for (const [n, spelling] of spellings.entries()) {
        await store.charge(spelling, 1, "code", 5);
        const rows = await Promise.all(spellings.map((one) => store.find(one)));
        const charged = rows.filter((row) => pendingIn(row).challenge.guesses > 0);
        expectEqual(charged.length, n + 1, "how many were charged");
      }
      for (const [n, spelling] of spellings.entries()) {
        await store.erase(spelling);
        const rows = await Promise.all(spellings.map((one) => store.find(one)));
        expectEqual(rows.filter((row) => row?.registration.state === "closed").length, n + 1, "how many are closed");
      }
    },
  },
  {
    promise: "taken is said of the very key that has an account",
    async check(make) {
      const store = await withAccount(make, pendingFor("registration-0", "strasse@example.com"));
      for (const [n, spelling] of spellings.entries()) {
        const registration = pendingFor(`registration-${n + 1}`, spelling);
        await store.commit({ base: 0, registration, outbox: [messageOf(registration)] });
      }
      const leased = await leaseAll(store, newYear);
      const taken = leased.filter((one) => one.taken).map(({ registrationId }) => registrationId);
      expectEqual(taken, ["registration-1"], "what is taken");
    },
  },
  {
    promise: "outgoing entries and their registrations are told apart by case",
    async check(make) {
      const upper = pendingFor("REGISTRATION", "ada@example.com");
      const lower = pendingFor("registration", "eve@example.com");
      const store = await make();
      for (const one of [upper, lower]) {
        const outbox = [messageOf(one, { id: one.id }), eventOf(one.id, `event of ${one.id}`)];
        expectEqual(await store.commit({ base: 0, registration: one, outbox }), "committed", `commit of ${one.id}`);
      }
      const leased = await leaseAll(store, newYear);
      expectEqual(leased.length, 4, "how many were leased at once");
      const keys = leased.map(({ registration }) => registration?.state === "pending" && registration.identifier.key);
      expectEqual(
        keys.sort(),
        [ada, ada, lower, lower].map(({ identifier }) => identifier.key),
        "their registrations",
      );
      const mine = leased.find(({ id }) => id === "REGISTRATION");
      expectThat(mine !== undefined, "the entry in upper case was not leased");
      await store.settle([{ id: "registration", lease: mine.lease.toUpperCase(), outcome: "sent" }]);
      await store.settle([{ id: "REGISTRATION", lease: mine.lease, outcome: "failed" }]);
      expectEqual(pendingIn(await store.find("REGISTRATION")).challenge.delivery, "failed", "the one in upper case");
      expectEqual(pendingIn(await store.find("registration")).challenge.delivery, "queued", "the one in lower case");
    },
  },
  {
    promise: "a name that nobody can have finds nobody, and touches nobody",
    async check(make) {
      const eve = pendingFor("registration-2", "eve@example.com");
      const store = await withAccount(make, ada);
      await store.commit({ base: 0, registration: eve, outbox: [messageOf(eve)] });
      for (const name of impossible) {
        const asked: readonly (readonly [verb: string, answer: Promise<unknown>, expected: unknown])[] = [
          ["find", store.find(name), undefined],
          ["charge", store.charge(name, "newest", "code", 5), undefined],
          ["charge", store.charge(name, 1, "password", 5), undefined],
          ["accountByKey", store.accountByKey(name), undefined],
          ["account", store.account(name), undefined],
          ["setPassword", store.setPassword(name, "Eve's hash"), false],
          ["setPassword", store.setPassword(name, "Eve's hash", ada.password), false],
          ["erase", store.erase(name), undefined],
        ];
        for (const [verb, answer, expected] of asked) {
          const heard = await answer.catch(() => "an error");
          expectEqual(heard, expected, `${verb} of ${JSON.stringify(name.slice(0, 30))}`);
        }
      }
      expectEqual(await store.accountByKey(ada.identifier.key), accountOf(ada, "account-1"), "the account");
      expectEqual(await store.find(eve.id), { version: 1, registration: eve }, "the registration");
      expectEqual(await dueAt(store, newYear), [messageOf(eve).id], "the outbox");
    },
  },
  {
    promise: "a name that is too long is kept whole or refused, and never cut to another's",
    async check(make) {
      const store = await make();
      const stem = "a".repeat(9_999);
      for (const [n, last] of ["x", "y"].entries()) {
        const name = stem + last;
        const short = (part: string) => pendingFor(`${part}-${n}`, `${part}-${n}@example.com`);
        const tries = [
          { pending: { ...short("id"), id: name }, accountId: `id-${n}`, entryId: `id-${n}` },
          { pending: { ...short("key"), identifier: emailOf(name) }, accountId: `key-${n}`, entryId: `key-${n}` },
          { pending: short("account"), accountId: name, entryId: `account-${n}` },
          { pending: short("entry"), accountId: `entry-${n}`, entryId: name },
        ];
        for (const { pending, accountId, entryId } of tries) {
          const outbox = [messageOf(pending, { id: entryId })];
          const inserted = await store.commit({ base: 0, registration: pending, outbox }).catch(() => "refused");
          const row = inserted === "refused" ? undefined : { version: 1, registration: pending };
          expectEqual(await store.find(pending.id), row, "the registration");
          if (row === undefined) continue;
          const made = await store.commit(activationOf(pending, accountId)).catch(() => "refused");
          const stored = made === "refused" ? undefined : accountOf(pending, accountId);
          expectEqual(await store.accountByKey(pending.identifier.key), stored, "the account by its key");
          expectEqual(await store.account(accountId), stored?.account, "the account by its id");
        }
      }
      for (const length of [40, 64, 128, 191, 255, 320, 1_000, 9_999]) {
        expectEqual(await store.find(stem.slice(0, length)), undefined, `find of its first ${length} characters`);
      }
      const lengths = (await dueAt(store, newYear)).map((id) => id.length).filter((length) => length > 40);
      expectThat(
        lengths.every((length) => length === stem.length + 1),
        "an entry's id was cut",
      );
    },
  },
];
