import { pendingRegistration } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { deriveCode } from "../../src/secrets/code.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../../src/secrets/link-token.js";
import { timeOrderedId } from "../../src/secrets/random.js";

/** `PORCHLIGHT_SAMPLES=1000000` draws the full number, in about a minute. */
const samples = Number(process.env.PORCHLIGHT_SAMPLES ?? 100_000);

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes(1) }], pseudonym: bytes(9) });
const { challenge } = pendingRegistration();

describe("codes", () => {
  it("are uniform in each of their positions, at every length", async () => {
    const counts = Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 0));
    for (let n = 0; n < samples; n += 1) {
      const nonce = n.toString().padStart(22, "A");
      const drawn = { ...challenge, digits: 10, nonce };
      const code = (await deriveCode(ring, pendingRegistration({ challenge: drawn })))?.reveal() ?? "";
      // A shorter code of the same challenge is the end of the longer one, so that one count is all counts.
      if (n % 1_000 === 0) {
        const short = await deriveCode(ring, pendingRegistration({ challenge: { ...drawn, digits: 6 } }));
        expect(short?.reveal()).toBe(code.slice(-6));
      }
      for (let at = 0; at < 10; at += 1) {
        const position = counts[at] ?? [];
        const digit = code.charCodeAt(at) - 48;
        position[digit] = (position[digit] ?? 0) + 1;
      }
    }
    const expected = samples / 10;
    const chiSquared = counts.map((position) =>
      position.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0),
    );
    // 9 degrees of freedom: p = 8.8e-7 at 45.1.
    expect(Math.max(...chiSquared)).toBeLessThan(45.1);
    console.log(`chi-squared of ${samples} codes, by position: ${chiSquared.map((x) => x.toFixed(1)).join(" ")}`);
  });
});

describe("link tokens", () => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  let state = 1;
  /** A number below `below`, the same ones in every run. */
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };

  async function issued(count: number): Promise<readonly string[]> {
    const tokens = Array.from({ length: count }, async (_, n) => {
      const nonce = Buffer.alloc(16, n).toString("base64url");
      const id = timeOrderedId(1_767_225_600_000);
      return (await deriveLinkToken(ring, id, { keyId: "k1", serial: 1 + (n % 9), nonce }))?.reveal() ?? "";
    });
    return Promise.all(tokens);
  }

  const changed = (token: string): string => {
    const at = draw(token.length);
    return token.slice(0, at) + letters[draw(letters.length)] + token.slice(at + 1);
  };
  const spliced = (token: string, other: string): string => {
    const parts = token.split(".");
    const at = draw(parts.length);
    return parts.map((part, n) => (n === at ? (other.split(".")[n] ?? "") : part)).join(".");
  };

  it("are not forged by changing letters, nor by joining the parts of two", async () => {
    const tokens = await issued(500);
    const known = new Set(tokens);
    let forged = 0;
    let accepted = 0;
    while (forged < samples) {
      const token = tokens[draw(tokens.length)] ?? "";
      const other = tokens[draw(tokens.length)] ?? "";
      const ways = [() => changed(token), () => changed(changed(token)), () => spliced(token, other)];
      const mutant = ways[draw(ways.length)]?.() ?? "";
      if (known.has(mutant)) continue;
      forged += 1;
      if ((await readLinkToken(ring, mutant)) !== undefined) accepted += 1;
    }
    expect(accepted).toBe(0);
    for (const token of tokens) expect(await readLinkToken(ring, token)).toBeDefined();
    console.log(`${forged} mutations of ${tokens.length} link tokens, ${accepted} accepted`);
  });
});
