import { describe, expect, it } from "vitest";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../../../src/secrets/link-token.js";
import { timeOrderedId } from "../../../src/secrets/random.js";
import { macByHand, subkeyByHand } from "./by-hand.js";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes(1) }], pseudonym: bytes(9) });
const nonce = "AAAAAAAAAAAAAAAAAAAAAA";
const id = timeOrderedId(1_767_225_600_000);

async function tokenOf(of: string, serial = 1, drawn = nonce): Promise<string> {
  const token = await deriveLinkToken(ring, of, { keyId: "k1", serial, nonce: drawn });
  return token?.reveal() ?? "";
}

describe("a link token", () => {
  it("is key id, id, nonce, a MAC of 32 bytes and serial, in letters that a URL keeps", async () => {
    const token = await tokenOf(id);
    expect(token).toMatch(/^[\w-]+(\.[\w-]+){4}$/);
    expect(Buffer.from(token.split(".")[3] ?? "", "base64url")).toHaveLength(32);
    expect(token.length).toBeLessThanOrEqual(160);
    expect(await readLinkToken(ring, token)).toEqual({ id, serial: 1, nonce });
  });

  it("carries the MAC of all its other parts", async () => {
    const mac = macByHand(subkeyByHand(bytes(1), "porchlight link 1", 32), "k1", id, "7", nonce);
    expect(await tokenOf(id, 7)).toBe(`k1.${id}.${nonce}.${mac.toString("base64url")}.7`);
  });

  it("fits at its longest", async () => {
    const longest = createKeyring({
      seal: "k".repeat(32),
      known: [{ id: "k".repeat(32), secret: bytes(1) }],
      pseudonym: bytes(9),
    });
    const of = "i".repeat(40);
    const token = await deriveLinkToken(longest, of, { keyId: "k".repeat(32), serial: 999, nonce });
    expect(await readLinkToken(longest, token?.reveal())).toEqual({ id: of, serial: 999, nonce });
  });

  it("is read up to 160 characters", async () => {
    const longest = await tokenOf("i".repeat(86), 100);
    expect(longest).toHaveLength(160);
    expect(await readLinkToken(ring, longest)).toMatchObject({ serial: 100 });
    expect(await readLinkToken(ring, await tokenOf("i".repeat(87), 100))).toBeUndefined();
  });

  it("is refused with any one character changed, added or taken away", async () => {
    const token = await tokenOf(id);
    const letters = "ABQZagwz0189-_.";
    for (let at = 0; at <= token.length; at += 1) {
      for (const letter of letters) {
        const mutants = [token.slice(0, at) + letter + token.slice(at), token.slice(0, at) + token.slice(at + 1)];
        if (token[at] !== letter) mutants.push(token.slice(0, at) + letter + token.slice(at + 1));
        for (const mutant of mutants)
          if (mutant !== token) expect(await readLinkToken(ring, mutant), mutant).toBeUndefined();
      }
    }
    for (const changed of [`${token}\n`, ` ${token}`, `${token}=`, token.toUpperCase(), [token], { token }]) {
      expect(await readLinkToken(ring, changed)).toBeUndefined();
    }
  });

  it("is refused under another key of the same id, and of a key that is gone", async () => {
    const token = await tokenOf(id);
    const other = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes(2) }], pseudonym: bytes(9) });
    const gone = createKeyring({ seal: "k2", known: [{ id: "k2", secret: bytes(1) }], pseudonym: bytes(9) });
    expect(await readLinkToken(other, token)).toBeUndefined();
    expect(await readLinkToken(gone, token)).toBeUndefined();
    expect(await readLinkToken(gone, token.replace(/^k1/, "k2"))).toBeUndefined();
    expect(await deriveLinkToken(gone, id, { keyId: "k1", serial: 1, nonce })).toBeUndefined();
  });

  it("of one registration, serial or nonce is none of another (B056)", async () => {
    const parts = (await tokenOf(id)).split(".");
    const other = timeOrderedId(1_767_225_600_001);
    for (const [at, value] of [
      [1, other],
      [2, "BBBBBBBBBBBBBBBBBBBBBA"],
      [4, "2"],
    ] as const) {
      expect(await readLinkToken(ring, parts.map((part, n) => (n === at ? value : part)).join("."))).toBeUndefined();
    }
  });
});
