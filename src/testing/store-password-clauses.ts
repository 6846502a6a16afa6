import type { Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { accountOf, activationOf, pendingRegistration } from "./examples.js";
import { expectEqual } from "./expect.js";
import { atOnce, holding, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();

const passwordOf = async (store: Store): Promise<string | null | undefined> =>
  (await store.accountByKey(ada.identifier.key))?.password;

/** What a store promises of `setPassword`. */
export const storePasswordClauses: readonly Clause<Store>[] = [
  {
    promise: "setPassword writes where the hash is still the one that was verified, and nowhere else",
    async check(make) {
      const store = await withAccount(make, ada);
      expectEqual(await store.setPassword("account-1", "new hash", "stale hash"), false, "from another hash");
      expectEqual(await passwordOf(store), ada.password, "the hash that is kept");
      expectEqual(await store.setPassword("account-1", "new hash", ada.password), true, "from the stored hash");
      expectEqual(await passwordOf(store), "new hash", "the hash that was written");
    },
  },
  {
    promise: "setPassword without a hash to compare writes over any, or none",
    async check(make) {
      const store = await holding(make, ada);
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
      const store = await withAccount(make, ada);
      expectEqual(await store.setPassword("account-2", "new hash"), false, "setPassword");
      expectEqual(await passwordOf(store), ada.password, "the hash of the other account");
    },
  },
  {
    promise: "of twenty rehashes from one hash at once, exactly one writes",
    async check(make) {
      const store = await withAccount(make, ada);
      const hashes = Array.from({ length: 20 }, (_, n) => `hash ${n}`);
      const answers = await Promise.all(hashes.map((hash) => store.setPassword("account-1", hash, ada.password)));
      expectEqual(answers.filter((written) => written).length, 1, "how many wrote");
      expectEqual(await passwordOf(store), hashes[answers.indexOf(true)], "the hash");
    },
  },
  {
    promise: "of rehashes and a reset at once, the reset stays",
    async check(make) {
      const store = await withAccount(make, ada);
      for (let round = 0; round < 10; round += 1) {
        const before = (await passwordOf(store)) ?? "";
        const rehashes = () => Promise.all([1, 2, 3].map((n) => store.setPassword("account-1", `rehash ${n}`, before)));
        const reset = () => store.setPassword("account-1", `reset ${round}`);
        const [written, done] = await atOnce(round, rehashes, reset);
        expectEqual(done, true, "the reset");
        expectEqual(written.filter((one) => one).length <= 1, true, "at most one rehash wrote");
        expectEqual(await passwordOf(store), `reset ${round}`, "the hash");
      }
    },
  },
  {
    promise: "setPassword while its account is erased leaves no account",
    async check(make) {
      const store = await withAccount(make, ada);
      for (let round = 0; round < 10; round += 1) {
        await atOnce(
          round,
          () => store.erase(ada.identifier.key),
          () => store.setPassword("account-1", "a late hash"),
        );
        expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account by its key");
        expectEqual(await store.account("account-1"), undefined, "the account by its id");
        expectEqual(await store.setPassword("account-1", "a later hash"), false, "setPassword afterwards");
        const next = pendingRegistration({ id: `registration-${round + 2}` });
        await store.commit({ base: 0, registration: next, outbox: [] });
        expectEqual(await store.commit(activationOf(next, "account-1")), "committed", "the next account");
        expectEqual(await passwordOf(store), ada.password, "its hash");
      }
    },
  },
];
