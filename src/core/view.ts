import { type Channel, type Identifier, maskIdentifier } from "../values/identifier.js";
import { missingSteps } from "./open.js";
import type { ActivationProof, CloseReason, OpenStep, Proof, Registration, Rules, Step } from "./registration.js";

/** Which page to show, and all that it may show. A union by `step`. */
export type View<S extends Step = Step> = Extract<
  | { readonly step: OpenStep; readonly missing: readonly OpenStep[]; readonly identifier?: Shown }
  | { readonly step: "pending"; readonly identifier: Shown; readonly message: Sent; readonly expiresAt: number }
  | {
      readonly step: "activated";
      readonly identifier: Shown;
      readonly accountId: string;
      readonly by: ActivationProof;
      /** In the one answer that activated it, where the host signs receipts. */
      readonly receipt?: string;
    }
  | { readonly step: "closed"; readonly reason: CloseReason },
  { readonly step: S extends OpenStep ? OpenStep : S }
>;

/** An address as its holder may see it: `display` until pending (its holder typed it), `masked` always. */
export interface Shown {
  readonly channel: Channel;
  readonly display?: string;
  readonly masked: string;
  readonly country?: string;
}

/** The newest message. Epoch milliseconds of the server's clock, `now` among them for a count-down. */
export interface Sent {
  readonly by: readonly Proof[];
  readonly delivery: "queued" | "sent" | "failed";
  readonly now: number;
  readonly decidedAt: number;
  readonly expiresAt: number;
  readonly resendAt: number;
  readonly resendsLeft: number;
  readonly attemptsLeft: number;
}

/** From where a registration is looked at. */
export interface Vantage {
  readonly now: number;
  readonly rules: Rules;
  /** What the messages of each channel carry. */
  readonly proofs: Readonly<Record<Channel, readonly Proof[]>>;
  /** The masked address that the ticket carries, for a registration that no longer has one. */
  readonly shown: Shown;
  /** That of the activation which is being answered. */
  readonly receipt?: string | undefined;
}

/** What the holder of a registration's ticket may see of it. */
export function view(registration: Registration, from: Vantage): View {
  const { now, rules, shown } = from;
  switch (registration.state) {
    case "open": {
      const missing = missingSteps(registration, rules, now);
      const identifier = registration.identifier && { identifier: shownInFull(registration.identifier) };
      return { step: missing[0] ?? "identifier", missing, ...identifier };
    }
    case "pending": {
      const { identifier, challenge, sends, expiresAt } = registration;
      const wait = challenge.delivery === "failed" ? 0 : rules.resendAfterSeconds * 1000;
      const message: Sent = {
        by: from.proofs[identifier.channel],
        delivery: challenge.delivery,
        now,
        decidedAt: challenge.sentAt,
        expiresAt: challenge.expiresAt,
        resendAt: Math.min(challenge.sentAt, now) + wait,
        resendsLeft: Math.max(0, rules.sendsPerRegistration - sends),
        attemptsLeft: Math.max(0, rules.guessesPerCode - challenge.guesses),
      };
      return { step: "pending", identifier: shownMasked(identifier), message, expiresAt };
    }
    case "activated": {
      const { accountId, by } = registration;
      return activatedView(shown, { accountId, by, receipt: from.receipt });
    }
    case "closed":
      return { step: "closed", reason: registration.reason };
  }
}

/** The page of an account; its receipt only where this answer made it. */
export function activatedView(
  identifier: Shown,
  { accountId, by, receipt }: Pick<View<"activated">, "accountId" | "by"> & Pick<Vantage, "receipt">,
): View<"activated"> {
  return { step: "activated", identifier, accountId, by, ...(receipt !== undefined && { receipt }) };
}

/** The address masked, as everybody but its typist sees it. */
export function shownMasked(identifier: Identifier): Shown {
  const { channel } = identifier;
  return { channel, masked: maskIdentifier(identifier), ...(channel === "phone" && { country: identifier.country }) };
}

/** With the address in full: before anything is sent, its typist checks it. */
function shownInFull(identifier: Identifier): Shown {
  return { ...shownMasked(identifier), display: identifier.address };
}
