import type { Store, StoredAccount } from "../../../src/ports.js";
import { memoryStore } from "../../../src/store/memory.js";
import { leaseAll, turns } from "../../../src/testing/store-scenes.js";
import { type Broken, elsewhere } from "./broken.js";
import { committing, knowingIds, orphan, worse } from "./worse-store.js";

/** The stored hash of an account, and its row. */
async function storedOf(good: Store<undefined>, accountId: string): Promise<StoredAccount | undefined> {
  const account = await good.account(accountId);
  return account && good.accountByKey(account.identifier.key);
}

/** Enqueues every message a second time, where no purge finds it. */
function unpurged(good: Store<undefined>): Pick<Store<undefined>, "commit" | "lease"> {
  const orphans = memoryStore();
  return {
    commit: async (change) => {
      await orphans.commit({ ...change, base: 0, account: undefined });
      return good.commit(change);
    },
    lease: (...pass) => orphans.lease(...pass),
  };
}

/** Purges whatever waits, events and notices among it. */
function purgingAll(good: Store<undefined>): Pick<Store<undefined>, "purge"> {
  return {
    async purge(before, limit) {
      const all = await leaseAll(good, before);
      await good.settle(all.map(({ id, lease }) => ({ id, lease, outcome: "dropped" })));
      return good.purge(before, limit);
    },
  };
}

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
    make: worse(unpurged),
  },
  {
    defect: "purges stubs by the hour",
    caughtBy: "purge keeps a stub until its keepUntil, and its account for good",
    make: worse((good) => ({ purge: (before, limit) => good.purge(before + 3_600_000, limit) })),
  },
  {
    defect: "purges events with their registration",
    caughtBy: "purge leaves events until they are settled",
    make: worse(purgingAll),
  },
  {
    defect: "purges a stub from under its notice",
    caughtBy: "purge leaves the stub of an activation until its notice is settled",
    make: worse(purgingAll),
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
    defect: "rehashes by what it has read, over a reset",
    caughtBy: "of rehashes and a reset at once, the reset stays",
    make: worse((good) => ({
      setPassword: async (accountId, to, from) => {
        if (from === undefined) return good.setPassword(accountId, to);
        const stored = await storedOf(good, accountId);
        await turns(3);
        return stored?.password === from && good.setPassword(accountId, to);
      },
    })),
  },
  {
    defect: "sets a password by writing the whole account",
    caughtBy: "setPassword while its account is erased leaves no account",
    make: worse((good) => ({
      setPassword: async (accountId, to, from) => {
        const stored = await storedOf(good, accountId);
        await turns(3);
        if (stored && !(await good.account(accountId))) await orphan(good, { ...stored, password: to });
        return good.setPassword(accountId, to, from);
      },
    })),
  },
  {
    defect: "takes a limit of 0 for none",
    caughtBy: "purge of nothing, or of none, deletes none",
    make: worse((good) => ({ purge: (before, limit) => good.purge(before, limit || 1_000) })),
  },
  {
    defect: "keeps what was closed for good",
    caughtBy: "purge judges each registration by its own end, in whatever state",
    make: committing((change) => {
      const { registration } = change;
      if (registration.state !== "closed") return change;
      return { ...change, registration: { ...registration, keepUntil: Number.POSITIVE_INFINITY } };
    }),
  },
  {
    defect: "deletes accounts with the stubs of their registrations",
    caughtBy: "purge leaves every account whole",
    make: worse((good) => {
      const keys = new Map<string, string>();
      return {
        commit: (change) => {
          if (change.account) keys.set(change.registration.id, change.account.account.identifier.key);
          return good.commit(change);
        },
        purge: async (...batch) => {
          const count = await good.purge(...batch);
          for (const [id, key] of keys) if (!(await good.find(id))) await good.erase(key);
          return count;
        },
      };
    }),
  },
  {
    defect: "never lets an id be used again",
    caughtBy: "an id that was purged begins anew, with all its guesses",
    make: knowingIds((good, ids) => {
      const before = new Set<string>();
      return {
        purge: (...batch) => {
          for (const id of ids) before.add(id);
          return good.purge(...batch);
        },
        commit: async (change) => (before.has(change.registration.id) ? "stale" : good.commit(change)),
      };
    }),
  },
  {
    defect: "counts what it saw, not what it deleted",
    caughtBy: "of five purges at once, each registration is counted by one",
    make: worse((good) => {
      let running: Promise<number> | undefined;
      return {
        purge: (...batch) => {
          running ??= good.purge(...batch).finally(() => {
            running = undefined;
          });
          return running;
        },
      };
    }),
  },
  {
    defect: "chooses what has ended, waits, then deletes it whatever it is by then",
    caughtBy: "a purge and an activation at once: the account with its stub, or a stale commit and nothing",
    make: knowingIds((good, ids) => ({
      purge: async (before, limit) => {
        const rows = await Promise.all([...ids].map((id) => good.find(id)));
        const ended = rows.some((row) => row?.registration.state === "pending" && row.registration.expiresAt < before);
        await turns(2);
        return ended ? good.purge(Number.POSITIVE_INFINITY, limit) : 0;
      },
    })),
  },
  {
    defect: "leaves the messages of what it purged to whoever leased them",
    caughtBy: "a purge while messages are leased leaves none of them",
    make: worse(unpurged),
  },
];
