import type { KeyObject } from "node:crypto";
import { type NodeCrypto, nodeCrypto } from "./node-crypto.js";

type Hmac = (key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> | Uint8Array;

/** HMAC-SHA-256 by the platform: synchronous where `node:crypto` exists, because WebCrypto costs forty times as much. */
export const hmacSha256: Hmac = nodeCrypto === undefined ? byWebCrypto : by(nodeCrypto);

function by(crypto: NodeCrypto): Hmac {
  const prepared = new WeakMap<Uint8Array, KeyObject>();

  /** Handed over as bytes, a key is made anew for each use, which costs four times the HMAC itself on Node 24. */
  function keyObject(key: Uint8Array): KeyObject {
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const made = crypto.createSecretKey(key);
    prepared.set(key, made);
    return made;
  }

  // By way of a text, because bytes from `digest` lie outside the heap, and cost half as much again.
  return (key, message) =>
    Buffer.from(crypto.createHmac("sha256", keyObject(key)).update(message).digest("base64"), "base64");
}

async function byWebCrypto(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}
