import type { Store } from "../../../src/ports.js";
import { memoryStore } from "../../../src/store/memory.js";
import { type Broken, elsewhere } from "./broken.js";
import { worse } from "./worse-store.js";

/** A store that erases by its own list of ids instead of by what it holds. */
const erasing = (after: (good: Store<undefined>, key: string, ids: readonly string[]) => Promise<void>) =>
  worse((good) => {
    const ids = new Set<string>();
    return {
      commit: (change) => {
        ids.add(change.registration.id);
        return good.commit(change);
      },
      erase: (key) => after(good, key, [...ids]),
    };
  });

export const storesThatKeepHouseBadly: readonly Broken<Store>[] = [
  {
    defect: "sets a password whatever hash was verified",
    caughtBy: "setPassword writes where the hash is still the one that was verified, and nowhere else",
    make: worse((good) => ({ setPassword: (accountId, to) => good.setPassword(accountId, to) })),
  },
  {
    defect: "sets no password where there was none",
    caughtBy: "setPassword without a hash to compare writes over any, or none",
    make: worse((good) => ({
      setPassword: async (accountId, to, from) => from !== undefined && good.setPassword(accountId, to, from),
    })),
  },
  {
    defect: "says that it set the password of nobody",
    caughtBy: "setPassword of an unknown account writes nothing",
    make: worse((good) => ({
      setPassword: async (accountId, to, from) =>
        (await good.setPassword(accountId, to, from)) || (await good.account(accountId)) === undefined,
    })),
  },
  {
    defect: "compares a hash, waits, then writes",
    caughtBy: "of twenty rehashes from one hash at once, exactly one writes",
    make: worse((good) => {
      const hashes = new Map<string, string>();
      return {
        setPassword: async (accountId, to, from) => {
          if (from !== undefined && (hashes.get(accountId) ?? from) !== from) return false;
          await elsewhere();
          hashes.set(accountId, to);
          return good.setPassword(accountId, to);
        },
      };
    }),
  },
  {
    defect: "purges what has not expired",
    caughtBy: "purge deletes what expired with its messages, and leaves what has not",
    make: worse((good) => ({ purge: (_before, limit) => good.purge(Number.POSITIVE_INFINITY, limit) })),
  },
  {
    defect: "leaves the messages of what it purged",
    caughtBy: "purge deletes what expired with its messages, and leaves what has not",
    make: worse((good) => {
      const orphans = memoryStore();
      return {
        commit: async (change) => {
          await orphans.commit({ ...change, base: 0, account: undefined });
          return good.commit(change);
        },
        lease: (...pass) => orphans.lease(...pass),
      };
    }),
  },
  {
    defect: "purges stubs by the hour",
    caughtBy: "purge keeps a stub until its keepUntil, and its account for good",
    make: worse((good) => ({ purge: (before, limit) => good.purge(before + 3_600_000, limit) })),
  },
  {
    defect: "purges events with their registration",
    caughtBy: "purge leaves events until they are settled",
    make: worse((good) => ({
      purge: async (before, limit) => {
        const all = await good.lease(before, before, 1000);
        await good.settle(all.map(({ id, lease }) => ({ id, lease, outcome: "dropped" })));
        return good.purge(before, limit);
      },
    })),
  },
  {
    defect: "purges without a limit",
    caughtBy: "purge deletes at most limit and says how many",
    make: worse((good) => ({ purge: (before) => good.purge(before, 1000) })),
  },
  {
    defect: "purges nothing",
    caughtBy: "purge deletes at most limit and says how many",
    make: worse(() => ({ purge: async () => 0 })),
  },
  {
    defect: "forgets to erase",
    caughtBy: "erase removes the account and frees its key",
    make: worse(() => ({ erase: async () => undefined })),
  },
  {
    defect: "erases a pending registration without a trace, so that its ticket can insert it anew",
    caughtBy: "erase closes every pending registration of the key, with its messages; its id stays in use",
    make: worse((good) => ({
      erase: async (key) => {
        await good.erase(key);
        await good.purge(Number.POSITIVE_INFINITY, 1000);
      },
    })),
  },
  {
    defect: "erases accounts and leaves what is pending",
    caughtBy: "erase closes every pending registration of the key, with its messages; its id stays in use",
    make: worse((good) => ({
      erase: async (key) => {
        if (await good.accountByKey(key)) await good.erase(key);
      },
    })),
  },
  {
    defect: "folds the case of the key that it erases",
    caughtBy: "erase touches nobody else",
    make: worse((good) => ({ erase: (key) => good.erase(key.toLowerCase()) })),
  },
  {
    defect: "erases every registration that is pending",
    caughtBy: "erase touches nobody else",
    make: erasing(async (good, key, ids) => {
      for (const id of ids) {
        const registration = (await good.find(id))?.registration;
        if (registration?.state === "pending") await good.erase(registration.identifier.key);
      }
      await good.erase(key);
    }),
  },
];
