import type { Pending } from "../core/registration.js";
import type { Leased } from "../ports.js";
import type { Identifier } from "../values/identifier.js";

/** The registration that an activation message speaks of; undefined where another serial or state has overtaken it. */
export function pendingOf({ entry, registration }: Leased): Pending | undefined {
  if (entry.kind !== "activation" || registration?.state !== "pending") return undefined;
  return registration.challenge.serial === entry.serial ? registration : undefined;
}

/** Whom a message is for; undefined where it is no longer true, and for an event. */
export function recipientOf(leased: Leased): Identifier | undefined {
  return leased.entry.kind === "activated" ? leased.account?.identifier : pendingOf(leased)?.identifier;
}
