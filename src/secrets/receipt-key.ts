import type { CryptoKey } from "jose";

/**
 * Signs the receipts of activations. The key has one algorithm, its own (RFC 8725 §3.1), and can only sign: no longer
 * extractable, so that nothing in the process reads it.
 */
export interface ReceiptKey {
  /** The `kid` of a receipt: 1 to 64 of A-Z a-z 0-9 _ - */
  readonly id: string;
  /** `EdDSA`: a key of Ed25519. `ES256`: a key of ECDSA on P-256. */
  readonly alg: "EdDSA" | "ES256";
  readonly privateKey: CryptoKey;
  /** Who says so: 1 to 255 printable ASCII characters, such as the site's own URL. */
  readonly issuer: string;
  /** Whom it is for, and nobody else: written as `issuer`. */
  readonly audience: string;
}

/** RFC 8725 §3.10: matched against a pattern, then against the keys at hand; never looked up elsewhere. */
const keyId = /^[A-Za-z0-9_-]{1,64}$/;
const party = /^[\x21-\x7e]{1,255}$/;

/** @throws TypeError that says what would pass, and nothing of the key */
export function checkReceiptKey(key: ReceiptKey): void {
  const { id, alg, privateKey, issuer, audience } = key ?? {};
  const faults = [
    ...(isText(id, keyId) ? [] : ["receipts.id: has 1 to 64 of the characters A-Z a-z 0-9 _ -."]),
    ...(alg === "EdDSA" || alg === "ES256" ? [] : ['receipts.alg: must be "EdDSA" or "ES256".']),
    ...keyFaults("receipts.privateKey", privateKey, { type: "private", use: "sign" }),
    ...partyFaults("receipts.", { issuer, audience }),
  ];
  if (faults.length === 0 && algorithmOf(privateKey) !== alg) {
    faults.push(`receipts.privateKey: is a key for ${algorithmOf(privateKey)}, and receipts.alg says ${alg}.`);
  }
  if (faults.length > 0) throw new TypeError(faults.join("\n  "));
}

/** A public key that receipts are verified by, under its id and for the one algorithm that it is for. */
export interface VerifyingKey {
  readonly id: string;
  readonly alg: ReceiptKey["alg"];
  readonly publicKey: CryptoKey;
}

/** @throws TypeError where there is no key, one is not a public key for receipts, or a party cannot be one */
export function readVerifyingKeys(
  keys: Readonly<Record<string, CryptoKey>>,
  parties: { readonly issuer: string; readonly audience: string },
): readonly VerifyingKey[] {
  const faults = partyFaults("", parties);
  const known = Object.entries(keys ?? {}).map(([id, publicKey]) => {
    if (!isText(id, keyId)) faults.push("keys: an id has 1 to 64 of the characters A-Z a-z 0-9 _ -.");
    faults.push(...keyFaults("keys", publicKey, { type: "public", use: "verify" }));
    return { id, publicKey };
  });
  if (known.length === 0) faults.push("keys: names no key; give the public ones, by their ids.");
  if (faults.length > 0) throw new TypeError(`verifyReceipt cannot work like this.\n  ${faults.join("\n  ")}`);
  return known.flatMap(({ id, publicKey }) => {
    const alg = algorithmOf(publicKey);
    return alg === undefined ? [] : [{ id, alg, publicKey }];
  });
}

/** The one algorithm that a key is for. */
function algorithmOf({ algorithm }: CryptoKey): ReceiptKey["alg"] | undefined {
  if (algorithm.name === "Ed25519") return "EdDSA";
  return algorithm.name === "ECDSA" && Reflect.get(algorithm, "namedCurve") === "P-256" ? "ES256" : undefined;
}

function keyFaults(
  name: string,
  key: unknown,
  { type, use }: { readonly type: "private" | "public"; readonly use: "sign" | "verify" },
): readonly string[] {
  if (!isCryptoKey(key)) return [`${name}: must be a CryptoKey, never bytes, a PEM or a KeyObject.`];
  const faults: string[] = [];
  if (algorithmOf(key) === undefined) faults.push(`${name}: must be of Ed25519, or of ECDSA on P-256.`);
  if (key.type !== type || !key.usages.includes(use)) faults.push(`${name}: must be a ${type} key that may ${use}.`);
  if (type === "private" && key.extractable) faults.push(`${name}: must not be extractable; import it so.`);
  return faults;
}

function partyFaults(prefix: string, parties: { readonly issuer: unknown; readonly audience: unknown }): string[] {
  return Object.entries(parties).flatMap(([name, said]) =>
    isText(said, party) ? [] : [`${prefix}${name}: has 1 to 255 printable ASCII characters and no space.`],
  );
}

function isText(value: unknown, shape: RegExp): value is string {
  return typeof value === "string" && shape.test(value);
}

function isCryptoKey(value: unknown): value is CryptoKey {
  return Object.prototype.toString.call(value) === "[object CryptoKey]";
}
