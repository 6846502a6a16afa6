const encoder = new TextEncoder();

/** Undefined where the platform has none: in browsers and in workers. */
const platformBuffer: typeof Buffer | undefined = globalThis.Buffer;

/** Base64url without padding (RFC 4648 §5), by the platform: Node writes it in a quarter of the time that `btoa` takes. */
export const toText: (bytes: Uint8Array) => string = platformBuffer === undefined ? byBtoa : by(platformBuffer);

function by(buffer: typeof Buffer): typeof toText {
  return (bytes) => buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

function byBtoa(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
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
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + 4 + 3 * part.length, 0));
  const lengths = new DataView(joined.buffer);
  let at = 0;
  for (const part of parts) {
    const { written } = encoder.encodeInto(part, joined.subarray(at + 4));
    lengths.setUint32(at, written);
    at += 4 + written;
  }
  return joined.subarray(0, at);
}

/** Compares without telling by its duration where two texts differ; only their lengths may show. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
