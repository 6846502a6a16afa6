import type { Account, Activated, Closed, Event, Pending } from "../core/registration.js";
import type { Change, Outgoing, StoredAccount } from "../ports.js";
import type { Email } from "../values/email.js";
import type { Phone } from "../values/phone.js";

/** Where the examples stand: the start of 2026 (UTC), in epoch milliseconds. */
export const newYear: number = Date.UTC(2026, 0, 1);

const hour = 3_600_000;

/**
 * A registration as the first commit of it makes one, good for 24 hours from {@link newYear}.
 *
 * @example
 * ```ts
 * import { pendingRegistration } from "porchlight/testing";
 * const pending = pendingRegistration({ id: "registration-2", disowned: true });
 * ```
 */
export function pendingRegistration(overrides: Partial<Pending> = {}): Pending {
  return {
    state: "pending",
    id: "registration-1",
    identifier: { channel: "email", address: "ada@example.com", key: "ada@example.com" },
    password: "a hash of the password",
    profile: { name: "Ada" },
    consents: [{ document: "terms", version: "2", locale: "en", at: newYear }],
    locale: "en",
    metadata: { invitation: "friends" },
    challenge: {
      serial: 1,
      keyId: "k1",
      nonce: "AAAAAAAAAAAAAAAAAAAAAA",
      digits: 8,
      issuedAt: newYear,
      sentAt: newYear,
      expiresAt: newYear + 8 * hour,
      guesses: 0,
      delivery: "queued",
    },
    sends: 1,
    addresses: 1,
    passwordTries: 0,
    disowned: false,
    committedAt: newYear,
    addressSince: 1,
    expiresAt: newYear + 24 * hour,
    ...overrides,
  };
}

/** An e-mail address; its key is the address itself unless said otherwise. */
export function emailOf(address: string, key: string = address): Email {
  return { channel: "email", address, key };
}

/** A telephone number. */
export function phoneOf(key: string, country: string, type: Phone["type"]): Phone {
  return { channel: "phone", address: key, key, country, type };
}

/** The same person under another id, or another person under the same one. */
export function pendingFor(id: string, key: string): Pending {
  return pendingRegistration({ id, identifier: emailOf(key) });
}

/** The account that a registration becomes. */
export function accountOf(pending: Pending, id: string): StoredAccount {
  const { identifier, profile, consents, metadata, password } = pending;
  const account: Account = { id, identifier, profile, consents, metadata, activatedAt: newYear + hour };
  return { account, password };
}

/** The stub that an activation leaves. */
export function activatedStub({ id, expiresAt }: Pending, accountId: string): Activated {
  return { state: "activated", id, accountId, by: "code", committedAt: newYear + hour, keepUntil: expiresAt };
}

/** The stub of a registration that was cancelled, unless said otherwise. */
export function closedStub({ id, expiresAt }: Pending, overrides: Partial<Closed> = {}): Closed {
  return { state: "closed", id, reason: "cancelled", committedAt: newYear + hour, keepUntil: expiresAt, ...overrides };
}

/** The commit that activates: the stub and its account, on the version `base`. */
export function activationOf(pending: Pending, accountId: string, base = 1): Change {
  return { base, registration: activatedStub(pending, accountId), account: accountOf(pending, accountId), outbox: [] };
}

/** An activation message of the present challenge, due at {@link newYear}. */
export function messageOf(pending: Pending, overrides: Partial<Outgoing> = {}): Outgoing {
  const { id, identifier, challenge, locale } = pending;
  const entry = { kind: "activation", channel: identifier.channel, serial: challenge.serial, locale } as const;
  return { id: `message of ${id}`, registrationId: id, dueAt: newYear, entry, ...overrides };
}

/** The notice of an activation, due at {@link newYear}. */
export function noticeOf(pending: Pending, overrides: Partial<Outgoing> = {}): Outgoing {
  const { id, identifier, challenge, locale } = pending;
  const entry = { kind: "activated", channel: identifier.channel, serial: challenge.serial, locale } as const;
  return { id: `notice of ${id}`, registrationId: id, dueAt: newYear, entry, ...overrides };
}

/** An event of a registration, due at {@link newYear}. */
export function eventOf(registrationId: string, id: string, dueAt: number = newYear): Outgoing {
  const type = "registration.pending";
  const event: Event = { id, at: newYear, registrationId, channel: "email", masked: "a***@example.com", type };
  return { id, registrationId, dueAt, entry: { kind: "event", event } };
}
