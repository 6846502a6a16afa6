import type { Change, Store, Stored, StoredAccount } from "../../../src/ports.js";
import { turns } from "../../../src/testing/store-scenes.js";
import type { Broken } from "./broken.js";
import { orphan, worse } from "./worse-store.js";

type Answer = "committed" | "stale" | "taken";

/** Leaves something behind of a commit that came to nothing. */
const leaving = (answer: Answer, left: (good: Store<undefined>, change: Change<undefined>) => Promise<unknown>) =>
  worse((good) => ({
    commit: async (change) => {
      const said = await good.commit(change);
      if (said === answer) await left(good, change);
      return said;
    },
  }));

/** The same account, under a name of its own. */
function renamed(
  { account, password }: StoredAccount,
  name: { readonly id?: string; readonly key?: string },
): StoredAccount {
  const { id = account.id, key = account.identifier.key } = name;
  return { account: { ...account, id, identifier: { ...account.identifier, key } }, password };
}

const holdsKey = (good: Store<undefined>, { account }: Change<undefined>) =>
  account === undefined ? undefined : orphan(good, renamed(account, { id: `claim of ${account.account.id}` }));

/** The verbs of one connection: whoever speaks while a transaction is open speaks in it. */
function oneConnection(good: Store<undefined>): Partial<Store<undefined>> {
  let open = false;
  let joined: string[] = [];
  const lost = new Set<string>();
  return {
    find: async (id) => (lost.has(id) ? undefined : good.find(id)),
    accountByKey: async (key) => {
      const stored = await good.accountByKey(key);
      return stored && lost.has(stored.account.id) ? undefined : stored;
    },
    commit: async (change) => {
      if (open) joined.push(change.registration.id, change.account?.account.id ?? "");
      if (change.inTransaction === undefined) return good.commit(change);
      open = true;
      joined = [];
      const answer = await good.commit(change).catch((error: unknown) => ({ error }));
      open = false;
      if (answer !== "committed") for (const id of joined) lost.add(id);
      if (typeof answer === "object") throw answer.error;
      return answer;
    },
  };
}

export const storesThatDoHalf: readonly Broken<Store>[] = [
  {
    defect: "makes the account before it looks at the version",
    caughtBy: "a stale commit leaves none of its rows, and its key and account id are free",
    make: leaving("stale", (good, { account }) => orphan(good, account)),
  },
  {
    defect: "claims the key before it looks at the version",
    caughtBy: "a stale commit leaves none of its rows, and its key and account id are free",
    make: leaving("stale", async (good, change) => holdsKey(good, change)),
  },
  {
    defect: "makes the account before it claims the key",
    caughtBy: "a commit whose key is taken leaves none of its rows, and its account id is free",
    make: leaving("taken", async (good, { account }) => account && orphan(good, renamed(account, { key: "nobody's" }))),
  },
  {
    defect: "writes the outbox of a commit whose key is taken",
    caughtBy: "a commit whose key is taken leaves none of its rows, and its account id is free",
    make: leaving("taken", (good, { outbox, registration: { id } }) => {
      const registration = { state: "closed", id: `${id} 2`, reason: "taken", committedAt: 0, keepUntil: 0 } as const;
      return good.commit({ base: 0, registration, outbox });
    }),
  },
  {
    defect: "claims the key before it looks at the account id",
    caughtBy: "a commit whose account id is in use is taken, leaves none of its rows, and its key is free",
    make: leaving("taken", async (good, change) => holdsKey(good, change)),
  },
  {
    defect: "lets the unique key of accounts throw",
    caughtBy: "of ten that claim one account id at once, under keys of their own, one has it and nine hear taken",
    make: worse((good) => ({
      commit: async (change) => {
        const id = change.account?.account.id;
        if (id !== undefined && (await good.account(id))) return "taken";
        await turns(1);
        const answer = await good.commit(change);
        if (answer === "taken") throw new Error("duplicate key value violates unique constraint");
        return answer;
      },
    })),
  },
  {
    defect: "inserts a registration and drops the account that came with it",
    caughtBy: "an account that comes with a new registration is made or refused, and never dropped",
    make: worse((good) => ({
      commit: (change) => good.commit(change.base === 0 ? { ...change, account: undefined } : change),
    })),
  },
  {
    defect: "writes the stub and the account one after the other",
    caughtBy: "who looks while an account is made sees all of it or nothing",
    make: worse((good) => {
      const made = new Set<string>();
      return {
        commit: async (change) => {
          const answer = await good.commit(change);
          await turns(2);
          if (answer === "committed" && change.account) made.add(change.account.account.id);
          return answer;
        },
        lease: async (...pass) =>
          (await good.lease(...pass)).map(({ account, ...leased }) =>
            account && made.has(account.id) ? { ...leased, account } : leased,
          ),
      };
    }),
  },
  {
    defect: "erases the consents first and the account afterwards",
    caughtBy: "who looks while an account is erased sees all of it or nothing",
    make: worse((good) => {
      const erased = new Set<string>();
      return {
        erase: async (key) => {
          erased.add(key);
          await turns(2);
          await good.erase(key);
        },
        accountByKey: async (key) => {
          const stored = await good.accountByKey(key);
          return stored && erased.has(key) ? { ...stored, account: { ...stored.account, consents: [] } } : stored;
        },
      };
    }),
  },
  {
    defect: "knows a registration by the key it began with",
    caughtBy: "a registration whose address was changed belongs to its new key alone",
    make: worse((good) => {
      const first = new Map<string, string>();
      return {
        commit: (change) => {
          const { registration, base } = change;
          if (registration.state === "pending" && base === 0) first.set(registration.id, registration.identifier.key);
          return good.commit(change);
        },
        erase: async (key) => {
          for (const [id, began] of first) {
            const registration = (await good.find(id))?.registration;
            if (began === key && registration?.state === "pending") await good.erase(registration.identifier.key);
          }
          await good.erase(key);
        },
      };
    }),
  },
  {
    defect: "makes the account that was handed in where the answer has none",
    caughtBy: "an answer of inTransaction without an account makes none",
    make: worse((good) => ({
      commit: (change) =>
        good.commit({
          ...change,
          inTransaction: async (tx) => {
            const answer = await change.inTransaction?.(tx);
            return typeof answer === "object" ? { account: change.account, ...answer } : answer;
          },
        }),
    })),
  },
  {
    defect: "claims the key before it looks at the account id that inTransaction names",
    caughtBy: "an account id of inTransaction that is in use is taken, and nothing is written",
    make: leaving("taken", async (good, change) => holdsKey(good, change)),
  },
  {
    defect: "writes whatever the version once inTransaction has run",
    caughtBy: "a stale commit is stale whatever inTransaction answers, save its own taken, for it runs first",
    make: worse((good) => ({
      commit: async (change) => {
        const row: Stored | undefined = change.inTransaction && (await good.find(change.registration.id));
        return good.commit(row ? { ...change, base: row.version } : change);
      },
    })),
  },
  {
    defect: "never asks the host about a stale commit",
    caughtBy: "a stale commit is stale whatever inTransaction answers, save its own taken, for it runs first",
    make: worse((good) => ({
      commit: async (change) => {
        const version = (await good.find(change.registration.id))?.version ?? 0;
        return version === change.base ? good.commit(change) : "stale";
      },
    })),
  },
  {
    defect: "asks for the owner of a key before inTransaction and not after",
    caughtBy: "of ten activations of one key that all wait in inTransaction, one wins and nine hear taken",
    make: worse((good) => ({
      commit: async (change) => {
        const key = change.account?.account.identifier.key;
        if (key === undefined || change.inTransaction === undefined) return good.commit(change);
        if (await good.accountByKey(key)) return "taken";
        const answer = await change.inTransaction(undefined);
        if (answer === "taken") return answer;
        const owner = (await good.accountByKey(key))?.account.id;
        const again = { ...change, ...answer, inTransaction: undefined };
        return good.commit(owner === undefined ? again : { ...again, account: undefined });
      },
    })),
  },
  {
    defect: "never gives a connection back after a failed transaction",
    caughtBy: "forty transactions that fail at once leave the store as able as before",
    make: worse((good) => {
      let free = 20;
      return {
        commit: async (change) => {
          if (change.inTransaction === undefined) return good.commit(change);
          if (free === 0) throw new Error("timeout exceeded when trying to connect");
          free -= 1;
          const answer = await good.commit(change);
          if (answer === "committed") free += 1;
          return answer;
        },
      };
    }),
  },
  {
    defect: "runs what others ask for inside the transaction that is open",
    caughtBy: "what another caller does while inTransaction waits is no part of its transaction",
    make: worse(oneConnection),
  },
];
