import type { Change, Store, Stored } from "../../../src/ports.js";
import { type Broken, elsewhere } from "./broken.js";
import { worse } from "./worse-store.js";

const withoutTransaction = (change: Change<undefined>): Change<undefined> => ({ ...change, inTransaction: undefined });

/** Commits whatever the version, as an update without a condition does. */
async function overwrite(good: Store<undefined>, change: Change<undefined>): Promise<"committed" | "stale" | "taken"> {
  for (;;) {
    const base = (await good.find(change.registration.id))?.version ?? 0;
    const answer = await good.commit({ ...change, base });
    if (answer !== "stale") return answer;
  }
}

/** Reads, waits, then decides by what it read: every write that came between is lost. */
async function checkThenWrite(
  good: Store<undefined>,
  change: Change<undefined>,
): Promise<"committed" | "stale" | "taken"> {
  const read = (await good.find(change.registration.id))?.version ?? 0;
  if (read !== change.base) return "stale";
  await elsewhere();
  return overwrite(good, change);
}

export const storesThatCommitBadly: readonly Broken<Store>[] = [
  {
    defect: "forgets what it is given",
    caughtBy: "a registration comes back as it was committed, at version 1",
    make: worse(() => ({ find: async () => undefined })),
  },
  {
    defect: "makes up a registration for any id",
    caughtBy: "an empty store finds nothing",
    make: worse((good) => ({
      find: async (id) => {
        const registration = { state: "closed", id, reason: "expired", committedAt: 0, keepUntil: 0 } as const;
        return (await good.find(id)) ?? { version: 0, registration };
      },
    })),
  },
  {
    defect: "cuts text at a NUL",
    caughtBy: "text of any kind comes back unchanged",
    make: worse((good) => ({
      find: async (id): Promise<Stored | undefined> => {
        const row = await good.find(id);
        return row && JSON.parse(JSON.stringify(row).replaceAll(/\\u0000[^"]*/g, ""));
      },
    })),
  },
  {
    defect: "overwrites on insert",
    caughtBy: "an insert that meets its id is stale and overwrites nothing",
    make: worse((good) => ({
      commit: (change) => (change.base === 0 ? overwrite(good, change) : good.commit(change)),
    })),
  },
  {
    defect: "does not raise the version",
    caughtBy: "each commit raises the version by one",
    make: worse((good) => ({
      find: async (id) => {
        const row = await good.find(id);
        return row && { ...row, version: 1 };
      },
    })),
  },
  {
    defect: "loses updates: writes whatever the version",
    caughtBy: "a commit on an older version is stale and writes nothing",
    make: worse((good) => ({
      commit: (change) => (change.base === 0 ? good.commit(change) : overwrite(good, change)),
    })),
  },
  {
    defect: "writes the outbox of a stale commit",
    caughtBy: "a commit on an older version is stale and writes nothing",
    make: worse((good) => ({
      commit: async (change) => {
        const answer = await good.commit(change);
        if (answer !== "stale" || change.base === 0) return answer;
        const row = await good.find(change.registration.id);
        if (row) await good.commit({ base: row.version, registration: row.registration, outbox: change.outbox });
        return answer;
      },
    })),
  },
  {
    defect: "inserts where it was asked to update",
    caughtBy: "a commit on a row that does not exist is stale",
    make: worse((good) => ({
      commit: async (change) =>
        good.commit((await good.find(change.registration.id)) ? change : { ...change, base: 0 }),
    })),
  },
  {
    defect: "checks an insert, waits, then writes",
    caughtBy: "of fifty inserts of one id at once, exactly one wins",
    make: worse((good) => ({
      commit: (change) => (change.base === 0 ? checkThenWrite(good, change) : good.commit(change)),
    })),
  },
  {
    defect: "checks a version, waits, then writes",
    caughtBy: "of fifty commits on one version at once, exactly one wins",
    make: worse((good) => ({ commit: (change) => checkThenWrite(good, change) })),
  },
  {
    defect: "makes no account",
    caughtBy: "an activation makes the account, found by its key and by its id",
    make: worse((good) => ({ commit: (change) => good.commit({ ...change, account: undefined }) })),
  },
  {
    defect: "ignores that a key is taken",
    caughtBy: "a second account of one key is taken, and nothing of its commit is written",
    make: worse((good) => ({
      commit: async (change) => {
        const answer = await good.commit(change);
        return answer === "taken" ? good.commit({ ...change, account: undefined }) : answer;
      },
    })),
  },
  {
    defect: "lets the newest activation take the account over",
    caughtBy: "of twenty registrations that claim one key at once, exactly one becomes the account",
    make: worse((good) => ({
      commit: async (change) => {
        const answer = await good.commit(change);
        if (answer !== "taken" || !change.account) return answer;
        await good.erase(change.account.account.identifier.key);
        return overwrite(good, change);
      },
    })),
  },
  {
    defect: "asks for the owner of a key before the version",
    caughtBy: "whoever loses a race for one registration hears stale, not taken",
    make: worse((good) => ({
      commit: async (change) => {
        const key = change.account?.account.identifier.key;
        return key !== undefined && (await good.accountByKey(key)) ? "taken" : good.commit(change);
      },
    })),
  },
  {
    defect: "shares its references",
    caughtBy: "what is handed in or out is a copy",
    make: worse((good) => {
      const shared = new Map<string, Stored>();
      return {
        commit: async (change) => {
          const answer = await good.commit(change);
          if (answer === "committed") {
            shared.set(change.registration.id, { version: change.base + 1, registration: change.registration });
          }
          return answer;
        },
        find: async (id) => shared.get(id),
      };
    }),
  },
  {
    defect: "never calls inTransaction",
    caughtBy: "inTransaction that answers nothing lets the commit be",
    make: worse((good) => ({ commit: (change) => good.commit(withoutTransaction(change)) })),
  },
  {
    defect: "commits before it calls inTransaction",
    caughtBy: "inTransaction that answers taken rolls everything back",
    make: worse((good) => ({
      commit: async (change) => {
        const answer = await good.commit(withoutTransaction(change));
        return (await change.inTransaction?.(undefined)) === "taken" ? "taken" : answer;
      },
    })),
  },
  {
    defect: "swallows what inTransaction throws",
    caughtBy: "what inTransaction throws comes through, with nothing written",
    make: worse((good) => ({ commit: (change) => good.commit(change).catch(() => "stale" as const) })),
  },
  {
    defect: "drops what inTransaction answers",
    caughtBy: "what inTransaction answers is written in place of what was handed in",
    make: worse((good) => ({
      commit: (change) =>
        good.commit({
          ...change,
          inTransaction: async (tx) => ((await change.inTransaction?.(tx)) === "taken" ? "taken" : undefined),
        }),
    })),
  },
  {
    defect: "checks the version before inTransaction and not after",
    caughtBy: "of ten commits on one version that all wait in inTransaction, exactly one wins",
    make: worse((good) => ({
      commit: async (change) => {
        if (change.inTransaction === undefined) return good.commit(change);
        const read = (await good.find(change.registration.id))?.version ?? 0;
        if (read !== change.base) return "stale";
        const answer = await change.inTransaction(undefined);
        return answer === "taken" ? "taken" : overwrite(good, withoutTransaction({ ...change, ...answer }));
      },
    })),
  },
];
