import type { CryptoKey } from "jose";
import type { ActivationProof } from "../core/registration.js";
import type { Clock } from "../ports.js";
import { isCanonical, toText } from "./bytes.js";
import { newNonce } from "./random.js";
import { type ReceiptKey, readVerifyingKeys, type VerifyingKey } from "./receipt-key.js";

/** What a receipt says: that this account was activated, when, and by which proof. Nothing of a person. */
export interface Receipt {
  /** Names this receipt, whatever its text: what is spent where it may count once only. */
  readonly id: string;
  readonly accountId: string;
  /** Epoch milliseconds, as the account has it. */
  readonly activatedAt: number;
  /** A bare link proves too little: it gets no receipt. */
  readonly by: Exclude<ActivationProof, "link">;
  /** From this moment on it is refused, in epoch milliseconds: so long a spent `id` is remembered. */
  readonly expiresAt: number;
}

/** What is known of an activation when its receipt is signed. */
export type Activation = Pick<Receipt, "accountId" | "activatedAt" | "by">;

/**
 * A receipt goes from one page to the next, as a code of OAuth does: RFC 6749 §4.1.2 lets those live ten minutes at most,
 * the FAPI 2.0 Security Profile 60 seconds.
 */
const lifeSeconds = 60;
/** RFC 8725 §3.11: a type of its own. What a claim more would say is another type. */
const typ = "porchlight-receipt+jwt";
const claims = ["iss", "aud", "sub", "iat", "exp", "jti", "activatedAt", "by"] as const;
const proofs: readonly unknown[] = ["ticket", "password", "code"] satisfies readonly Receipt["by"][];

/** RFC 7515 §7.1: header, claims, a signature of 64 bytes. */
const shape = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;
// Two parties of 255 characters and an account's id of 128 bytes, all of them escaped in JSON, take less.
const longest = 3_000;

const encoder = new TextEncoder();
const asText = (json: object): string => toText(encoder.encode(JSON.stringify(json)));

/** Signs the receipt of an activation (JWS, RFC 7515), at a moment in epoch milliseconds. The first one loads jose. */
export async function signReceipt(
  key: ReceiptKey,
  { accountId, activatedAt, by }: Activation,
  at: number,
): Promise<string> {
  const { id: kid, alg, privateKey, issuer: iss, audience: aud } = key;
  const iat = Math.floor(at / 1_000);
  const said = { iss, aud, sub: accountId, iat, exp: iat + lifeSeconds, jti: newNonce(), activatedAt, by };
  const { CompactSign } = await import("jose");
  return new CompactSign(encoder.encode(JSON.stringify(said))).setProtectedHeader({ alg, typ, kid }).sign(privateKey);
}

/**
 * Reads the receipt of an activation; undefined where it is forged, foreign, late, for somebody else or no receipt at all.
 *
 * It proves that `issuer` saw this account activated by more than a bare link, in the last minute; it is no session, and
 * whoever holds it can show it. Where it shall count once, spend `id` (the claim `jti`) in one atomic step and remember it
 * until `expiresAt`, never the text: a signature of ES256 has a second valid form.
 *
 * @example
 * ```ts
 * import { verifyReceipt } from "porchlight";
 * declare const keys: Parameters<typeof verifyReceipt>[1]["keys"]; // public keys, by id
 * declare function isFirst(id: string, until: number): Promise<boolean>; // an insert under a unique key
 * const [issuer, audience] = ["https://app.example", "https://shop.example"];
 * const receipt = await verifyReceipt("what the page handed over", { keys, issuer, audience });
 * if (receipt && (await isFirst(receipt.id, receipt.expiresAt))) console.log(receipt.accountId);
 * ```
 *
 * @param options `keys`: public keys by their ids, of Ed25519 or ECDSA on P-256; an old one stays for two minutes after
 * the last receipt that it signed. `clockToleranceSeconds`: how far two clocks may differ; default 5, at most 60
 * @throws TypeError where an option does not fit
 * @see RFC 8725
 */
export async function verifyReceipt(
  token: unknown,
  options: {
    readonly keys: Readonly<Record<string, CryptoKey>>;
    readonly issuer: string;
    readonly audience: string;
    readonly clock?: Clock | undefined;
    readonly clockToleranceSeconds?: number | undefined;
  },
): Promise<Receipt | undefined> {
  const { issuer, audience, clock = Date, clockToleranceSeconds: tolerance = 5 } = options;
  const keys = readVerifyingKeys(options.keys, { issuer, audience });
  if (!(tolerance >= 0 && tolerance <= 60)) throw new TypeError("clockToleranceSeconds: must be 0 to 60.");
  if (typeof token !== "string" || token.length > longest) return undefined;
  const [, header, body, signature] = shape.exec(token) ?? [];
  if (!signature || !isCanonical(signature)) return undefined;
  // Only a header that we write ourselves ever reaches the library: no other algorithm, key, type or extension.
  const key = keys.find(({ id: kid, alg }) => asText({ alg, typ, kid }) === header);
  if (key === undefined) return undefined;
  const said = await verifiedClaims(token, key, {
    issuer,
    audience,
    clockTolerance: tolerance,
    currentDate: new Date(clock.now()),
  });
  // The same of the claims: each once, in our order and spelling, and none besides.
  return said !== undefined && asText(said) === body ? readClaims(said, tolerance) : undefined;
}

async function verifiedClaims(
  token: string,
  { alg, publicKey }: VerifyingKey,
  expected: {
    readonly issuer: string;
    readonly audience: string;
    readonly clockTolerance: number;
    readonly currentDate: Date;
  },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      ...expected,
      algorithms: [alg],
      typ,
      requiredClaims: [...claims],
      maxTokenAge: lifeSeconds,
    });
    return payload;
  } catch {
    return undefined;
  }
}

function readClaims(said: Readonly<Record<string, unknown>>, tolerance: number): Receipt | undefined {
  const names = Object.keys(said);
  if (names.length !== claims.length || !claims.every((name, at) => names[at] === name)) return undefined;
  const { aud, sub, iat, exp, jti, activatedAt, by } = said;
  // The library takes a list of audiences that has ours among others.
  if (typeof aud !== "string" || !isName(sub) || !isName(jti) || !isProof(by)) return undefined;
  if (!isTime(iat) || !isTime(exp) || !isTime(activatedAt) || exp - iat !== lifeSeconds) return undefined;
  return { id: jti, accountId: sub, activatedAt, by, expiresAt: (exp + tolerance) * 1_000 };
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isProof = (value: unknown): value is Receipt["by"] => proofs.includes(value);
