import { afterEach, describe, expect, it, vi } from "vitest";
import { isCanonical, lengthPrefixed, toText } from "../../../src/secrets/bytes.js";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

describe("base64url in its one spelling", () => {
  it("is what bytes of any length are written as", () => {
    for (let length = 0; length < 70; length += 1)
      expect(isCanonical(toText(new Uint8Array(length).fill(0xff)))).toBe(true);
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

describe("bytes as text", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("are the same where the platform has no Buffer", async () => {
    vi.resetModules();
    const real = Buffer;
    vi.stubGlobal("Buffer", undefined);
    const elsewhere = await import("../../../src/secrets/bytes.js");
    vi.unstubAllGlobals();
    for (let length = 0; length < 300; length += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(length));
      expect(elsewhere.toText(bytes)).toBe(real.from(bytes).toString("base64url"));
      expect(toText(bytes)).toBe(elsewhere.toText(bytes));
    }
  });

  it("are those of a view, not of all that lies around it", () => {
    expect(toText(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4))).toBe("AgME");
  });
});

describe("parts behind their lengths", () => {
  const hex = (parts: readonly string[]) => Buffer.from(lengthPrefixed(parts)).toString("hex");

  it("count bytes of UTF-8, whatever is in them", () => {
    expect(hex([])).toBe("");
    expect(hex(["", "a"])).toBe("00000000" + "0000000161");
    expect(hex(["ß\u20ac", "\u{1f600}"])).toBe("00000005c39fe282ac" + "00000004f09f9880");
    // Half a pair is written as U+FFFD.
    expect(hex(["\ud83d"])).toBe("00000003efbfbd");
  });

  it("have no room to spare", () => {
    expect(lengthPrefixed(["abc"])).toHaveLength(7);
  });
});
