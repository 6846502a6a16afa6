import { createCipheriv, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type Jwe, joseJwe, jwe, nodeJwe, sealedHeader } from "../../../src/secrets/jwe.js";

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const key = random(64);
const header = { typ: "porchlight-test+jwe", kid: "k1" };
const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });

function node(): Jwe {
  if (nodeJwe === undefined) throw new Error("There is no node:crypto.");
  return nodeJwe;
}

describe("a sealed text", () => {
  it("is the same to jose and to node:crypto, whichever of them sealed it", async () => {
    expect(jwe).toBe(nodeJwe);
    const pairs = [
      [joseJwe, node()],
      [node(), joseJwe],
      [node(), node()],
    ] as const;
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...pairs), async (plaintext, [sealer, opener]) => {
        const sealed = await sealer.seal(key, header, plaintext);
        const opened = await opener.open(key, header, sealed);
        expect(opened && new Uint8Array(opened)).toEqual(new Uint8Array(plaintext));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["jose", () => joseJwe],
    ["node:crypto", node],
  ] as const)("opens for %s with no other key, under no other header, and with no bit changed", async (_, by) => {
    const one = by();
    const sealed = await one.seal(key, header, new TextEncoder().encode("of fifteen char"));
    expect(await one.open(random(64), header, sealed)).toBeUndefined();
    expect(await one.open(key, { ...header, kid: "k2" }, sealed)).toBeUndefined();
    expect(await one.open(key, { ...header, typ: "JWE" }, sealed)).toBeUndefined();
    const [head = "", , ...parts] = sealed.split(".");
    for (const [place, part] of parts.entries()) {
      const raw = Buffer.from(part, "base64url");
      for (let bit = 0; bit < raw.length * 8; bit += 1) {
        const changed = Buffer.from(raw);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const forged = [head, "", ...parts.with(place, changed.toString("base64url"))].join(".");
        expect(await one.open(key, header, forged)).toBeUndefined();
      }
    }
    for (const malformed of ["", sealed.slice(1), `${sealed}=`, `${sealed}.`, sealed.replace("..", "."), "....", head])
      expect(await one.open(key, header, malformed)).toBeUndefined();
    for (const longer of [` ${sealed}`, `.${sealed}`, `=${sealed}`, `${sealed}\n`])
      expect(await one.open(key, header, longer)).toBeUndefined();
  });

  it.each([
    ["jose", () => joseJwe],
    ["node:crypto", node],
  ] as const)("is refused by %s where its tag is right and its padding is not", async (_, by) => {
    const aad = sealedHeader(header);
    const [iv, bits] = [random(16), Buffer.alloc(8)];
    bits.writeBigUInt64BE(BigInt(aad.length * 8));
    // RFC 5652 section 6.3: padding ends in its own length, which is never zero.
    const cipher = createCipheriv("aes-256-cbc", key.subarray(32), iv).setAutoPadding(false);
    const ciphertext = cipher.update(new Uint8Array(32));
    const mac = createHmac("sha512", key.subarray(0, 32)).update(aad).update(iv).update(ciphertext).update(bits);
    const parts = [iv, ciphertext, mac.digest().subarray(0, 32)].map((part) => Buffer.from(part).toString("base64url"));
    expect(await by().open(key, header, [aad, "", ...parts].join("."))).toBeUndefined();
  });

  it("is jose's alone where there is no node:crypto", async () => {
    vi.resetModules();
    vi.doMock("../../../src/secrets/node-crypto.js", () => ({ nodeCrypto: undefined }));
    const there = await import("../../../src/secrets/jwe.js");
    vi.doUnmock("../../../src/secrets/node-crypto.js");
    expect(there.nodeJwe).toBeUndefined();
    expect(there.jwe).toBe(there.joseJwe);
  });

  it("never looks the same twice", async () => {
    const seen = await Promise.all(Array.from({ length: 1_000 }, () => jwe.seal(key, header, key)));
    expect(new Set(seen).size).toBe(1_000);
  });
});
