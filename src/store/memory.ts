import type { Pending, StoredRegistration } from "../core/registration.js";
import type { Leased, Outgoing, Settlement, Store, Stored, StoredAccount } from "../ports.js";
import { copyOf } from "../stored/copy.js";
import { tooFar } from "../stored/outbox.js";

interface Waiting {
  readonly outgoing: Outgoing;
  readonly attempt: number;
  readonly lease?: { readonly id: string; readonly until: number };
}

/**
 * Keeps everything in this process: for tests, examples and the first afternoon.
 *
 * It is the reference that every other store is measured against, and it forgets all when the process ends. What goes
 * in and what comes out is copied, so that nobody shares a reference with it. A host's `inTransaction` cannot be rolled
 * back here, because there is no transaction to join: only Porchlight's own writes are all or nothing.
 *
 * @example
 * ```ts
 * import { memoryStore } from "porchlight/store/memory";
 * const store = memoryStore();
 * await store.find("nobody"); // undefined
 * ```
 */
export function memoryStore(): Store<undefined> {
  const rows = new Map<string, Stored>();
  const accounts = new Map<string, StoredAccount>();
  const owners = new Map<string, string>();
  // A Map keeps the order of insertion, which is the order of commits: what "an older event" means.
  const outbox = new Map<string, Waiting>();
  let leases = 0;

  /** Whose account is read for a key that nobody has, so that how long a sign-in takes tells nobody who has one. */
  let turn = owners.values();
  const nextInTurn = (): string | undefined => {
    const { value, done } = turn.next();
    if (done) turn = owners.values();
    return value;
  };

  const enqueue = (outgoing: Outgoing): void => void outbox.set(outgoing.id, { outgoing, attempt: 0 });

  /** Replaces a pending row without a new version, so that a commit on the version already read still wins. */
  const amend = (row: Stored, registration: Pending): Stored => {
    const amended = { ...row, registration };
    rows.set(registration.id, amended);
    return amended;
  };

  const deliveredAs = ({ registrationId, entry }: Outgoing, delivery: "sent" | "failed"): void => {
    const row = rows.get(registrationId);
    if (entry.kind === "event" || row?.registration.state !== "pending") return;
    const { challenge } = row.registration;
    if (challenge.serial === entry.serial) amend(row, { ...row.registration, challenge: { ...challenge, delivery } });
  };

  const forgetMessages = (registrationIds: ReadonlySet<string>): void => {
    for (const [id, { outgoing }] of outbox) {
      if (outgoing.entry.kind !== "event" && registrationIds.has(outgoing.registrationId)) outbox.delete(id);
    }
  };

  const withPresent = (outgoing: Outgoing, lease: string, attempt: number): Leased => {
    const registration = rows.get(outgoing.registrationId)?.registration;
    const account = registration?.state === "activated" ? accounts.get(registration.accountId)?.account : undefined;
    const taken = registration?.state === "pending" && owners.has(registration.identifier.key);
    return { ...outgoing, lease, attempt, registration, account, taken };
  };

  const settleOne = (settlement: Settlement): void => {
    const waiting = outbox.get(settlement.id);
    if (waiting === undefined || waiting.lease?.id !== settlement.lease) return;
    const { outgoing, attempt } = waiting;
    if (settlement.outcome === "retry") {
      const { dueAt, untried } = settlement;
      outbox.set(settlement.id, { outgoing: { ...outgoing, dueAt }, attempt: untried ? attempt - 1 : attempt });
      return;
    }
    outbox.delete(settlement.id);
    deliveredAs(outgoing, settlement.outcome === "failed" ? "failed" : "sent");
    if (settlement.outcome === "failed" && settlement.event !== undefined) enqueue(settlement.event);
  };

  return {
    singleProcess: true,

    async find(id) {
      return copyOf(rows.get(id));
    },

    async charge(id, serial, kind, max) {
      const row = rows.get(id);
      if (row === undefined) return undefined;
      const { registration } = row;
      const unpaid = { paid: false, row: copyOf(row) };
      if (registration.state !== "pending") return unpaid;
      const { challenge, passwordTries } = registration;
      if (serial !== "newest" && serial !== challenge.serial) return unpaid;
      if ((kind === "code" ? challenge.guesses : passwordTries) >= max) return unpaid;
      const counts =
        kind === "code"
          ? { challenge: { ...challenge, guesses: challenge.guesses + 1 } }
          : { passwordTries: passwordTries + 1 };
      return { paid: true, row: copyOf(amend(row, { ...registration, ...counts })) };
    },

    async commit({ base, registration, account, outbox: messages, inTransaction }) {
      const given = copyOf({ registration, account, outbox: messages });
      const answer = await inTransaction?.(undefined);
      if (answer === "taken") return "taken";
      // From here to the end nothing awaits: what is checked is what is written.
      const next = answer === undefined ? given : copyOf(answer);
      const { id } = next.registration;
      const stored = rows.get(id);
      // Before "taken": whoever lost a race for one registration must read it again, not hear of an owner.
      if ((stored?.version ?? 0) !== base) return "stale";
      if (next.account !== undefined) {
        const { id: accountId, identifier } = next.account.account;
        if (owners.has(identifier.key) || accounts.has(accountId)) return "taken";
        owners.set(identifier.key, accountId);
        accounts.set(accountId, next.account);
      }
      const sends = next.outbox.some(({ entry }) => entry.kind === "activation");
      rows.set(id, { version: base + 1, registration: withCounts(next.registration, stored?.registration, sends) });
      next.outbox.forEach(enqueue);
      return "committed";
    },

    async accountByKey(key) {
      const own = owners.get(key);
      const copy = copyOf(accounts.get(own ?? nextInTurn() ?? ""));
      return own === undefined ? undefined : copy;
    },

    async account(accountId) {
      return copyOf(accounts.get(accountId)?.account);
    },

    async setPassword(accountId, to, from) {
      const stored = accounts.get(accountId);
      if (stored === undefined || (from !== undefined && stored.password !== from)) return false;
      accounts.set(accountId, { ...stored, password: to });
      return true;
    },

    async lease(now, until, limit, lane) {
      const far = tooFar(now, until);
      const withOlderEvent = new Set<string>();
      const due = [...outbox.values()].filter(({ outgoing, lease }) => {
        const { entry, registrationId, dueAt } = outgoing;
        if ((entry.kind === "event" ? "event" : entry.channel) !== lane) return false;
        if (entry.kind === "event") {
          if (withOlderEvent.has(registrationId)) return false;
          withOlderEvent.add(registrationId);
        }
        const isFree = lease === undefined || lease.until <= now || lease.until > far.lease;
        return isFree && (dueAt <= now || dueAt > far.due);
      });
      const chosen = due.sort((a, b) => inOrder(a.outgoing, b.outgoing)).slice(0, limit);
      return chosen.map(({ outgoing, attempt: tried }) => {
        leases += 1;
        const lease = { id: String(leases), until };
        const attempt = tried + 1;
        outbox.set(outgoing.id, { outgoing, attempt, lease });
        return copyOf(withPresent(outgoing, lease.id, attempt));
      });
    },

    async settle(outcomes) {
      copyOf(outcomes).forEach(settleOne);
    },

    async purge(before, limit) {
      const notices = [...outbox.values()].filter(({ outgoing }) => outgoing.entry.kind === "activated");
      const waiting = new Set(notices.map(({ outgoing }) => outgoing.registrationId));
      const over = [...rows].filter(([id, { registration }]) => endOf(registration) <= before && !waiting.has(id));
      const ended = over.slice(0, limit);
      for (const [id] of ended) rows.delete(id);
      forgetMessages(new Set(ended.map(([id]) => id)));
      return ended.length;
    },

    async erase(key) {
      const accountId = owners.get(key);
      const silenced = new Set<string>();
      for (const [id, { version, registration }] of rows) {
        if (registration.state === "activated" && registration.accountId === accountId) silenced.add(id);
        if (registration.state !== "pending" || registration.identifier.key !== key) continue;
        const { committedAt, expiresAt: keepUntil } = registration;
        // A stub, not a hole: a ticket that is still good could insert the id anew.
        const closed = { state: "closed", id, reason: "cancelled", committedAt, keepUntil } as const;
        rows.set(id, { version: version + 1, registration: closed });
        silenced.add(id);
      }
      forgetMessages(silenced);
      if (accountId !== undefined) accounts.delete(accountId);
      owners.delete(key);
    },
  };
}

/** The longest due first; of those due at one moment, by their ids. */
function inOrder(one: Outgoing, other: Outgoing): number {
  return one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1);
}

/** When nothing can name a row any more. */
function endOf(registration: StoredRegistration): number {
  return registration.state === "pending" ? registration.expiresAt : registration.keepUntil;
}

/** What a commit does not write: the counters belong to `charge`, and the delivery, save with a new send, to `settle`. */
function withCounts(
  next: StoredRegistration,
  stored: StoredRegistration | undefined,
  sends: boolean,
): StoredRegistration {
  if (next.state !== "pending") return next;
  if (stored?.state !== "pending") return { ...next, passwordTries: 0, challenge: { ...next.challenge, guesses: 0 } };
  const guesses = next.challenge.serial === stored.challenge.serial ? stored.challenge.guesses : 0;
  const delivery = sends ? next.challenge.delivery : stored.challenge.delivery;
  return { ...next, passwordTries: stored.passwordTries, challenge: { ...next.challenge, guesses, delivery } };
}
