import type { Account, Event, Proof } from "../core/registration.js";
import type { Texts } from "../messages/language.js";
import type {
  BreachCheck,
  Captcha,
  Clock,
  Hasher,
  Limiter,
  Mailer,
  Screen,
  StandardSchema,
  Store,
  Texter,
} from "../ports.js";
import type { RuleChoices } from "../rules.js";
import type { Keys } from "../secrets/keyring.js";
import type { ReceiptKey } from "../secrets/receipt-key.js";
import type { Signal } from "../signal.js";
import type { Channel } from "../values/identifier.js";
import type { Phone } from "../values/phone.js";

/** A channel is what carries it and its rules; it is offered by being there. */
export interface Channels {
  readonly email: {
    readonly mailer: Mailer;
    /** Where the mailed link leads, with `{token}` after `?` or `#`; https, save on localhost. */
    readonly activationUrl: string;
    /** What a mail carries. Default `["link"]`. */
    readonly by?: readonly [Proof, ...Proof[]] | undefined;
    /** Whether local parts beyond ASCII are taken (RFC 6531): the whole mail path must speak SMTPUTF8. Default false. */
    readonly smtpUtf8?: boolean | undefined;
  };
  readonly phone: {
    readonly texter: Texter;
    /** ISO 3166 codes of the countries that messages are paid for; there is no default. */
    readonly countries: readonly [string, ...string[]];
    /** The most messages in 24 hours, of every kind, all countries together; there is no default. */
    readonly smsPerDay: number;
    /** Default `["mobile", "mobile_or_landline"]`. */
    readonly types?: readonly Phone["type"][] | undefined;
  };
}

/** Accounts outside Porchlight's tables, and the host's own rows. Inside `tx` touch nothing but `tx`: it may run again. */
export interface Accounts<Tx, P> {
  /** Asked at delivery, at sign-in and in the activation's transaction. */
  readonly owner?: (
    key: string,
    tx?: Tx,
  ) => Promise<{ readonly accountId: string; readonly password: string | null } | null>;
  /**
   * Inside the activation's transaction: may name the account's id (1 to 128 bytes of UTF-8, no NUL), answer "taken",
   * refuse for a reason (as a {@link Screen} does: a spent invitation), or throw. Where it refuses or throws, nothing is
   * activated and nothing of `tx` is kept; the visitor hears the reason, and may try again.
   */
  readonly insert?: (
    tx: Tx,
    account: Account<P>,
  ) => Promise<{ readonly accountId: string } | { readonly refuse: string } | "taken" | undefined>;
}

/** All that a registrar is made of: what the host says, and the ports that it brings. */
export interface Options<K extends Channel, P, Tx> {
  /** The name that visitors know, 1 to 64 characters; it stands in every message. */
  readonly service: string;
  /** Where somebody who has an account signs in; https, save on localhost. */
  readonly signInUrl: string;
  readonly keys: Keys;
  readonly channels: Pick<Channels, K>;
  readonly store: Store<Tx>;
  readonly hasher: Hasher;
  readonly limiter: Limiter;
  /** `"none"` is said, not left out. */
  readonly captcha: Captcha | "none";
  /** Any Standard Schema; its output, at most 1,024 bytes as JSON, becomes the account's profile. */
  readonly profile?: StandardSchema<P> | undefined;
  /** Documents to agree to, by id; `required` is true unless said otherwise. The page sends `consents: { [id]: version }` with the version that it showed. */
  readonly consents?:
    | Readonly<Record<string, { readonly version: string; readonly required?: boolean | undefined }>>
    | undefined;
  readonly screen?: Screen<P> | undefined;
  readonly breach?: BreachCheck | undefined;
  /**
   * Signs a receipt of each activation by code, ticket or password, for another service that `verifyReceipt` tells it:
   * the page finds it in the answer that activated, once. It lives for 60 seconds. Default none.
   */
  readonly receipts?: ReceiptKey | undefined;
  readonly accounts?: Accounts<Tx, P> | undefined;
  /**
   * Durable, at least once, through the outbox. Every process that shares the store has it or none: one without it
   * commits no events, and leaves those of others waiting, with a fault.
   */
  readonly onEvent?: ((event: Event) => Promise<void>) | undefined;
  /** At once, in this process, best effort: audit, metrics, faults of the background. */
  readonly onSignal?: ((signal: Signal) => void) | undefined;
  /** `"automatic"` (default): after each answer, then on a timer. `"manual"`: only `deliver()` sends. */
  readonly delivery?: "automatic" | "manual" | undefined;
  /** Hands background work to a serverless platform. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** A host's own words, by language tag; what is left out keeps ours. */
  readonly messages?: Readonly<Record<string, Texts>> | undefined;
  readonly rules?: RuleChoices | undefined;
  /** Allows a limiter that counts for one process beside a store that many processes share. */
  readonly unsafeSingleProcess?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** At least 112 random bits in 16 to 40 of A-Z a-z 0-9 _ -; default: 128 with a time-ordered head. */
  readonly newId?: (() => string) | undefined;
}
