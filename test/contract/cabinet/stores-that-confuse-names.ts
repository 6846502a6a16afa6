import type { Store } from "../../../src/ports.js";
import type { Broken } from "./broken.js";
import { enqueuing, knowingIds, worse } from "./worse-store.js";

const cut = (name: string): string => name.slice(0, 255);

export const storesThatConfuseNames: readonly Broken<Store>[] = [
  {
    defect: "folds the case of keys",
    caughtBy: "keys and ids compare bytewise",
    make: worse((good) => ({ accountByKey: (key) => good.accountByKey(key.toLowerCase()) })),
  },
  {
    defect: "gives the account of the next key where nobody has the one that is asked for",
    caughtBy: "a name that nobody can have finds nobody, and touches nobody",
    make: worse((good) => {
      const keys = new Set<string>();
      return {
        commit: (change) => {
          if (change.account) keys.add(change.account.account.identifier.key);
          return good.commit(change);
        },
        accountByKey: (key) => good.accountByKey([...keys].sort().find((one) => one >= key) ?? key),
      };
    }),
  },
  {
    defect: "pads ids with spaces",
    caughtBy: "keys and ids compare bytewise",
    make: worse((good) => ({
      commit: (change) =>
        good.commit({ ...change, registration: { ...change.registration, id: change.registration.id.trim() } }),
    })),
  },
  {
    defect: "folds the case of the account whose password it sets",
    caughtBy: "setPassword and erase touch the account of that very spelling",
    make: worse((good) => ({
      setPassword: (accountId, to, from) => good.setPassword(accountId.toLowerCase(), to, from),
    })),
  },
  {
    defect: "composes the accents of the id that is charged",
    caughtBy: "charge and erase touch the registrations of that very spelling",
    make: worse((good) => ({ charge: (id, ...guess) => good.charge(id.normalize("NFC"), ...guess) })),
  },
  {
    defect: "says taken of a key that sounds like one with an account",
    caughtBy: "taken is said of the very key that has an account",
    make: worse((good) => {
      const plain = (key: string): string => key.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();
      const owned = new Set<string>();
      return {
        commit: (change) => {
          if (change.account) owned.add(plain(change.account.account.identifier.key));
          return good.commit(change);
        },
        lease: async (...pass) =>
          (await good.lease(...pass)).map((leased) => {
            const { registration } = leased;
            return {
              ...leased,
              taken: registration?.state === "pending" && owned.has(plain(registration.identifier.key)),
            };
          }),
      };
    }),
  },
  {
    defect: "names outgoing entries without their case",
    caughtBy: "outgoing entries and their registrations are told apart by case",
    make: enqueuing((outgoing) => [{ ...outgoing, id: outgoing.id.toLowerCase() }]),
  },
  {
    defect: "finds an id by like",
    caughtBy: "a name that nobody can have finds nobody, and touches nobody",
    make: knowingIds((good, ids) => ({
      find: async (id) => {
        const pattern = id
          .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
          .replaceAll("%", ".*")
          .replaceAll("_", ".");
        const found = [...ids].find((one) => new RegExp(`^${pattern}$`).test(one));
        return found === undefined ? undefined : good.find(found);
      },
    })),
  },
  {
    defect: "throws at a NUL that somebody asks with",
    caughtBy: "a name that nobody can have finds nobody, and touches nobody",
    make: worse((good) => ({
      accountByKey: async (key) => {
        if (key.includes("\0")) throw new Error("invalid byte sequence for encoding UTF8: 0x00");
        return good.accountByKey(key);
      },
    })),
  },
  {
    defect: "erases the account whose key only begins like the one that is given",
    caughtBy: "a name that nobody can have finds nobody, and touches nobody",
    make: worse((good) => ({ erase: (key) => good.erase(key.replace(/[\0'\s].*/s, "")) })),
  },
  {
    defect: "cuts account ids at 255 characters",
    caughtBy: "a name that is too long is kept whole or refused, and never cut to another's",
    make: worse((good) => ({
      commit: (change) => {
        if (change.account === undefined) return good.commit(change);
        const { account, password } = change.account;
        return good.commit({ ...change, account: { account: { ...account, id: cut(account.id) }, password } });
      },
      account: (id) => good.account(cut(id)),
    })),
  },
  {
    defect: "cuts registration ids at 255 characters, and finds them so",
    caughtBy: "a name that is too long is kept whole or refused, and never cut to another's",
    make: worse((good) => ({
      commit: ({ registration, ...change }) =>
        good.commit({ ...change, registration: { ...registration, id: cut(registration.id) } }),
      find: async (id) => {
        const row = await good.find(cut(id));
        return row && { ...row, registration: { ...row.registration, id } };
      },
    })),
  },
  {
    defect: "cuts the ids of outgoing entries at 255 characters",
    caughtBy: "a name that is too long is kept whole or refused, and never cut to another's",
    make: enqueuing((outgoing) => [{ ...outgoing, id: cut(outgoing.id) }]),
  },
];
