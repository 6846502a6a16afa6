import { base64url } from "jose";

const encoder = new TextEncoder();

/** Base64url without padding (RFC 4648 §5). */
export function toText(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}

/** Whether base64url stands as {@link toText} writes it: its last letter has bits to spare, which a decoder overlooks. */
export function isCanonical(text: string): boolean {
  return text.length % 4 !== 1 && toText(base64url.decode(text)) === text;
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
