import type { KeyObject } from "node:crypto";
import { isCanonical, toText } from "./bytes.js";
import { type NodeCrypto, nodeCrypto } from "./node-crypto.js";
import { random128 } from "./random.js";

/**
 * Compact JWE (RFC 7516 §7.1) with `dir` and `A256CBC-HS512` (RFC 7518 §5.2.5), which has no nonce budget: any number may
 * be sealed under one key of 64 bytes.
 */
export interface Jwe {
  /** `header`: its members beside `alg` and `enc`. */
  seal(key: Uint8Array<ArrayBuffer>, header: JweHeader, plaintext: Uint8Array): Promise<string> | string;
  /** The plaintext; undefined where the tag or the padding is not right, or the header is another. */
  open(
    key: Uint8Array<ArrayBuffer>,
    header: JweHeader,
    sealed: string,
  ): Promise<Uint8Array | undefined> | Uint8Array | undefined;
}

export interface JweHeader {
  readonly typ: string;
  readonly kid: string;
}

const alg = "dir";
const enc = "A256CBC-HS512";

/** Header, no key, an IV of 16 bytes, ciphertext, a tag of 32 bytes. */
const shape = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

const encoder = new TextEncoder();

/** The protected header as it travels. */
export function sealedHeader({ typ, kid }: JweHeader): string {
  return toText(encoder.encode(JSON.stringify({ alg, enc, typ, kid })));
}

/** By jose and WebCrypto, wherever JavaScript runs. jose is loaded with the first ticket: where Node is, never. */
export const joseJwe: Jwe = {
  async seal(key, header, plaintext) {
    const { CompactEncrypt } = await import("jose");
    return new CompactEncrypt(plaintext).setProtectedHeader({ alg, enc, ...header }).encrypt(key);
  },
  async open(key, header, sealed) {
    // Only a header that we write ourselves ever reaches the library.
    const [, head, ...parts] = shape.exec(sealed) ?? [];
    if (head !== sealedHeader(header) || !parts.every(isCanonical)) return undefined;
    const { compactDecrypt } = await import("jose");
    const algorithms = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] };
    return compactDecrypt(sealed, key, algorithms).then(
      ({ plaintext }) => plaintext,
      () => undefined,
    );
  },
};

/**
 * By `node:crypto`, where it exists: the same bytes at a tenth of the cost, and without waiting for the threads that hash
 * passwords, where every call of WebCrypto stands in line.
 */
export const nodeJwe: Jwe | undefined = nodeCrypto && byNodeCrypto(nodeCrypto);

export const jwe: Jwe = nodeJwe ?? joseJwe;

interface Halves {
  readonly mac: KeyObject;
  readonly cipher: KeyObject;
}

function byNodeCrypto(crypto: NodeCrypto): Jwe {
  const split = new WeakMap<Uint8Array, Halves>();

  /** RFC 7518 §5.2.2.1: the first half of the key is for the tag, the second for the cipher. */
  function halvesOf(key: Uint8Array): Halves {
    const known = split.get(key);
    if (known !== undefined) return known;
    const halves = {
      mac: crypto.createSecretKey(key.subarray(0, 32)),
      cipher: crypto.createSecretKey(key.subarray(32)),
    };
    split.set(key, halves);
    return halves;
  }

  /** RFC 7518 §5.2.2.1: over header, IV, ciphertext and the length of the header in bits; its first half is the tag. */
  function tagOf(mac: KeyObject, header: string, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    // The header is base64url: as many bytes as letters.
    const bits = Buffer.alloc(8);
    bits.writeUInt32BE(header.length * 8, 4);
    const hmac = crypto.createHmac("sha512", mac).update(header).update(iv).update(ciphertext).update(bits);
    return Buffer.from(hmac.digest("base64"), "base64").subarray(0, 32);
  }

  return {
    seal(key, header, plaintext) {
      const { mac, cipher } = halvesOf(key);
      const iv = random128();
      const sealing = crypto.createCipheriv("aes-256-cbc", cipher, iv);
      const ciphertext = Buffer.concat([sealing.update(plaintext), sealing.final()]);
      const head = sealedHeader(header);
      const tag = tagOf(mac, head, iv, ciphertext);
      return [head, "", ...[iv, ciphertext, tag].map(toText)].join(".");
    },
    open(key, header, sealed) {
      const { mac, cipher } = halvesOf(key);
      const [, head, ...parts] = shape.exec(sealed) ?? [];
      // What is sealed has one text: no decoder overlooks a bit.
      if (!parts.every(isCanonical)) return undefined;
      const [iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, "base64url"));
      if (head !== sealedHeader(header) || !iv || !ciphertext || !tag) return undefined;
      // What is not ours to the bit is never deciphered (RFC 7518 §5.2.2.2).
      if (!crypto.timingSafeEqual(tag, tagOf(mac, head, iv, ciphertext))) return undefined;
      const decipher = crypto.createDecipheriv("aes-256-cbc", cipher, iv);
      try {
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
