import { randomInt } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../../../src/secrets/link-token.js";
import { newNonce, timeOrderedId } from "../../../src/secrets/random.js";
import { drawsFrom, mutantOf } from "./mutants.js";

const secret = () => crypto.getRandomValues(new Uint8Array(32));
const ring = createKeyring({
  seal: "k1",
  known: [
    { id: "k1", secret: secret() },
    { id: "k2", secret: secret() },
  ],
  pseudonym: secret(),
});
const many = 100_000;

describe("a hundred thousand link tokens of registrations born at one instant (B059)", () => {
  const tokens: string[] = [];
  beforeAll(async () => {
    for (let n = 0; n < many; n += 1) {
      const challenge = { keyId: n % 2 === 0 ? "k1" : "k2", serial: 1 + (n % 5), nonce: newNonce() };
      tokens.push((await deriveLinkToken(ring, timeOrderedId(1_767_225_600_000), challenge))?.reveal() ?? "");
    }
  });

  it("are all different, in letters that a URL keeps, each with a MAC of 32 bytes", () => {
    expect(new Set(tokens).size).toBe(many);
    expect(tokens.filter((token) => !/^k[12](\.[\w-]+){3}\.[1-5]$/.test(token))).toEqual([]);
    const macs = tokens.map((token) => Buffer.from(token.split(".")[3] ?? "", "base64url"));
    expect(macs.filter(({ length }) => length !== 32)).toEqual([]);
    expect(new Set(macs.map((mac) => mac.toString("hex"))).size).toBe(many);
  });

  it.each([
    ["MACs", 3, 32],
    ["nonces", 2, 16],
  ])("have %s whose bytes are spread evenly", (name, part, length) => {
    const counts = new Float64Array(256);
    for (const token of tokens) {
      for (const byte of Buffer.from(token.split(".")[part] ?? "", "base64url")) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    const even = (many * length) / 256;
    const chiSquared = counts.reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
    console.log(`chi-squared of the bytes of ${many} ${name}: ${chiSquared.toFixed(1)}`);
    // 255 degrees of freedom: p = 1e-6 at 373.
    expect(chiSquared).toBeLessThan(373);
  });

  it("are forged by none of a million changes", async () => {
    const seed = randomInt(2 ** 31);
    const draw = drawsFrom(seed);
    const good = new Set(tokens);
    const accepted: string[] = [];
    let tried = 0;
    while (tried < 1_000_000) {
      const mutant = mutantOf(tokens[draw(many)] ?? "", tokens[draw(many)] ?? "", draw);
      if (good.has(mutant)) continue;
      tried += 1;
      if ((await readLinkToken(ring, mutant)) !== undefined) accepted.push(mutant);
    }
    console.log(`${tried} changed link tokens (seed ${seed}): ${accepted.length} accepted`);
    expect(accepted).toEqual([]);
    // The control: what was not changed is read.
    expect(await readLinkToken(ring, tokens[draw(many)])).toBeDefined();
  });
});
