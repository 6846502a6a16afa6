import { toText } from "./bytes.js";

/** A call of the platform costs as much as seven drawings from here, and hardly more for many bytes than for few. */
const pool = new Uint8Array(1_024);
const size = 16;
let drawn = pool.length;

/** 128 bits of the platform's randomness, for an id, a nonce or an IV: each byte is given once, and wiped where it lay. */
export function random128(): Uint8Array<ArrayBuffer> {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool);
    drawn = 0;
  }
  const bytes = pool.slice(drawn, drawn + size);
  pool.fill(0, drawn, drawn + size);
  drawn += size;
  return bytes;
}

/** 48 bits of time in sortable hex, then 128 random bits: rows that are born together lie together in an index. */
export function timeOrderedId(at: number): string {
  const head = Math.max(0, Math.floor(at)).toString(16).padStart(12, "0");
  return head + newNonce();
}

/** 16 random bytes for one challenge: two challenges never share a secret. */
export function newNonce(): string {
  return toText(random128());
}
