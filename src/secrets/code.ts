import type { Pending } from "../core/registration.js";
import { lengthPrefixed, sameText } from "./bytes.js";
import { hmacSha256 } from "./hmac.js";
import type { Keyring } from "./keyring.js";
import { Secret } from "./secret.js";

/**
 * Derives the code of a registration's present challenge; it is stored nowhere.
 *
 * The first 8 bytes of HMAC-SHA-256 over channel, address key, id, serial and nonce, mod 10^digits: a bias below 1e-9
 * (RFC 4226 truncates to 31 bits, which fails from 8 digits on). Undefined where the key is no longer known.
 */
export async function deriveCode(ring: Keyring, pending: Pending): Promise<Secret<string> | undefined> {
  const { id, identifier, challenge } = pending;
  const key = await ring.subkey(challenge.keyId, "code");
  if (key === undefined) return undefined;
  const parts = [identifier.channel, identifier.key, id, String(challenge.serial), challenge.nonce];
  const mac = await hmacSha256(key.reveal(), lengthPrefixed(parts));
  const number = new DataView(mac.buffer, mac.byteOffset, 8).getBigUint64(0);
  const code = number % 10n ** BigInt(challenge.digits);
  return new Secret(code.toString().padStart(challenge.digits, "0"));
}

/** Whether `typed` is the code of the present challenge, in constant time. */
export async function isRightCode(ring: Keyring, pending: Pending, typed: string): Promise<boolean> {
  const code = await deriveCode(ring, pending);
  return code !== undefined && sameText(code.reveal(), typed);
}
