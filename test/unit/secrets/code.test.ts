import { describe, expect, it } from "vitest";
import { deriveCode, isRightCode } from "../../../src/secrets/code.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { pendingRegistration } from "../../../src/testing/index.js";
import { macByHand, subkeyByHand } from "./by-hand.js";
import { chiSquaredOfCodes, mostChiSquared } from "./digits.js";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes(1) }], pseudonym: bytes(9) });
const { challenge, identifier } = pendingRegistration();

const withChallenge = (change: Partial<typeof challenge>) =>
  pendingRegistration({ challenge: { ...challenge, ...change } });

async function codeOf(pending: ReturnType<typeof pendingRegistration>): Promise<string> {
  return (await deriveCode(ring, pending))?.reveal() ?? "";
}

describe("a code", () => {
  it.each([6, 8, 10])("of %i digits is spread evenly over each position", async (digits) => {
    const nonce = (n: number) => n.toString().padStart(22, "A");
    const measured = await chiSquaredOfCodes(ring, { digits, samples: 40_000, nonce });
    expect(Math.max(...measured)).toBeLessThan(mostChiSquared);
  });

  it("of six digits is the end of that of eight for the same challenge, so that a million of those measure both", async () => {
    for (let n = 0; n < 100; n += 1) {
      const nonce = n.toString().padStart(22, "A");
      const [six, eight] = [
        await codeOf(withChallenge({ digits: 6, nonce })),
        await codeOf(withChallenge({ digits: 8, nonce })),
      ];
      expect(eight.slice(2)).toBe(six);
    }
  });

  it("keeps its leading zeros, and is not right without them", async () => {
    const started: string[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      const pending = withChallenge({ digits: 6, nonce: n.toString().padStart(22, "A") });
      const code = await codeOf(pending);
      if (!code.startsWith("00")) continue;
      started.push(code);
      expect(await isRightCode(ring, pending, code)).toBe(true);
      expect(await isRightCode(ring, pending, code.replace(/^0+/, ""))).toBe(false);
      expect(await isRightCode(ring, pending, code.slice(1))).toBe(false);
    }
    expect(started.length).toBeGreaterThan(5);
    expect(started.every((code) => /^00\d{4}$/.test(code))).toBe(true);
  });

  it.each([6, 8, 10])("of %i digits is the rest of the first eight bytes of the MAC", async (digits) => {
    const key = subkeyByHand(bytes(1), "porchlight code 1", 32);
    for (let serial = 1; serial <= 50; serial += 1) {
      const pending = withChallenge({ digits, serial });
      const parts = ["email", identifier.key, pending.id, String(serial), challenge.nonce];
      const rest = macByHand(key, ...parts).readBigUInt64BE() % BigInt(10 ** digits);
      expect(await codeOf(pending)).toBe(String(rest).padStart(digits, "0"));
    }
  });

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
