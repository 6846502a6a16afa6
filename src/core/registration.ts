import type { Identifier } from "../values/identifier.js";
import type { PasswordRules } from "../values/password.js";

/** A stretch of the sign-up that is still on the visitor's side. */
export type OpenStep = "identifier" | "password" | "captcha" | "profile";
/** Which page to show. */
export type Step = OpenStep | "pending" | "activated" | "closed";
/** Why a registration ended. `taken` is told only to somebody who has just proved the address. */
export type CloseReason = "expired" | "cancelled" | "taken";
/** What a message may carry to prove an address. */
export type Proof = "link" | "code";
/** By what an account was activated; a bare `link` only where the host relaxed `activation`. */
export type ActivationProof = "ticket" | "password" | "code" | "link";
/** The host's own words (invitation, tenant, where to go next), carried unread to the account. At most 512 bytes. */
export type Metadata = Readonly<Record<string, string>>;

/** What the visitor agreed to: which document, in which version, read in which language, and when (epoch ms). */
export interface Consent {
  readonly document: string;
  readonly version: string;
  readonly locale: string;
  readonly at: number;
}

/** An activated account; its password hash is not part of it. */
export interface Account<P = unknown> {
  readonly id: string;
  readonly identifier: Identifier;
  readonly profile: P;
  readonly consents: readonly Consent[];
  readonly metadata: Metadata;
  readonly activatedAt: number;
}

/** What happened, committed with the state and told to `onEvent` at least once. Carries no address, only `masked`. */
export interface Event {
  readonly id: string;
  readonly at: number;
  readonly registrationId: string;
  readonly accountId?: string;
  readonly channel: Identifier["channel"];
  readonly masked: string;
  readonly type: "registration.pending" | "registration.closed" | "message.failed" | "account.activated";
}

/** A host's rules, read and complete. `readRules` gives each its default, unit, bound and source. */
export interface Rules {
  readonly steps: readonly OpenStep[];
  readonly password: PasswordRules;
  readonly activation: "ticket_or_password" | "password" | "anyone_with_the_link";
  readonly smsDigits: number;
  readonly mailDigits: number;
  readonly guessesPerCode: number;
  readonly callsPerHour: number;
  readonly pendingsPerHour: number;
  readonly hashesPerHour: number;
  readonly smsPerPrefixPerHour: number;
  readonly smsPerCountryPerDay: number;
  readonly breaker: boolean;
  readonly breachThreshold: number;
  readonly sendsPerRegistration: number;
  readonly addressesPerRegistration: number;
  readonly resendAfterSeconds: number;
  readonly linkLifeSeconds: number;
  readonly codeLifeSeconds: number;
}

/** Open lives in the visitor's ticket only; the other three are rows. */
export type Registration = Open | StoredRegistration;
export type StoredRegistration = Pending | Activated | Closed;

interface Given {
  readonly id: string;
  readonly expiresAt: number;
  readonly locale: string;
  readonly metadata: Metadata;
}

/** Not finished: nothing of it is stored anywhere but in the sealed ticket. `password` is a hash. */
export interface Open extends Given {
  readonly state: "open";
  readonly bornAt: number;
  readonly identifier?: Identifier;
  readonly password?: string;
  /** Until when a captcha passed in this ticket counts. */
  readonly humanUntil?: number;
  readonly profile?: unknown;
  readonly consents?: readonly Consent[];
}

/** Complete, and waiting for a proof of the address. */
export interface Pending extends Given {
  readonly state: "pending";
  readonly identifier: Identifier;
  readonly password: string;
  readonly profile: unknown;
  readonly consents: readonly Consent[];
  readonly challenge: Challenge;
  readonly sends: number;
  readonly addresses: number;
  readonly passwordTries: number;
  readonly disowned: boolean;
  readonly committedAt: number;
  /** The first serial that went to the present address: links from there on may disown it. */
  readonly addressSince: number;
}

/** A stub. The view's address comes from the ticket. Kept until `keepUntil`, when no ticket or link can name it. */
export interface Activated {
  readonly state: "activated";
  readonly id: string;
  readonly accountId: string;
  readonly by: ActivationProof;
  readonly committedAt: number;
  readonly keepUntil: number;
}

/** A stub, without address, hash or profile. */
export interface Closed {
  readonly state: "closed";
  readonly id: string;
  readonly reason: CloseReason;
  readonly committedAt: number;
  readonly keepUntil: number;
}

/**
 * One secret: the code and the link of one serial live and die together. Neither is stored; both are derived.
 *
 * `guesses` is counted by `Store.charge` (as is `passwordTries`); `commit` writes neither, save `guesses` to zero with
 * a new serial. `delivery` is written by `Store.settle` where the serial is still current; `commit` sets it to
 * `"queued"` with each send. A dropped message counts as `"sent"`, so that a taken or disowned address does not show.
 */
export interface Challenge {
  readonly serial: number;
  readonly keyId: string;
  /** 16 random bytes in base64url, drawn for this serial. */
  readonly nonce: string;
  readonly digits: number;
  readonly issuedAt: number;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly guesses: number;
  readonly delivery: "queued" | "sent" | "failed";
}

/** Drawn before every step that may need a new challenge; `step` uses it or drops it. */
export interface Fresh {
  readonly keyId: string;
  readonly nonce: string;
  readonly digits: number;
}

/** What happened, every fact already gathered. A fact about a secret names the serial that it is about. */
export type Command = { readonly at: number } & (
  | {
      readonly do: "fill";
      readonly fresh: Fresh;
      readonly identifier?: Identifier;
      readonly password?: string;
      readonly humanUntil?: number;
      readonly profile?: unknown;
      readonly consents?: readonly Consent[];
    }
  | { readonly do: "change"; readonly fresh: Fresh; readonly identifier: Identifier }
  | { readonly do: "resend"; readonly fresh: Fresh }
  /** `"locked"`: the guesses are spent, or a short code past the address's budget. */
  | { readonly do: "confirm"; readonly serial: number; readonly right: boolean | "locked"; readonly accountId: string }
  | {
      readonly do: "activate";
      readonly serial: number;
      readonly proof: "ticket" | "password" | "link" | "wrong" | "none";
      readonly accountId: string;
    }
  | { readonly do: "disown"; readonly serial: number }
  /** `lose`: the store said that the address is taken. */
  | { readonly do: "look" | "cancel" | "lose" }
);
