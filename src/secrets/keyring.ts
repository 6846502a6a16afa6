import { Secret } from "./secret.js";

/**
 * The host's keys. `seal` names the one that seals and derives, the others only open. `pseudonym` keys the limiter and
 * does not rotate with them. Each secret has at least 32 bytes.
 *
 * A new key is deployed as known first, then named by `seal`; a retired one stays for 24 hours.
 */
export interface Keys {
  readonly seal: string;
  readonly known: readonly [Key, ...Key[]];
  readonly pseudonym: Uint8Array;
}

/** `id`: 1 to 32 of A-Z a-z 0-9 _ - */
export interface Key {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** What a subkey is for. Each has its own HKDF label, so that a secret of one kind never passes as another. */
export type Purpose = "ticket" | "link" | "code";

/** The host's keys at work: subkeys by purpose, derived once. */
export interface Keyring {
  readonly seal: string;
  readonly ids: readonly string[];
  /** Undefined where the key is not (or no longer) known. */
  subkey(keyId: string, purpose: Purpose): Promise<Secret<Uint8Array<ArrayBuffer>>> | undefined;
  pseudonymKey(): Promise<Secret<Uint8Array<ArrayBuffer>>>;
}

// RFC 7518 §5.2.5: A256CBC-HS512 takes 64 bytes; HMAC-SHA-256 keys are as long as the hash.
const bitsOf: Readonly<Record<Purpose, number>> = { ticket: 512, link: 256, code: 256 };

/** RFC 8725 §3.10: a key id is matched against a pattern and a map, never used to look anything up elsewhere. */
const keyId = /^[A-Za-z0-9_-]{1,32}$/;

/** @throws TypeError where an id is malformed or named twice, a secret is short, or `seal` names no known key */
export function createKeyring(keys: Keys): Keyring {
  if (!Array.isArray(keys.known)) throw new TypeError("keys.known: lists the keys, each with an id and a secret.");
  const known = new Map<string, Subkeys>();
  for (const { id, secret } of keys.known) {
    if (!keyId.test(id)) throw new TypeError("keys.known: an id has 1 to 32 of the characters A-Z a-z 0-9 _ -.");
    if (known.has(id)) throw new TypeError(`keys.known: the id "${id}" stands twice.`);
    known.set(id, subkeysOf(longEnough(secret, `keys.known, "${id}"`)));
  }
  if (!known.has(keys.seal)) throw new TypeError("keys.seal: is not the id of any of keys.known.");
  const pseudonym = subkeysOf(longEnough(keys.pseudonym, "keys.pseudonym"));

  return {
    seal: keys.seal,
    ids: [...known.keys()],
    subkey: (id, purpose) => known.get(id)?.(`porchlight ${purpose} 1`, bitsOf[purpose]),
    pseudonymKey: () => pseudonym("porchlight pseudonym 1", 256),
  };
}

type Subkeys = (label: string, bits: number) => Promise<Secret<Uint8Array<ArrayBuffer>>>;

/** The subkeys of one secret, each derived when it is first asked for. */
function subkeysOf(secret: Secret<Uint8Array<ArrayBuffer>>): Subkeys {
  const derived = new Map<string, ReturnType<Subkeys>>();
  return (label, bits) => {
    const subkey = derived.get(label) ?? derive(secret, label, bits);
    derived.set(label, subkey);
    return subkey;
  };
}

function longEnough(secret: unknown, name: string): Secret<Uint8Array<ArrayBuffer>> {
  if (!(secret instanceof Uint8Array) || secret.length < 32) {
    throw new TypeError(`${name}: a secret is a Uint8Array of at least 32 random bytes, never a password.`);
  }
  return new Secret(new Uint8Array(secret));
}

/** HKDF-SHA-256 without salt (RFC 5869 §3.1: the input is a uniformly random key). */
async function derive(from: Secret<Uint8Array<ArrayBuffer>>, label: string, bits: number) {
  const material = await crypto.subtle.importKey("raw", from.reveal(), "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode(label);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Secret(new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, bits)));
}
