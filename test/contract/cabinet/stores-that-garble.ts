import type { Pending } from "../../../src/core/registration.js";
import type { Leased, Store, Stored, StoredAccount } from "../../../src/ports.js";
import type { Broken } from "./broken.js";
import { committing, worse } from "./worse-store.js";

/** Passes every text inside, names included, through a change; what comes out is whatever JSON makes of it. */
function rewritten<Value>(value: Value, change: (text: string) => string): Value {
  if (value === undefined) return value;
  return JSON.parse(
    JSON.stringify(value).replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => JSON.stringify(change(JSON.parse(text)))),
  );
}

const finding = (change: (row: Stored) => Stored): (() => Store<undefined>) =>
  worse((good) => ({
    find: async (id) => {
      const row = await good.find(id);
      return row && change(row);
    },
  }));

const findingPending = (change: (pending: Pending) => Pending): (() => Store<undefined>) =>
  finding((row) => {
    const { registration } = row;
    return registration.state === "pending" ? { ...row, registration: change(registration) } : row;
  });

/** Changes the account as both of its verbs give it. */
const readingAccounts = (change: (stored: StoredAccount) => StoredAccount): (() => Store<undefined>) =>
  worse((good) => ({
    accountByKey: async (key) => {
      const stored = await good.accountByKey(key);
      return stored && change(stored);
    },
    account: async (id) => {
      const account = await good.account(id);
      return account && change({ account, password: null }).account;
    },
  }));

const leasing = (change: (leased: Leased) => Leased): (() => Store<undefined>) =>
  worse((good) => ({ lease: async (...pass) => (await good.lease(...pass)).map(change) }));

/** Compares the hash that was verified by a weaker measure. */
const comparing = (measure: (hash: string) => string) =>
  worse((good) => ({
    setPassword: async (accountId, to, from) => {
      const account = await good.account(accountId);
      const stored = account && (await good.accountByKey(account.identifier.key));
      const same = from !== undefined && measure(from) === measure(stored?.password ?? "");
      return good.setPassword(accountId, to, same ? undefined : from);
    },
  }));

const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
const to16Bits = (serial: number): number => serial % 2 ** 16;

export const storesThatGarble: readonly Broken<Store>[] = [
  {
    defect: "replaces lone surrogates by question marks",
    caughtBy: "text in a registration comes back unchanged, or is refused with nothing written",
    make: finding((row) => rewritten(row, (text) => text.toWellFormed())),
  },
  {
    defect: "refuses a text only after it has written half of the commit",
    caughtBy: "text in a registration comes back unchanged, or is refused with nothing written",
    make: worse((good) => ({
      commit: async (change) => {
        const answer = await good.commit(change);
        if (JSON.stringify(change.registration).includes("\\u0000")) throw new Error("invalid byte sequence");
        return answer;
      },
    })),
  },
  {
    defect: "cuts the text of an account at a NUL",
    caughtBy: "text in an account comes back unchanged, or is refused with nothing written",
    make: readingAccounts((stored) => rewritten(stored, (text) => text.replace(/\0.*/s, ""))),
  },
  {
    defect: "trims the text of an account",
    caughtBy: "text in an account comes back unchanged, or is refused with nothing written",
    make: readingAccounts((stored) => rewritten(stored, (text) => text.trimEnd())),
  },
  {
    defect: "finds out only at the activation that a consent is too long",
    caughtBy: "what a pending registration may hold its account may hold: nothing is refused only when it is activated",
    make: worse((good) => ({
      commit: async (change) => {
        const texts = change.account?.account.consents.flatMap(({ document, version }) => [document, version]) ?? [];
        if (texts.some((text) => text.length > 64)) throw new Error("value too long for type varchar(64)");
        return good.commit(change);
      },
    })),
  },
  {
    defect: "composes the accents of what is to be sent",
    caughtBy: "text in an outgoing entry comes back unchanged, or is refused with nothing written",
    make: leasing((leased) => rewritten(leased, (text) => text.normalize("NFC"))),
  },
  {
    defect: "writes a hash as UTF-8, whatever it is",
    caughtBy: "text that setPassword writes comes back unchanged, or is refused with nothing written",
    make: worse((good) => ({
      setPassword: (accountId, to, from) => good.setPassword(accountId, to.toWellFormed(), from),
    })),
  },
  {
    defect: "compares hashes without their case",
    caughtBy: "setPassword takes no hash for another that differs by case, by a space or by what was cut off",
    make: comparing((hash) => hash.toLowerCase()),
  },
  {
    defect: "compares hashes as UTF-8, whatever they are",
    caughtBy: "setPassword takes no hash for another that differs by case, by a space or by what was cut off",
    make: comparing((hash) => hash.toWellFormed()),
  },
  {
    defect: "takes every number for a mobile one",
    caughtBy: "a telephone number comes back with its country and type, pending and as an account",
    make: readingAccounts(({ account, password }) => {
      const { identifier } = account;
      if (identifier.channel === "email") return { account, password };
      return { account: { ...account, identifier: { ...identifier, type: "mobile" } }, password };
    }),
  },
  {
    defect: "keeps the key of an address and not the address",
    caughtBy: "an e-mail address comes back as it was typed, beside its key",
    make: findingPending((pending) => ({
      ...pending,
      identifier: { ...pending.identifier, address: pending.identifier.key },
    })),
  },
  {
    defect: "gives consents in the order of their names",
    caughtBy: "consents come back in their order: none, one, twenty",
    make: readingAccounts(({ account, password }) => {
      const consents = account.consents.toSorted((a, b) => (a.document < b.document ? -1 : 1));
      return { account: { ...account, consents }, password };
    }),
  },
  {
    defect: "keeps one consent for each document",
    caughtBy: "consents come back in their order: none, one, twenty",
    make: readingAccounts(({ account, password }) => {
      const consents = account.consents.filter(
        ({ document }, n, all) => all.findIndex((other) => other.document === document) === n,
      );
      return { account: { ...account, consents }, password };
    }),
  },
  {
    defect: "takes no password for an empty one",
    caughtBy: "an account comes back without a password where it has none",
    make: readingAccounts(({ account, password }) => ({ account, password: password ?? "" })),
  },
  {
    defect: "takes no profile for an empty one",
    caughtBy: "a profile of any shape comes back, and metadata of any names",
    make: readingAccounts(({ account, password }) => ({
      account: { ...account, profile: account.profile ?? {} },
      password,
    })),
  },
  {
    defect: "reads digits as numbers",
    caughtBy: "text that looks like a number, a date or JSON stays text",
    make: finding((row) => JSON.parse(JSON.stringify(row).replaceAll(/:"0*(\d+)"/g, ":$1"))),
  },
  {
    defect: "revives what looks like JSON",
    caughtBy: "text that looks like a number, a date or JSON stays text",
    make: readingAccounts(({ account, password }) => {
      const { profile } = account;
      const isJson = typeof profile === "string" && /^[[{]/.test(profile);
      return { account: { ...account, profile: isJson ? JSON.parse(profile) : profile }, password };
    }),
  },
  {
    defect: "forgets by what an account was activated",
    caughtBy: "every end of a registration comes back with its reason or its proof",
    make: finding((row) => {
      const { registration } = row;
      return registration.state === "activated" ? { ...row, registration: { ...registration, by: "link" } } : row;
    }),
  },
  {
    defect: "knows two reasons to close",
    caughtBy: "every end of a registration comes back with its reason or its proof",
    make: finding((row) => {
      const { registration } = row;
      if (registration.state !== "closed" || registration.reason !== "taken") return row;
      return { ...row, registration: { ...registration, reason: "cancelled" } };
    }),
  },
  {
    defect: "keeps whole seconds",
    caughtBy: "times come back to the millisecond, as far as time is counted",
    make: findingPending((pending) => ({ ...pending, committedAt: wholeSeconds(pending.committedAt) })),
  },
  {
    defect: "keeps due times in 32 bits",
    caughtBy: "times come back to the millisecond, as far as time is counted",
    make: leasing((leased) => ({ ...leased, dueAt: leased.dueAt | 0 })),
  },
  {
    defect: "keeps serials in 16 bits",
    caughtBy: "serials and counts of a million come back",
    make: findingPending((pending) => ({
      ...pending,
      challenge: { ...pending.challenge, serial: to16Bits(pending.challenge.serial) },
    })),
  },
  {
    defect: "keeps account ids in 36 characters, as long as a UUID",
    caughtBy: "ids of sixteen and of forty characters are kept whole, as are the account ids of a host",
    make: committing((change) => {
      if (change.account === undefined) return change;
      const { account, password } = change.account;
      return { ...change, account: { account: { ...account, id: account.id.slice(0, 36) }, password } };
    }),
  },
  {
    defect: "keeps account ids as numbers where they are some",
    caughtBy: "ids of sixteen and of forty characters are kept whole, as are the account ids of a host",
    make: readingAccounts(({ account, password }) => ({
      account: { ...account, id: account.id.replace(/^0+/, "") },
      password,
    })),
  },
  {
    defect: "keeps addresses in 191 characters",
    caughtBy: "the longest address is kept whole, as are its key and the hash of a careful hasher",
    make: readingAccounts(({ account, password }) => {
      const { identifier } = account;
      const cut = { ...identifier, address: identifier.address.slice(0, 191) };
      return { account: { ...account, identifier: cut }, password };
    }),
  },
];
