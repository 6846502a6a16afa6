import { nodeCrypto } from "./node-crypto.js";

const encoder = new TextEncoder();

/** Base64url without padding (RFC 4648 §5); where Node is, by its Buffer. */
export const toText: (bytes: Uint8Array) => string = nodeCrypto === undefined ? byBtoa : byBuffer;

function byBuffer({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64url");
}

function byBtoa(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The letters whose last four, and whose last two bits are zero (RFC 4648 §3.5 and table 2). */
const noSpareBits = { 2: "AQgw", 3: "AEIMQUYcgkosw048" } as const;

/** Whether letters of base64url end as {@link toText} ends them: their last one has bits to spare, which decoders overlook. */
export function isCanonical(text: string): boolean {
  const rest = text.length % 4;
  return rest === 0 || ((rest === 2 || rest === 3) && noSpareBits[rest].includes(text.slice(-1)));
}

/** Each part behind its length, so that no two lists of parts give the same bytes. */
export function lengthPrefixed(parts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoded = parts.map((part) => encoder.encode(part));
  const joined = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0));
  const lengths = new DataView(joined.buffer);
  let at = 0;
  for (const part of encoded) {
    lengths.setUint32(at, part.length);
    joined.set(part, at + 4);
    at += 4 + part.length;
  }
  return joined;
}

/** Compares without telling by its duration where two texts differ; only their lengths may show. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
