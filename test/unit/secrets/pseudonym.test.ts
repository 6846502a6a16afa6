import { afterEach, describe, expect, it, vi } from "vitest";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { pseudonym, pseudonymsOnce } from "../../../src/secrets/pseudonym.js";

const secret = () => crypto.getRandomValues(new Uint8Array(32));
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: secret() }], pseudonym: secret() });

describe("the pseudonyms of one call", () => {
  afterEach(() => vi.restoreAllMocks());

  it("are the same as those of any other", async () => {
    const named = pseudonymsOnce(ring);
    for (const [kind, value] of [
      ["address", "ada@example.com"],
      ["caller", "192.0.2.1"],
      ["address", "192.0.2.1"],
      ["address", "ada@example.com"],
    ] as const) {
      expect(await named(kind, value)).toBe(await pseudonym(ring, kind, value));
    }
  });

  it("are derived once each", async () => {
    const asked = vi.spyOn(ring, "pseudonymKey");
    const named = pseudonymsOnce(ring);
    await Promise.all([named("address", "a"), named("address", "a"), named("address", "b"), named("caller", "a")]);
    await named("caller", "a");
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("are forgotten with it", async () => {
    const asked = vi.spyOn(ring, "pseudonymKey");
    await pseudonymsOnce(ring)("address", "a");
    await pseudonymsOnce(ring)("address", "a");
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
