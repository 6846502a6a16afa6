import { describe, expect, it } from "vitest";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { newNonce } from "../../../src/secrets/random.js";
import { chiSquaredOfCodes, mostChiSquared } from "./digits.js";

const secret = () => crypto.getRandomValues(new Uint8Array(32));
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: secret() }], pseudonym: secret() });

describe("a million codes", () => {
  // The six digits of a text message are the last six of these: code.test.ts.
  it("of 8 digits have each digit equally often in each position, leading zeros among them", async () => {
    const measured = await chiSquaredOfCodes(ring, { digits: 8, samples: 1_000_000, nonce: newNonce });
    console.log(`chi-squared of a million codes, by position: ${measured.map((one) => one.toFixed(1)).join(" ")}`);
    expect(measured).toHaveLength(8);
    expect(Math.max(...measured)).toBeLessThan(mostChiSquared);
  });
});
