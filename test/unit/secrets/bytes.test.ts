import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { isCanonical, toText } from "../../../src/secrets/bytes.js";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

describe("base64url in its one spelling", () => {
  it("is what bytes of any length are written as", () => {
    for (let length = 0; length < 70; length += 1)
      expect(isCanonical(toText(new Uint8Array(length).fill(0xff)))).toBe(true);
  });

  it("is the same without Node.js, and whatever a view is a part of", async () => {
    vi.resetModules();
    vi.doMock("../../../src/secrets/node-crypto.js", () => ({ nodeCrypto: undefined }));
    const there = await import("../../../src/secrets/bytes.js");
    vi.doUnmock("../../../src/secrets/node-crypto.js");
    expect(there.toText).not.toBe(toText);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.nat(7), (bytes, start) => {
        const view = bytes.subarray(start);
        const text = Buffer.from(Array.from(view)).toString("base64url");
        expect([toText(view), there.toText(view)]).toEqual([text, text]);
      }),
    );
  });

  it("has no letter whose spare bits are set", () => {
    const last = (text: string) =>
      Array.from(letters)
        .filter((letter) => isCanonical(text + letter))
        .join("");
    expect(last("A")).toBe("AQgw");
    expect(last("AA")).toBe("AEIMQUYcgkosw048");
    expect(last("AAA")).toBe(letters);
    expect(last("AAAAA")).toBe("AQgw");
  });

  it("never is one letter more than whole bytes", () => {
    for (const text of ["A", "AAAAA", "AAAAAAAAA"]) expect(isCanonical(text)).toBe(false);
  });
});
