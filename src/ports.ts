import type { Account, Event, Metadata, StoredRegistration } from "./core/registration.js";
import type { Channel, Identifier } from "./values/identifier.js";

/**
 * What the host itself knows of the caller.
 *
 * `ip` is never read from a header here: behind a proxy give the address that your proxy vouches for. Callers of
 * undefined `ip` share one budget. `locale` is a tag or a whole Accept-Language.
 */
export interface Caller {
  readonly ip: string | undefined;
  readonly locale?: string | undefined;
}

/** Epoch milliseconds. */
export interface Clock {
  now(): number;
}

/** Turns a password into an encoded hash and back into yes or no. Throws ERR_OVERLOADED when its queue is full. */
export interface Hasher {
  hash(password: string): Promise<string>;
  verify(encoded: string, password: string): Promise<boolean>;
  /** True where the hash was made with other parameters than today's. */
  outdated(encoded: string): boolean;
}

/** Tells people from programs. Judges host name, action and age itself. Throws on an outage: the door stays shut. */
export interface Captcha {
  /**
   * `once` names the challenge that was judged, never the response text (a proof of work can be re-encoded). The
   * registrar spends it, once per registration `id`: the same response passes again for the same `id` only.
   * `goodForSeconds` is how long the challenge would be accepted from now: under 600, for its spending is remembered so long.
   */
  check(
    response: string,
    about: { readonly ip: string | undefined; readonly action: string; readonly id: string },
  ): Promise<
    { readonly passed: true; readonly once: string; readonly goodForSeconds: number } | { readonly passed: false }
  >;
  /** What a page needs to show a challenge; left out where the page needs nothing. */
  challenge?(): Promise<object>;
}

/**
 * Sliding windows, atomic across processes: in any interval of `perSeconds` at most `max` hits are allowed.
 *
 * One call is all or nothing: the limits are read in order, the first refusal ends it, and a refused call counts on no
 * key. A key belongs to one window; its `max` may differ from call to call. A clock that jumps back makes a wait at most its own length.
 */
export interface Limiter {
  hit(limits: readonly Limit[]): Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;
  clear(key: string): Promise<void>;
  /**
   * Deletes counters whose window is over by `before`, at most `limit`, and returns how many went. Left out where they
   * expire by themselves.
   */
  purge?(before: number, limit: number): Promise<number>;
  /** As {@link Store.ready}, for a limiter that has a database of its own. */
  ready?(): Promise<void>;
  /** Set by a limiter that counts for one process only; refused beside a durable store. */
  readonly singleProcess?: true;
}

export interface Limit {
  readonly key: string;
  readonly max: number;
  readonly perSeconds: number;
  /** `0` only reads: is there room for one more? Default 1. */
  readonly cost?: 0 | 1 | undefined;
}

/** How often a password was seen in known breaches. Throws on an outage: the local list decides then. */
export interface BreachCheck {
  count(password: string): Promise<number>;
}

/**
 * The host's last word before anything is stored or sent: invitations, disposable domains, risky numbers, honeypots.
 *
 * Asked after the captcha, about a changed address too, at most ten times per registration, for five seconds at most; one
 * that throws lets nobody in. `refuse` is a reason: a code for the page (shown to nobody, save those of our own screens,
 * which are worded), or a sentence with a space in it, which the visitor reads as it is. `field` names the input that the
 * page should mark. `"pretend"` goes on as if: whatever the visitor sees is what a pending sign-up shows, and nothing is
 * sent.
 */
export type Screen<P = unknown> = (candidate: {
  readonly identifier: Identifier;
  readonly profile: P;
  readonly metadata: Metadata;
  readonly from: Caller;
}) => Promise<"pass" | "pretend" | { readonly refuse: string; readonly field?: string | undefined }>;

/** Resolves when the message is accepted. Throws ERR_UNDELIVERABLE (final), ERR_RATE_LIMITED (waits), else is retried. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** As {@link Mailer}, for text messages. */
export interface Texter {
  send(sms: Sms): Promise<void>;
}

export type Mail = Letter & { readonly channel: "email"; readonly subject: string; readonly html: string };
export type Sms = Letter & { readonly channel: "phone" };

/** One rendered message. `id` is the same for every try of it, so that a provider can drop a repetition. */
export type Letter = {
  readonly id: string;
  readonly to: string;
  readonly locale: string;
  readonly text: string;
} & (
  | { readonly kind: "activation"; readonly link?: string; readonly code?: string; readonly expiresAt: number }
  | { readonly kind: "already_registered" | "activated" }
);

/**
 * Where registrations, accounts and outgoing messages live.
 *
 * Every verb is atomic. Keys and ids compare bytewise. A row count decides `stale` and `taken`, never a caught error.
 * `Tx` is the open transaction that the host's own rows join.
 */
export interface Store<Tx = unknown> {
  find(id: string): Promise<Stored | undefined>;
  /**
   * Pays for one guess in a single atomic statement and returns the row as it is after it. `"newest"` is the present
   * serial. A row that is not pending, or of another serial, or whose guesses are spent, comes back unpaid; undefined
   * means that no such id exists.
   */
  charge(
    id: string,
    serial: number | "newest",
    kind: "code" | "password",
    max: number,
  ): Promise<{ readonly paid: boolean; readonly row: Stored } | undefined>;
  /**
   * All or nothing. `base` is the version that was read, 0 for a new registration; `"stale"` comes before the store's own `"taken"`.
   * Writes neither `guesses` (save 0 with a new serial) nor `passwordTries`, and keeps the stored `challenge.delivery`
   * where the outbox holds no activation message.
   */
  commit(change: Change<Tx>): Promise<"committed" | "stale" | "taken">;
  /** For signing in alone. Takes as long where nobody has the key, or the time of a sign-in tells who has an account. */
  accountByKey(key: string): Promise<StoredAccount | undefined>;
  account(accountId: string): Promise<Account | undefined>;
  /** Writes only where the stored hash is still `from` (any, where undefined). */
  setPassword(accountId: string, to: string, from?: string): Promise<boolean>;
  /**
   * Due entries of one lane, the longest due first, each this caller's until `until`, each with its registration as it is
   * now and whether its address has an account. An event is leased only when no older event of its registration is
   * unsettled.
   *
   * What is due later than `now` plus `longestWaitMs`, or leased for longer than twice `until - now`, was written by
   * a clock that has been set back since: it is due, and free.
   */
  lease(now: number, until: number, limit: number, lane: Lane): Promise<readonly Leased[]>;
  /** Counts only for the lease that each outcome names. */
  settle(outcomes: readonly Settlement[]): Promise<void>;
  /**
   * Deletes what expired, and stubs whose `keepUntil` is over by `before`, with their unsent messages; at most `limit`. A
   * stub whose notice of activation is not settled stays, as do such events. Returns how many registrations went.
   */
  purge(before: number, limit: number): Promise<number>;
  /**
   * Removes a person wholly: the account, its identifier, and what every registration of that key says of it. Of a
   * pending one a stub stays (`closed`, `cancelled`, kept until its end), so that no old ticket inserts its id anew. Its
   * events, which name nobody (`masked`, an account's id), stay until they are told.
   */
  erase(key: string): Promise<void>;
  /**
   * Resolves when the store can be used. Throws ERR_SCHEMA_OUTDATED where the database's schema is missing or older than
   * this version needs. Left out by a store that has none.
   */
  ready?(): Promise<void>;
  /** How long a verb may take, 1 to 60 seconds; default 5. A commit with host callbacks has ten seconds more. */
  readonly timeoutSeconds?: number | undefined;
  /** Set by a store that lives in one process only. */
  readonly singleProcess?: true;
}

export interface Stored {
  readonly version: number;
  readonly registration: StoredRegistration;
}

export interface StoredAccount {
  readonly account: Account;
  readonly password: string | null;
}

/** One commit: the registration, its outgoing entries and, on activation, the account. */
export interface Change<Tx = unknown> {
  readonly base: number;
  readonly registration: StoredRegistration;
  readonly outbox: readonly Outgoing[];
  readonly account?: StoredAccount | undefined;
  readonly inTransaction?: InTransaction<Tx> | undefined;
}

/** Runs first in the transaction. `"taken"` rolls back; an object replaces these three before they are written. */
export type InTransaction<Tx> = (
  tx: Tx,
) => Promise<"taken" | Pick<Change<Tx>, "registration" | "account" | "outbox"> | undefined>;

export interface Outgoing {
  readonly id: string;
  readonly registrationId: string;
  readonly dueAt: number;
  readonly entry: Entry;
}

/** Never an address, never a secret: both are looked up and derived at the moment of sending. */
export type Entry =
  | {
      readonly kind: "activation" | "activated";
      readonly channel: Channel;
      readonly serial: number;
      readonly locale: string;
    }
  | { readonly kind: "event"; readonly event: Event };

/** What is delivered side by side, so that none waits for another: the messages of each channel, and events. */
export type Lane = Channel | "event";

export interface Leased extends Outgoing {
  readonly lease: string;
  /** 1 for the first lease. One that came to no try is not counted; one that ended without an outcome is. */
  readonly attempt: number;
  readonly registration?: StoredRegistration | undefined;
  readonly account?: Account | undefined;
  readonly taken: boolean;
  /** Its registration or account cannot be read by this version: a fault that must not stop the others of its pass. */
  readonly unreadable?: true;
}

/** What became of one leased entry. A failed message leaves its event in the same commit. */
export type Settlement = { readonly id: string; readonly lease: string } & (
  | { readonly outcome: "sent" | "dropped" }
  | { readonly outcome: "failed"; readonly event?: Outgoing | undefined }
  | {
      readonly outcome: "retry";
      readonly dueAt: number;
      /** The lease came to no try, and its attempt is not counted. */
      readonly untried?: true | undefined;
    }
);

/** The sliver of Standard Schema that a host's profile schema must have (standardschema.dev, version 1). */
export interface StandardSchema<Out> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: Out } | undefined;
    readonly validate: (value: unknown) => StandardResult<Out> | Promise<StandardResult<Out>>;
  };
}

export type StandardResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };
