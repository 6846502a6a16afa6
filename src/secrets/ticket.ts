import type { Open } from "../core/registration.js";
import type { Shown } from "../core/view.js";
import { type Email, parseEmail } from "../values/email.js";
import type { Phone } from "../values/phone.js";
import { jwe, sealedHeader } from "./jwe.js";
import type { Keyring } from "./keyring.js";

/** What a ticket holds: a whole unfinished sign-up, or where to find a stored one. */
export type Ticket =
  | { readonly kind: "open"; readonly open: Open }
  | { readonly kind: "pointer"; readonly id: string; readonly expiresAt: number; readonly shown: Shown };

/** Looked at before anything else. */
const longest = 6_000;

/** RFC 8725 §3.11: a type of its own, so that no other token passes for a ticket. */
const typ = "porchlight-ticket+jwe";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A ticket as it travels: without the key of an e-mail, which follows from its address and need not fill a cookie. */
type Packed =
  | (Ticket & { readonly kind: "pointer" })
  | {
      readonly kind: "open";
      readonly open: Omit<Open, "identifier"> & { readonly identifier?: Phone | Omit<Email, "key"> };
    };

function packed(ticket: Ticket): Packed {
  if (ticket.kind === "pointer" || ticket.open.identifier?.channel !== "email") return ticket;
  const { key: _, ...identifier } = ticket.open.identifier;
  return { kind: "open", open: { ...ticket.open, identifier } };
}

function unpacked(ticket: Packed): Ticket | undefined {
  if (ticket.kind === "pointer") return ticket;
  const { identifier, ...open } = ticket.open;
  if (identifier === undefined) return { kind: "open", open };
  if (identifier.channel === "phone") return { kind: "open", open: { ...open, identifier } };
  const email = parseEmail(identifier.address, { smtpUtf8: true });
  return email.ok ? { kind: "open", open: { ...open, identifier: email.value } } : undefined;
}

/** Seals a ticket (JWE, RFC 7516): its holder can neither read nor change what it says. */
export async function sealTicket(ring: Keyring, ticket: Ticket): Promise<string> {
  const key = await ring.subkey(ring.seal, "ticket");
  if (key === undefined) throw new TypeError("keys.seal names no known key.");
  const plaintext = encoder.encode(JSON.stringify({ v: 1, ticket: packed(ticket) }));
  return jwe.seal(key.reveal(), { typ, kid: ring.seal }, plaintext);
}

/**
 * Opens a ticket; undefined where it is forged, foreign, of another kind or of a key that is no longer known.
 *
 * Whether it is late is for the caller to judge, on its own clock.
 */
export async function openTicket(ring: Keyring, sealed: string): Promise<Ticket | undefined> {
  if (sealed.length > longest) return undefined;
  const header = sealed.slice(0, sealed.indexOf("."));
  // A header that names none of our keys is none that we write, and no key opens it.
  const kid = ring.ids.find((id) => sealedHeader({ typ, kid: id }) === header) ?? ring.seal;
  const key = await ring.subkey(kid, "ticket");
  if (key === undefined) return undefined;
  try {
    const plaintext = await jwe.open(key.reveal(), { typ, kid }, sealed);
    if (plaintext === undefined) return undefined;
    const content: { readonly v: number; readonly ticket: Packed } = JSON.parse(decoder.decode(plaintext));
    return content.v === 1 ? unpacked(content.ticket) : undefined;
  } catch {
    return undefined;
  }
}
