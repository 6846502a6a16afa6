import { describe, expect, it } from "vitest";
import { deriveCode, isRightCode } from "../../../src/secrets/code.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { pendingRegistration } from "../../../src/testing/index.js";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes(1) }], pseudonym: bytes(9) });
const { challenge, identifier } = pendingRegistration();

const withChallenge = (change: Partial<typeof challenge>) =>
  pendingRegistration({ challenge: { ...challenge, ...change } });

async function codeOf(pending: ReturnType<typeof pendingRegistration>): Promise<string> {
  return (await deriveCode(ring, pending))?.reveal() ?? "";
}

describe("a code", () => {
  it.each([6, 8, 10])(
    "has %i digits, each spread evenly over 200,000 nonces, leading zeros among them",
    async (digits) => {
      const samples = digits === 6 ? 200_000 : 40_000;
      const counts = Array.from({ length: digits }, () => Array.from({ length: 10 }, () => 0));
      for (let n = 0; n < samples; n += 1) {
        const code = await codeOf(withChallenge({ digits, nonce: n.toString().padStart(22, "A") }));
        if (code.length !== digits) throw new Error(`${code} has not ${digits} digits`);
        for (let at = 0; at < digits; at += 1) {
          const position = counts[at];
          const digit = code.charCodeAt(at) - 48;
          if (position !== undefined) position[digit] = (position[digit] ?? 0) + 1;
        }
      }
      for (const position of counts) {
        const chiSquared = position.reduce((sum, count) => sum + (count - samples / 10) ** 2 / (samples / 10), 0);
        // 9 degrees of freedom: p = 8.8e-7 at 45.1.
        expect(chiSquared).toBeLessThan(45.1);
      }
    },
  );

  it("is the same for the same challenge, and another for any other part of it", async () => {
    const code = await codeOf(pendingRegistration());
    expect(await codeOf(pendingRegistration())).toBe(code);
    const others = [
      withChallenge({ serial: 2 }),
      withChallenge({ nonce: "BBBBBBBBBBBBBBBBBBBBBA" }),
      pendingRegistration({ id: "registration-2" }),
      pendingRegistration({
        identifier: { ...identifier, channel: "email", address: "x@example.com", key: "x@example.com" },
      }),
      pendingRegistration({
        identifier: { channel: "phone", address: identifier.key, key: identifier.key, country: "GB", type: "mobile" },
      }),
    ];
    for (const other of others) expect(await codeOf(other)).not.toBe(code);
  });

  it("cannot be had by moving letters between the parts that it is derived from", async () => {
    const one = pendingRegistration({ id: "1A", challenge: { ...challenge, serial: 1 } });
    const other = pendingRegistration({ id: "1", challenge: { ...challenge, nonce: `A${challenge.nonce}` } });
    expect(await codeOf(one)).not.toBe(await codeOf(other));
  });

  it("is right as a whole only", async () => {
    const pending = pendingRegistration();
    const code = await codeOf(pending);
    expect(await isRightCode(ring, pending, code)).toBe(true);
    for (const typed of [
      "",
      code.slice(1),
      `${code}0`,
      `0${code}`,
      ` ${code}`,
      code.replace(/./, (digit) => String((Number(digit) + 1) % 10)),
    ]) {
      expect(await isRightCode(ring, pending, typed)).toBe(false);
    }
  });

  it("is none where its key is no longer known, and nothing is right then (B037)", async () => {
    const gone = withChallenge({ keyId: "k0" });
    expect(await deriveCode(ring, gone)).toBeUndefined();
    expect(await isRightCode(ring, gone, "")).toBe(false);
    expect(await isRightCode(ring, gone, "undefined")).toBe(false);
  });
});
