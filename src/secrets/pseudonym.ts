import { lengthPrefixed, toText } from "./bytes.js";
import { hmacSha256 } from "./hmac.js";
import type { Keyring } from "./keyring.js";

/**
 * Names something (an address, a caller) for the limiter without saying it: the first 128 bits of HMAC-SHA-256 under a
 * key of its own. The same `value` under another `kind` has another name.
 */
export async function pseudonym(ring: Keyring, kind: string, value: string): Promise<string> {
  const key = await ring.pseudonymKey();
  const mac = await hmacSha256(key.reveal(), lengthPrefixed([kind, value]));
  return `${kind}:${toText(mac.subarray(0, 16))}`;
}

/** The same for one piece of work, in which each name is derived once; nothing is remembered beyond it. */
export function pseudonymsOnce(ring: Keyring): (kind: string, value: string) => Promise<string> {
  const derived = new Map<string, Promise<string>>();
  return (kind, value) => {
    const about = `${kind}:${value}`;
    const name = derived.get(about) ?? pseudonym(ring, kind, value);
    derived.set(about, name);
    return name;
  };
}
