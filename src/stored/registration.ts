import type { Challenge, Pending, StoredRegistration } from "../core/registration.js";
import type { Stored } from "../ports.js";
import type { Row } from "../sql/database.js";
import { checkTexts } from "./account.js";
import { bounded, integer, oneOf, text } from "./columns.js";

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
