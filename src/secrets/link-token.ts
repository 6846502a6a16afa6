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

/** Key id, registration id, nonce, a MAC of 256 bits, serial. It ends in a digit, which no mail client cuts off. */
const shape =
  /^([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{16,40})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})\.([1-9]\d{0,2})$/;
const longest = 160;

/** Derives the link token of a challenge; it is stored nowhere. Undefined where the key is no longer known. */
export async function deriveLinkToken(
  ring: Keyring,
  id: string,
  challenge: Pick<Challenge, "keyId" | "serial" | "nonce">,
): Promise<Secret<string> | undefined> {
  const { keyId, serial, nonce } = challenge;
  const mac = await macOf(ring, keyId, [id, String(serial), nonce]);
  return mac === undefined ? undefined : new Secret(`${keyId}.${id}.${nonce}.${mac}.${serial}`);
}

/** Reads a link token; a forged or foreign one is refused by its MAC, before any store is asked. */
export async function readLinkToken(ring: Keyring, typed: unknown): Promise<LinkToken | undefined> {
  if (typeof typed !== "string" || typed.length > longest) return undefined;
  const [, keyId, id, nonce, mac, serial] = shape.exec(typed) ?? [];
  if (!keyId || !id || !nonce || !mac || !serial) return undefined;
  const right = await macOf(ring, keyId, [id, serial, nonce]);
  return right !== undefined && sameText(right, mac) ? { id, serial: Number(serial), nonce } : undefined;
}

async function macOf(ring: Keyring, keyId: string, parts: readonly string[]): Promise<string | undefined> {
  const key = await ring.subkey(keyId, "link");
  return key && toText(await hmacSha256(key.reveal(), lengthPrefixed([keyId, ...parts])));
}
