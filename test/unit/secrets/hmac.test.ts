import { afterEach, describe, expect, it, vi } from "vitest";

const input = new Uint8Array(Buffer.from("Hi There"));
const key = new Uint8Array(20).fill(0x0b);
// RFC 4231 section 4.2.
const output = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";

async function hmacBy(nodeCrypto: unknown) {
  vi.resetModules();
  vi.doMock("../../../src/secrets/node-crypto.js", () => ({ nodeCrypto }));
  return (await import("../../../src/secrets/hmac.js")).hmacSha256;
}

describe("HMAC-SHA-256", () => {
  afterEach(() => {
    vi.doUnmock("../../../src/secrets/node-crypto.js");
    vi.restoreAllMocks();
  });

  it("is synchronous where the platform has node:crypto", async () => {
    const mac = (await hmacBy(await import("node:crypto")))(key, input);
    expect(mac).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(await mac).toString("hex")).toBe(output);
  });

  it("comes from WebCrypto elsewhere, under a key that nobody can export", async () => {
    const hmacSha256 = await hmacBy(undefined);
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    const mac = hmacSha256(key, input);
    expect(mac).toBeInstanceOf(Promise);
    expect(Buffer.from(await mac).toString("hex")).toBe(output);
    expect(importKey).toHaveBeenCalledExactlyOnceWith("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  });
});
