import type { StoredRegistration } from "../core/registration.js";
import { sameText } from "../secrets/bytes.js";
import { type LinkToken, readLinkToken } from "../secrets/link-token.js";
import { maskIdentifier } from "../values/identifier.js";
import type { LinkView, Outcome } from "./answer.js";
import { settle, withKnownKey } from "./commit.js";
import { about, type Context } from "./context.js";
import { readForm } from "./fields.js";
import { takeTicket } from "./held.js";

/** What a link is good for. Changes nothing and counts nothing: any scanner may call it, any number of times. */
export async function inspect(context: Context, link: unknown, proof: unknown): Promise<LinkView> {
  const token = await readLinkToken(context.ring, link);
  if (token === undefined) {
    context.tell({ type: "refused", codes: ["link_invalid"] });
    return { state: "invalid" };
  }
  const { form } = readForm(proof, ["ticket"]);
  const stored = await context.store.find(token.id);
  const byTicket = await provesByTicket(context, token, form.get("ticket"));
  const seen = linkView(context, token, stored?.registration, byTicket);
  const whom = about(stored?.registration ?? token);
  if (seen.state === "ready") context.tell({ type: "unchanged", ...whom });
  else context.tell({ type: "refused", codes: [`link_${seen.state}`], ...whom });
  return seen;
}

/** "This was not me." The same answer whatever it did, and for any link that went to the present address. */
export async function disown(context: Context, link: unknown): Promise<Outcome> {
  const token = await readLinkToken(context.ring, link);
  const stored = token && (await context.store.find(token.id));
  if (token === undefined || stored === undefined) {
    context.tell({ type: "refused", codes: [token === undefined ? "link_invalid" : "link_expired"], ...named(token) });
    return { ok: true };
  }
  const settled = await settle(context, stored, { do: "disown", at: context.clock.now(), serial: token.serial });
  const isNew = isDisowned(settled?.registration) && !isDisowned(stored.registration);
  context.tell({ type: isNew ? "disowned" : "unchanged", ...about(stored.registration) });
  return { ok: true };
}

/** A forged link names nothing. */
function named(token: LinkToken | undefined): { readonly registrationId?: string } {
  return token === undefined ? {} : { registrationId: token.id };
}

function isDisowned(registration: StoredRegistration | undefined): boolean {
  return registration?.state === "pending" && registration.disowned;
}

/** An authentic link that is late or spent says so. */
export function linkView(
  context: Context,
  token: LinkToken,
  stored: StoredRegistration | undefined,
  byTicket: boolean,
): LinkView {
  if (stored === undefined) return { state: "expired" };
  const registration = withKnownKey(context, stored);
  if (registration.state === "activated") return { state: "used" };
  if (registration.state === "closed") return { state: registration.reason === "expired" ? "expired" : "used" };
  const { challenge, disowned, expiresAt, committedAt } = registration;
  const at = Math.max(context.clock.now(), committedAt);
  if (serialOf(token, registration) !== challenge.serial || at >= Math.min(challenge.expiresAt, expiresAt)) {
    return { state: "expired" };
  }
  if (disowned) return { state: "used" };
  const relaxed = context.rules.activation === "anyone_with_the_link";
  return {
    state: "ready",
    proof: relaxed ? "none" : byTicket ? "ticket" : "password",
    masked: maskIdentifier(registration.identifier),
    expiresAt: challenge.expiresAt,
  };
}

/** The serial that a token speaks for; 0, which no challenge has, where its nonce is not the row's. */
export function serialOf(token: LinkToken, registration: StoredRegistration): number {
  if (registration.state !== "pending") return 0;
  return sameText(token.nonce, registration.challenge.nonce) ? token.serial : 0;
}

/** Whether the browser that holds this ticket is the one that signed up; the host may ask for the password all the same. */
export async function provesByTicket(context: Context, token: LinkToken, typed: unknown): Promise<boolean> {
  if (context.rules.activation === "password") return false;
  const handed = await takeTicket(context, typed);
  if (handed.kind === "refused") return false;
  const { ticket } = handed;
  return (ticket.kind === "open" ? ticket.open.id : ticket.id) === token.id;
}
