import type { Consent } from "../core/registration.js";
import type { Change, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activatedStub,
  activationOf,
  emailOf,
  eventOf,
  messageOf,
  newYear,
  pendingFor,
  pendingRegistration,
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { atOnce, dueAt, holding, leaseAll, minute, withAccount } from "./store-scenes.js";

const consents = Array.from({ length: 5 }, (_, n): Consent => {
  return { document: `document-${n}`, version: "1", locale: "en", at: newYear };
});
const ada = pendingRegistration({ consents });
const eve = pendingFor("registration-2", "eve@example.com");

/** An activation with all that a commit may carry. */
function manyRows(pending = ada, accountId = "account-2", base = 1): Change {
  const outbox = [
    messageOf(pending, { id: "message-1" }),
    eventOf(pending.id, "event-1"),
    messageOf(pending, { id: "message-2" }),
    eventOf(pending.id, "event-2"),
  ];
  return { ...activationOf(pending, accountId, base), outbox };
}

/** Nothing of {@link manyRows} may be there: neither the account, nor a claim on its key or its id, nor an entry. */
async function expectNothingLeft(store: Store, pending = ada, accountId = "account-2"): Promise<void> {
  expectEqual(await dueAt(store, newYear + minute), [], "the outbox");
  expectEqual((await store.accountByKey(pending.identifier.key))?.account.id === accountId, false, "the key's account");
  const heir = pendingFor("heir", "heir@example.com");
  await store.commit({ base: 0, registration: heir, outbox: [] });
  expectEqual(await store.commit(activationOf(heir, accountId)), "committed", "an account of that id");
  expectEqual((await store.account(accountId))?.consents, heir.consents, "the consents of that id");
}

/** Somebody else may still claim the key. */
async function expectFree(store: Store, key: string): Promise<void> {
  const heir = pendingFor("heir-of-key", key);
  await store.commit({ base: 0, registration: heir, outbox: [] });
  expectEqual(await store.commit(activationOf(heir, "account-of-heir")), "committed", "an account of that key");
  expectEqual(await store.accountByKey(key), accountOf(heir, "account-of-heir"), "the account of that key");
}

/** What a store promises of its verbs as wholes: all rows of a commit or none, for who writes and for who reads. */
export const storeWholeClauses: readonly Clause<Store>[] = [
  {
    promise: "a stale commit leaves none of its rows, and its key and account id are free",
    async check(make) {
      const store = await holding(make, ada);
      await store.commit({ base: 1, registration: ada, outbox: [] });
      expectEqual(await store.commit(manyRows()), "stale", "commit");
      expectEqual(await store.find(ada.id), { version: 2, registration: ada }, "the registration");
      await expectNothingLeft(store);
      await expectFree(store, ada.identifier.key);
    },
  },
  {
    promise: "a commit whose key is taken leaves none of its rows, and its account id is free",
    async check(make) {
      const rival = pendingFor("rival", ada.identifier.key);
      const store = await withAccount(make, rival);
      await store.commit({ base: 0, registration: ada, outbox: [] });
      expectEqual(await store.commit(manyRows()), "taken", "commit");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
      expectEqual(await store.accountByKey(ada.identifier.key), accountOf(rival, "account-1"), "the key's account");
      await expectNothingLeft(store);
    },
  },
  {
    promise: "a commit whose account id is in use is taken, leaves none of its rows, and its key is free",
    async check(make) {
      const store = await withAccount(make, eve);
      await store.commit({ base: 0, registration: ada, outbox: [] });
      expectEqual(await store.commit(manyRows(ada, "account-1")), "taken", "commit");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
      expectEqual(await store.accountByKey(eve.identifier.key), accountOf(eve, "account-1"), "the account of the id");
      expectEqual(await dueAt(store, newYear + minute), [], "the outbox");
      await expectFree(store, ada.identifier.key);
      expectEqual(await store.commit(manyRows(ada, "account-3")), "taken", "the key once it is claimed");
    },
  },
  {
    promise: "of ten that claim one account id at once, under keys of their own, one has it and nine hear taken",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 5; round += 1) {
        const names = Array.from({ length: 10 }, (_, n) => `round-${round}-${n}`);
        const rivals = names.map((name) => pendingFor(name, `${name}@example.com`));
        for (const rival of rivals) await store.commit({ base: 0, registration: rival, outbox: [] });
        const commits = rivals.map((rival) => store.commit(activationOf(rival, `account-${round}`)));
        const answers = await Promise.all(commits.map((commit) => commit.catch(() => "thrown" as const)));
        expectEqual(answers.toSorted(), ["committed", ...Array(9).fill("taken")], "what they heard");
        const owners = await Promise.all(rivals.map(({ identifier }) => store.accountByKey(identifier.key)));
        const owned = owners.map((owner) => (owner === undefined ? "taken" : "committed"));
        expectEqual(owned, answers, "whose keys have an account");
      }
    },
  },
  {
    promise: "an account that comes with a new registration is made or refused, and never dropped",
    async check(make) {
      const store = await make();
      const answer = await store.commit({ ...activationOf(ada, "account-1"), base: 0 }).catch(() => "refused");
      const kept = answer === "committed";
      expectEqual(await store.account("account-1"), kept ? accountOf(ada, "account-1").account : undefined, "account");
      expectEqual((await store.find(ada.id))?.registration, kept ? activatedStub(ada, "account-1") : undefined, "find");
    },
  },
  {
    promise: "who looks while an account is made sees all of it or nothing",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 15; round += 1) {
        const pending = { ...ada, id: `registration-${round}`, identifier: emailOf(`ada+${round}@example.com`) };
        const accountId = `account-${round}`;
        await store.commit({ base: 0, registration: pending, outbox: [messageOf(pending, { id: pending.id })] });
        const look = () =>
          Promise.all([store.account(accountId), store.accountByKey(pending.identifier.key), store.find(pending.id)]);
        const pass = () => store.lease(newYear, newYear + minute, 1, "email");
        const activate = () => store.commit(activationOf(pending, accountId));
        const [[account, owner, row], [[leased], answer]] = await atOnce(round, look, () =>
          atOnce(round, pass, activate),
        );
        const whole = accountOf(pending, accountId);
        expectEqual(answer, "committed", "the activation");
        if (account) expectEqual(account, whole.account, "the account by its id");
        if (owner) expectEqual(owner, whole, "the account by its key");
        expectEqual(row?.registration, row?.version === 1 ? pending : activatedStub(pending, accountId), "the row");
        expectThat(leased !== undefined, "nothing was leased");
        const activated = leased.registration?.state === "activated";
        expectEqual(leased.account, activated ? whole.account : undefined, "the account of the leased entry");
        expectEqual(leased.taken, false, "taken, of its own account");
      }
    },
  },
  {
    promise: "who looks while an account is erased sees all of it or nothing",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 15; round += 1) {
        const pending = { ...ada, id: `registration-${round}`, identifier: emailOf(`ada+${round}@example.com`) };
        const stored = accountOf(pending, `account-${round}`);
        await store.commit({ base: 0, registration: pending, outbox: [] });
        await store.commit({ ...activationOf(pending, stored.account.id), outbox: [eventOf(pending.id, pending.id)] });
        const look = () =>
          Promise.all([
            store.account(stored.account.id),
            store.accountByKey(pending.identifier.key),
            store.lease(newYear, newYear + minute, 1, "event"),
          ]);
        const [[account, owner, [leased]]] = await atOnce(round, look, () => store.erase(pending.identifier.key));
        if (account) expectEqual(account, stored.account, "the account by its id");
        if (owner) expectEqual(owner, stored, "the account by its key");
        if (leased?.account) expectEqual(leased.account, stored.account, "the account of the leased entry");
        await store.settle([{ id: pending.id, lease: leased?.lease ?? "", outcome: "sent" }]);
      }
    },
  },
  {
    promise: "a registration whose address was changed belongs to its new key alone",
    async check(make) {
      const changed = { ...ada, identifier: eve.identifier };
      const store = await withAccount(make, pendingFor("rival", ada.identifier.key));
      await store.commit({ base: 0, registration: ada, outbox: [messageOf(ada)] });
      await store.commit({ base: 1, registration: changed, outbox: [] });
      const [leased] = await leaseAll(store, newYear);
      expectEqual(leased?.taken, false, "taken, of its old key");
      await store.erase(ada.identifier.key);
      expectEqual(await store.find(ada.id), { version: 2, registration: changed }, "it, with its old key erased");
      await store.erase(eve.identifier.key);
      expectEqual((await store.find(ada.id))?.registration.state, "closed", "it, with its new key erased");
    },
  },
];
