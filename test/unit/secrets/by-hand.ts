import { createHmac, hkdfSync } from "node:crypto";

/** The subkey as RFC 5869 derives it, without salt, by another hand than ours. */
export function subkeyByHand(secret: Uint8Array, label: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, new Uint8Array(0), label, bytes));
}

/** HMAC-SHA-256 over parts, each behind its length in four bytes, big end first. */
export function macByHand(key: Uint8Array, ...parts: readonly string[]): Buffer {
  const mac = createHmac("sha256", key);
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    mac.update(length).update(part);
  }
  return mac.digest();
}
