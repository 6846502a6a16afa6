import type { Problem } from "../core/problem.js";
import { openTicket, type Ticket } from "../secrets/ticket.js";
import type { Context } from "./context.js";

/** A ticket that was handed in, opened, together with its text. */
export interface Held<T extends Ticket = Ticket> {
  readonly sealed: string;
  readonly ticket: T;
}

type OpenTicket = Ticket & { readonly kind: "open" };
type PointerTicket = Ticket & { readonly kind: "pointer" };

/** What became of a ticket at the door. */
export type Handed =
  | { readonly kind: "refused"; readonly problem: Problem }
  | ({ readonly kind: "open" } & Held<OpenTicket>)
  /** A late pointer is not refused here: the row closes first, so that a clock that jumps back does not revive it. */
  | ({ readonly kind: "pointer" } & Held<PointerTicket>);

/** Opens what a caller hands in as a ticket; anything but one of ours is refused alike. */
export async function takeTicket(context: Context, typed: unknown): Promise<Handed> {
  const ticket = typeof typed === "string" ? await openTicket(context.ring, typed) : undefined;
  if (ticket === undefined || typeof typed !== "string") {
    return { kind: "refused", problem: { code: "ticket_invalid", field: "ticket", facts: {} } };
  }
  if (ticket.kind === "pointer") return { kind: "pointer", sealed: typed, ticket };
  if (context.clock.now() >= ticket.open.expiresAt) return { kind: "refused", problem: ticketExpired };
  return { kind: "open", sealed: typed, ticket };
}

export const ticketExpired: Problem = { code: "ticket_expired", field: "ticket", facts: {} };
