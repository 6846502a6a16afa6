import type { ProblemCode } from "./core/problem.js";
import type { PorchlightError } from "./errors.js";
import type { Channel } from "./values/identifier.js";

/** The verbs of a registrar that signals tell of; `deliver` also for what is sent in the background. */
export type Verb =
  | "start"
  | "submit"
  | "change"
  | "resend"
  | "confirm"
  | "cancel"
  | "status"
  | "inspect"
  | "activate"
  | "disown"
  | "signIn"
  | "setPassword"
  | "account"
  | "challenge"
  | "ready"
  | "deliver"
  | "purge"
  | "erase"
  | "clearLimits";

/**
 * What happens in this process, told at once and never stored: for audit, metrics and faults of the background.
 *
 * Who, what, when and from where, without an address, a secret or a word that somebody typed. A call of a visitor's verb
 * ends with exactly one {@link Outcomes | outcome}, or throws after a `fault`; the {@link Causes | causes} come before
 * it. `at` is in epoch milliseconds. `docs/audit.md` lists each with an example.
 */
export type Signal = {
  readonly at: number;
  readonly verb: Verb;
  /** A pseudonym of the caller: one IPv4 address, or one /64 of IPv6. Left out where the host itself calls. */
  readonly caller?: string;
  readonly registrationId?: string;
  readonly accountId?: string;
  readonly channel?: Channel;
  /** ISO 3166 code of a telephone number's country. */
  readonly country?: string;
  readonly masked?: string;
} & (Outcomes | Causes | Sendings);

/** How a call ended. `unchanged` is a yes that changed nothing: a look, or the same form twice. */
export type Outcomes =
  | {
      readonly type:
        | "started"
        | "filled"
        | "submitted"
        | "resent"
        | "changed"
        | "confirmed"
        | "activated"
        | "cancelled"
        | "disowned"
        | "unchanged"
        | "signed_in"
        | "password_set"
        | "erased"
        | "limits_cleared";
    }
  | { readonly type: "refused"; readonly codes: readonly ProblemCode[] };

/** Why it ended so, where a code does not say it: told before the outcome. */
export type Causes =
  | {
      readonly type: "limited";
      readonly by: "caller" | "address" | "registration" | "prefix" | "country" | "day" | "breaker";
    }
  /** A captcha that another registration has spent. */
  | { readonly type: "captcha_replayed" }
  /** The breaker has stopped text messages to this country (ISO 3166). Told once an hour while it lasts. */
  | { readonly type: "paused"; readonly country: string }
  | { readonly type: "fault"; readonly error: PorchlightError };

/** What became of one message; a try that broke tells a `fault`, and is made again. */
export type Sendings = {
  readonly type: "sent" | "dropped" | "given_up";
  readonly message: "activation" | "activated";
};
