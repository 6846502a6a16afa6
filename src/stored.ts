import type { Account, Challenge, Consent, Event, Pending, StoredRegistration } from "./core/registration.js";
import type { Change, Entry, Leased, Outgoing, Settlement, Stored, StoredAccount } from "./ports.js";
import type { Row } from "./sql/database.js";
import type { Identifier } from "./values/identifier.js";

/** How many bytes of UTF-8 the bounded columns hold; what is longer is refused before SQL. */
export const widths = {
  id: 40,
  accountId: 128,
  key: 320,
  address: 320,
  password: 1024,
  document: 64,
  version: 64,
  locale: 64,
} as const;

/**
 * Whether a text could ever be found in its column: no NUL, no lone surrogate, not too long, and without the mark at its
 * front that decoders take for their own.
 */
export function fits(text: string, column: keyof typeof widths): boolean {
  return (
    text.length <= widths[column] &&
    text.isWellFormed() &&
    !text.includes("\0") &&
    !text.startsWith("\uFEFF") &&
    utf8.encode(text).length <= widths[column]
  );
}

const utf8 = new TextEncoder();
// A mark at the front is part of a text.
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** @throws TypeError for a text that its column could not give back as it is */
function bounded(text: string, column: keyof typeof widths): string {
  if (fits(text, column)) return text;
  throw new TypeError(
    `The ${column} does not fit: at most ${widths[column]} bytes of UTF-8, no NUL, no mark at the front.`,
  );
}

/** A registration as its columns; those of a pending one are empty in a stub, and the reverse. */
export interface RegistrationRow {
  readonly id: string;
  readonly state: StoredRegistration["state"];
  readonly committed_at: number;
  readonly ends_at: number;
  readonly account_id: string | null;
  /** By what it was activated, or why it was closed. */
  readonly outcome: string | null;
  readonly address_key: string | null;
  readonly serial: number | null;
  readonly delivery: Challenge["delivery"] | null;
  /** JSON of whatever no statement asks for. As text, for `jsonb` refuses the escape of NUL. */
  readonly body: string | null;
}

type PendingBody = Omit<Pending, "state" | "id" | "committedAt" | "expiresAt" | "passwordTries" | "challenge"> & {
  readonly challenge: Omit<Challenge, "serial" | "guesses" | "delivery">;
};

const noPending = { address_key: null, serial: null, delivery: null, body: null };

export function registrationRow(registration: StoredRegistration): RegistrationRow {
  const { state, committedAt: committed_at } = registration;
  const id = bounded(registration.id, "id");
  if (registration.state === "activated") {
    const { accountId, by: outcome, keepUntil: ends_at } = registration;
    return { id, state, committed_at, ends_at, account_id: bounded(accountId, "accountId"), outcome, ...noPending };
  }
  if (registration.state === "closed") {
    const { reason: outcome, keepUntil: ends_at } = registration;
    return { id, state, committed_at, ends_at, account_id: null, outcome, ...noPending };
  }
  const { state: _, id: __, committedAt, expiresAt: ends_at, passwordTries, challenge, ...rest } = registration;
  const { serial, guesses, delivery, ...secret } = challenge;
  const body: PendingBody = { ...rest, challenge: secret };
  // Here, although all but the key is JSON yet: nobody who proves an address hears that it cannot be kept.
  checkTexts(rest);
  const pending = { address_key: rest.identifier.key, serial, delivery, body: JSON.stringify(body) };
  return { id, state, committed_at, ends_at, account_id: null, outcome: null, ...pending };
}

export function readRegistration(row: Row): Stored {
  const id = text(row, "id");
  const committedAt = integer(row, "committed_at");
  const end = integer(row, "ends_at");
  return { version: integer(row, "version"), registration: readState() };

  function readState(): StoredRegistration {
    const state = oneOf(row, "state", states);
    if (state === "activated") {
      const by = oneOf(row, "outcome", proofs);
      return { state, id, accountId: text(row, "account_id"), by, committedAt, keepUntil: end };
    }
    if (state === "closed") return { state, id, reason: oneOf(row, "outcome", reasons), committedAt, keepUntil: end };
    const { challenge, ...rest }: PendingBody = JSON.parse(text(row, "body"));
    return {
      state,
      id,
      ...rest,
      challenge: {
        ...challenge,
        serial: integer(row, "serial"),
        guesses: integer(row, "guesses"),
        delivery: oneOf(row, "delivery", deliveries),
      },
      passwordTries: integer(row, "password_tries"),
      committedAt,
      expiresAt: end,
    };
  }
}

const states = ["pending", "activated", "closed"] as const;
const proofs = ["ticket", "password", "code", "link"] as const;
const reasons = ["expired", "cancelled", "taken"] as const;
const deliveries = ["queued", "sent", "failed"] as const;
const phoneTypes = ["mobile", "mobile_or_landline", "voip"] as const;

/** @throws TypeError for a text that the columns of an account could not give back as it is */
function checkTexts(given: Pick<Account, "identifier" | "consents"> & { readonly password: string | null }): void {
  const { identifier, consents, password } = given;
  bounded(identifier.key, "key");
  bounded(identifier.address, "address");
  if (password !== null) bounded(password, "password");
  for (const { document, version, locale } of consents) {
    bounded(document, "document");
    bounded(version, "version");
    bounded(locale, "locale");
  }
}

/** An account, its identifier and its consents as their columns. */
export interface AccountRows {
  readonly account: {
    readonly id: string;
    readonly password: string | null;
    readonly profile: string;
    readonly metadata: string;
    readonly activated_at: number;
  };
  readonly identifier: {
    readonly address_key: string;
    readonly channel: string;
    readonly address: string;
    /** Of a phone only, as is its type. */
    readonly country: string | null;
    readonly phone_type: string | null;
  };
  readonly consents: readonly (readonly [
    position: number,
    document: string,
    version: string,
    locale: string,
    at: number,
  ])[];
}

export function accountRows({ account, password }: StoredAccount): AccountRows {
  const { id, identifier, profile, consents, metadata, activatedAt } = account;
  checkTexts({ identifier, consents, password });
  return {
    account: {
      id: bounded(id, "accountId"),
      password,
      profile: JSON.stringify(profile) ?? "null",
      metadata: JSON.stringify(metadata),
      activated_at: activatedAt,
    },
    identifier: {
      address_key: identifier.key,
      channel: identifier.channel,
      address: identifier.address,
      country: identifier.channel === "phone" ? identifier.country : null,
      phone_type: identifier.channel === "phone" ? identifier.type : null,
    },
    consents: consents.map(({ document, version, locale, at }, position) => [position, document, version, locale, at]),
  };
}

/** Reads the columns that every store selects for an account; `consents` is JSON, in any order. */
export function readAccount(row: Row): StoredAccount {
  const consents: readonly AccountRows["consents"][number][] = JSON.parse(text(row, "consents"));
  const account: Account = {
    id: text(row, "account"),
    identifier: readIdentifier(row),
    profile: JSON.parse(text(row, "profile")),
    consents: consents
      .toSorted(([a], [b]) => a - b)
      .map(([, document, version, locale, at]): Consent => ({ document, version, locale, at })),
    metadata: JSON.parse(text(row, "metadata")),
    activatedAt: integer(row, "activated_at"),
  };
  return { account, password: row.password === null ? null : text(row, "password") };
}

function readIdentifier(row: Row): Identifier {
  const found = { address: text(row, "address"), key: text(row, "account_key") };
  const channel = oneOf(row, "channel", ["email", "phone"] as const);
  if (channel === "email") return { channel, ...found };
  return { channel, ...found, country: text(row, "country"), type: oneOf(row, "phone_type", phoneTypes) };
}

export interface MessageRow {
  readonly id: string;
  readonly registration_id: string;
  readonly kind: "activation" | "activated";
  readonly serial: number;
  readonly locale: string;
  readonly due_at: number;
}

export interface EventRow {
  readonly id: string;
  readonly registration_id: string;
  /** Where it stands among the events of its registration: by version, then in the order of its commit. */
  readonly position: number;
  readonly body: string;
  readonly due_at: number;
}

/** More than the entries of one commit and the messages that fail while its version is current, one after the other. */
export const placesPerVersion = 100;

/** The outgoing entries of a commit as the rows of their two tables. */
export function outboxRows({ base, outbox }: Pick<Change, "base" | "outbox">): {
  readonly messages: readonly MessageRow[];
  readonly events: readonly EventRow[];
} {
  const messages: MessageRow[] = [];
  const events: EventRow[] = [];
  for (const outgoing of outbox) {
    const { entry, dueAt: due_at } = outgoing;
    const named = { id: bounded(outgoing.id, "id"), registration_id: bounded(outgoing.registrationId, "id") };
    if (entry.kind === "event") {
      const position = (base + 1) * placesPerVersion + events.length;
      events.push({ ...named, position, body: JSON.stringify(entry.event), due_at });
    } else {
      messages.push({
        ...named,
        kind: entry.kind,
        serial: entry.serial,
        locale: bounded(entry.locale, "locale"),
        due_at,
      });
    }
  }
  return { messages, events };
}

/** Whether a commit sends: only then does it write the delivery of its challenge. */
export function sends({ outbox }: Pick<Change, "outbox">): boolean {
  return outbox.some(({ entry }) => entry.kind === "activation");
}

/** The event that a failed message leaves, without its position: the version is known to the database only. */
export function failedEvent(settlement: Settlement): Omit<EventRow, "position"> | undefined {
  const outgoing: Outgoing | undefined = settlement.outcome === "failed" ? settlement.event : undefined;
  if (outgoing === undefined || outgoing.entry.kind !== "event") return undefined;
  const { id, registrationId, dueAt: due_at, entry } = outgoing;
  const body = JSON.stringify(entry.event);
  return { id: bounded(id, "id"), registration_id: bounded(registrationId, "id"), body, due_at };
}

/**
 * Reads what a pass leased: an entry's own columns are named `entry_…`, beside those of its registration and account.
 *
 * One row that this version cannot read stops no other: with an entry it comes as `unreadable`, and without one, as a
 * newer version may write it, it is left to whoever can read it once the lease is over.
 */
export function readLeased(rows: readonly Row[], lease: string): readonly Leased[] {
  return rows.flatMap((row) => {
    const entry = readable(() => readEntry(row));
    if (entry === undefined) return [];
    const leased = {
      id: text(row, "entry_id"),
      registrationId: text(row, "entry_registration"),
      dueAt: integer(row, "entry_due_at"),
      entry,
      lease,
      attempt: integer(row, "entry_attempt"),
    };
    return [{ ...leased, ...(readable(() => readPresent(row)) ?? { taken: false, unreadable: true as const }) }];
  });
}

/** What a leased entry is about, as it is now. */
function readPresent(row: Row): Pick<Leased, "registration" | "account" | "taken"> {
  return {
    ...(row.id !== null && { registration: readRegistration(row).registration }),
    ...(row.account_key !== null && { account: readAccount(row).account }),
    taken: Boolean(row.taken),
  };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readEntry(row: Row): Entry {
  const kind = oneOf(row, "entry_kind", ["activation", "activated", "event"] as const);
  if (kind !== "event") return { kind, serial: integer(row, "entry_serial"), locale: text(row, "entry_locale") };
  const event: Event = JSON.parse(text(row, "entry_event"));
  return { kind, event };
}

/** A text column, which a driver may give as its bytes. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return fromUtf8.decode(value);
  throw new TypeError(`The column ${column} holds no text.`);
}

/** A whole number, which a driver may give as text or as a bigint. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  const number = typeof value === "string" || typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw new TypeError(`The column ${column} holds no whole number.`);
}

function oneOf<T extends string>(row: Row, column: string, allowed: readonly T[]): T {
  const value = text(row, column);
  const known = allowed.find((one) => one === value);
  if (known !== undefined) return known;
  throw new TypeError(`The column ${column} holds none of ${allowed.join(", ")}.`);
}
