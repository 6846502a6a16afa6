import type { Change, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { accountOf, activationOf, eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";

const ada = pendingRegistration();
const eve = pendingFor("registration-2", "eve@example.com");
const insert = (registration = ada, ...outbox: Change["outbox"]): Change => ({ base: 0, registration, outbox });
const outbox = async (store: Store): Promise<readonly string[]> =>
  (await store.lease(newYear, newYear + 1, 100)).map(({ id }) => id);

async function withAccount(make: () => Promise<Store>): Promise<Store> {
  const store = await make();
  await store.commit(insert());
  await store.commit(activationOf(ada, "account-1"));
  return store;
}

const passwordOf = async (store: Store): Promise<string | null | undefined> =>
  (await store.accountByKey(ada.identifier.key))?.password;

/** What a store promises of `setPassword`, `purge` and `erase`. */
export const storeUpkeepClauses: readonly Clause<Store>[] = [
  {
    promise: "setPassword writes where the hash is still the one that was verified, and nowhere else",
    async check(make) {
      const store = await withAccount(make);
      expectEqual(await store.setPassword("account-1", "new hash", "stale hash"), false, "from another hash");
      expectEqual(await passwordOf(store), ada.password, "the hash that is kept");
      expectEqual(await store.setPassword("account-1", "new hash", ada.password), true, "from the stored hash");
      expectEqual(await passwordOf(store), "new hash", "the hash that was written");
    },
  },
  {
    promise: "setPassword without a hash to compare writes over any, or none",
    async check(make) {
      const store = await make();
      await store.commit(insert());
      const account = { ...accountOf(ada, "account-1"), password: null };
      await store.commit({ ...activationOf(ada, "account-1"), account });
      expectEqual(
        await store.setPassword("account-1", "first hash", "some hash"),
        false,
        "from a hash where there is none",
      );
      expectEqual(await store.setPassword("account-1", "first hash"), true, "over none");
      expectEqual(await store.setPassword("account-1", "second hash"), true, "over any");
      expectEqual(await passwordOf(store), "second hash", "the hash");
    },
  },
  {
    promise: "setPassword of an unknown account writes nothing",
    async check(make) {
      const store = await withAccount(make);
      expectEqual(await store.setPassword("account-2", "new hash"), false, "setPassword");
      expectEqual(await passwordOf(store), ada.password, "the hash of the other account");
    },
  },
  {
    promise: "of twenty rehashes from one hash at once, exactly one writes",
    async check(make) {
      const store = await withAccount(make);
      const hashes = Array.from({ length: 20 }, (_, n) => `hash ${n}`);
      const answers = await Promise.all(hashes.map((hash) => store.setPassword("account-1", hash, ada.password)));
      expectEqual(answers.filter((written) => written).length, 1, "how many wrote");
      expectEqual(await passwordOf(store), hashes[answers.indexOf(true)], "the hash");
    },
  },
  {
    promise: "purge deletes what expired with its messages, and leaves what has not",
    async check(make) {
      const store = await make();
      const old = pendingRegistration({ id: "old", expiresAt: newYear - 2 });
      await store.commit(insert(old, messageOf(old)));
      await store.commit(insert(ada, messageOf(ada)));
      expectEqual(await store.purge(newYear - 1, 10), 1, "how many were deleted");
      expectEqual(await store.find(old.id), undefined, "the expired one");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the other");
      expectEqual(await outbox(store), [messageOf(ada).id], "the outbox");
    },
  },
  {
    promise: "purge keeps a stub until its keepUntil, and its account for good",
    async check(make) {
      const store = await withAccount(make);
      expectEqual(await store.purge(ada.expiresAt - 1, 10), 0, "how many were deleted before");
      expectThat((await store.find(ada.id)) !== undefined, "the stub was deleted too early");
      expectEqual(await store.purge(ada.expiresAt + 1, 10), 1, "how many were deleted after");
      expectEqual(await store.find(ada.id), undefined, "the stub");
      expectEqual((await store.account("account-1"))?.id, "account-1", "the account");
      expectThat((await store.accountByKey(ada.identifier.key)) !== undefined, "the key of the account is gone");
    },
  },
  {
    promise: "purge leaves events until they are settled",
    async check(make) {
      const store = await make();
      await store.commit(insert(ada, eventOf(ada.id, "event-1")));
      await store.purge(ada.expiresAt + 1, 10);
      const [event] = await store.lease(newYear, newYear + 1, 10);
      expectEqual([event?.id, event?.registration], ["event-1", undefined], "the event and its registration");
    },
  },
  {
    promise: "purge deletes at most limit and says how many",
    async check(make) {
      const store = await make();
      for (const id of ["a", "b", "c"]) await store.commit(insert(pendingRegistration({ id })));
      expectEqual(await store.purge(ada.expiresAt + 1, 2), 2, "the first purge");
      expectEqual(await store.purge(ada.expiresAt + 1, 2), 1, "the second purge");
      expectEqual(await store.purge(ada.expiresAt + 1, 2), 0, "the third purge");
    },
  },
  {
    promise: "erase removes the account and frees its key",
    async check(make) {
      const store = await withAccount(make);
      await store.erase(ada.identifier.key);
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "accountByKey");
      expectEqual(await store.account("account-1"), undefined, "account");
      const again = pendingRegistration({ id: "registration-9" });
      await store.commit(insert(again));
      expectEqual(await store.commit(activationOf(again, "account-9")), "committed", "a new account of the key");
    },
  },
  {
    promise: "erase closes every pending registration of the key, with its messages; its id stays in use",
    async check(make) {
      const store = await make();
      await store.commit(insert(ada, messageOf(ada)));
      await store.erase(ada.identifier.key);
      const { id, committedAt, expiresAt: keepUntil } = ada;
      const stub = { state: "closed", id, reason: "cancelled", committedAt, keepUntil };
      expectEqual((await store.find(id))?.registration, stub, "the stub");
      expectEqual(await outbox(store), [], "the outbox");
      expectEqual(await store.commit(insert()), "stale", "an insert by an old ticket");
      expectEqual(await store.commit(activationOf(ada, "account-1")), "stale", "an activation already read");
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "accountByKey");
    },
  },
  {
    promise: "erase touches nobody else",
    async check(make) {
      const store = await withAccount(make);
      const second = pendingFor("registration-3", eve.identifier.key);
      await store.commit(insert(eve, messageOf(eve)));
      await store.erase("nobody@example.com");
      await store.erase("EVE@example.com");
      await store.commit(insert(second));
      expectEqual((await store.find(eve.id))?.registration, eve, "the other registration");
      expectEqual(await outbox(store), [messageOf(eve).id], "the outbox");
      await store.erase(eve.identifier.key);
      expectEqual((await store.find(second.id))?.registration.state, "closed", "the second registration of the key");
      expectEqual((await store.account("account-1"))?.id, "account-1", "the other account");
      expectEqual((await store.find(ada.id))?.registration.state, "activated", "the other stub");
    },
  },
];
