import type { Challenge } from "../core/registration.js";
import { lengthPrefixed, sameText, toText } from "./bytes.js";
import { hmacSha256 } from "./hmac.js";
import type { Keyring } from "./keyring.js";
import { Secret } from "./secret.js";

/** What an authentic link names: a registration, one of its serials, and the nonce that serial was drawn with. */
export interface LinkToken {
  readonly id: string;
  readonly serial: number;
  readonly nonce: string;
}

/** More than the longest that we write. UTF-16 units. */
const longest = 160;

/**
 * Derives the link token of a challenge; it is stored nowhere. Undefined where the key is no longer known.
 *
 * Key id, registration id, nonce, a MAC of 256 bits, serial: it ends in a digit, which no mail client cuts off.
 */
export async function deriveLinkToken(
  ring: Keyring,
  id: string,
  challenge: Pick<Challenge, "keyId" | "serial" | "nonce">,
): Promise<Secret<string> | undefined> {
  const { keyId, serial, nonce } = challenge;
  const key = await ring.subkey(keyId, "link");
  if (key === undefined) return undefined;
  const mac = await hmacSha256(key.reveal(), lengthPrefixed([keyId, id, String(serial), nonce]));
  return new Secret(`${keyId}.${id}.${nonce}.${toText(mac)}.${serial}`);
}

/**
 * Reads a link token; a forged or foreign one is refused by its MAC, before any store is asked.
 *
 * A token is right where it is, letter by letter, the one that we derive for what it names: it has one spelling only.
 */
export async function readLinkToken(ring: Keyring, typed: unknown): Promise<LinkToken | undefined> {
  if (typeof typed !== "string" || typed.length > longest) return undefined;
  const [keyId = "", id = "", nonce = "", , serial = ""] = typed.split(".");
  const named = { id, serial: Number(serial), nonce };
  const right = await deriveLinkToken(ring, id, { keyId, ...named });
  return right !== undefined && sameText(right.reveal(), typed) ? named : undefined;
}
