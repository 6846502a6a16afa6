import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Jwe, joseJwe, jwe, nodeJwe } from "../../../src/secrets/jwe.js";

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
    ["jose", joseJwe],
    ["node:crypto", node()],
  ] as const)("opens for %s with no other key, under no other header, and with no bit changed", async (_, one) => {
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
  });

  it("never looks the same twice", async () => {
    const seen = await Promise.all(Array.from({ length: 1_000 }, () => jwe.seal(key, header, key)));
    expect(new Set(seen).size).toBe(1_000);
  });
});
