import { toText } from "./bytes.js";

/** 48 bits of time in sortable hex, then 128 random bits: rows that are born together lie together in an index. */
export function timeOrderedId(at: number): string {
  const head = Math.max(0, Math.floor(at)).toString(16).padStart(12, "0");
  return head + newNonce();
}

/** 16 random bytes for one challenge: two challenges never share a secret. */
export function newNonce(): string {
  return toText(crypto.getRandomValues(new Uint8Array(16)));
}
