import { createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { generateKeyPair } from "jose";
import { verifyReceipt } from "porchlight";
import { fixedClock } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { lengthPrefixed } from "../../../src/secrets/bytes.js";
import { deriveCode, isRightCode } from "../../../src/secrets/code.js";
import { createKeyring, type Purpose } from "../../../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../../../src/secrets/link-token.js";
import { pseudonym } from "../../../src/secrets/pseudonym.js";
import { signReceipt } from "../../../src/secrets/receipt.js";
import { openTicket, sealTicket } from "../../../src/secrets/ticket.js";
import { pendingRegistration } from "../../../src/testing/index.js";

// The worst case: one secret for everything, and one id for every key.
const secret = new Uint8Array(32).fill(7);
const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret }], pseudonym: secret });
const pending = pendingRegistration({
  id: "a-registration-of-ours",
  challenge: { ...pendingRegistration().challenge, keyId: "k1", digits: 8 },
});
const { id, identifier, challenge } = pending;
const at = 1_767_225_600_000;

/** HKDF by another implementation than ours, from the label alone. */
const derived = (label: string, bits: number) => Buffer.from(hkdfSync("sha256", secret, "", label, bits / 8));
const labels = {
  "porchlight ticket 1": 512,
  "porchlight link 1": 256,
  "porchlight code 1": 256,
  "porchlight pseudonym 1": 256,
} as const;

async function subkeys(): Promise<Readonly<Record<string, Buffer>>> {
  const purposes: readonly Purpose[] = ["ticket", "link", "code"];
  const made = await Promise.all(purposes.map((purpose) => ring.subkey("k1", purpose)));
  const all = purposes.map((purpose, n) => [purpose, Buffer.from(made[n]?.reveal() ?? [])] as const);
  return Object.fromEntries([...all, ["pseudonym", Buffer.from((await ring.pseudonymKey()).reveal())]]);
}

describe("a subkey", () => {
  it("follows from its secret and its label by HKDF-SHA-256, so that other processes derive the same", async () => {
    const { ticket, link, code, pseudonym: name } = await subkeys();
    const made = Object.entries(labels).map(([label, bits]) => derived(label, bits));
    expect([ticket, link, code, name]).toEqual(made);
  });

  it("is told of in docs/keys.md by its label", () => {
    const page = readFileSync("docs/keys.md", "utf8");
    for (const label of Object.keys(labels)) expect(page).toContain(`\`${label}\``);
  });

  it("differs from every other and from the secret itself, even where one secret serves for all", async () => {
    const all = [Buffer.from(secret), ...Object.values(await subkeys())];
    const halves = all.flatMap((key) => (key.length > 32 ? [key.subarray(0, 32), key.subarray(32)] : [key]));
    expect(halves).toHaveLength(6);
    expect(new Set(halves.map((half) => half.toString("hex"))).size).toBe(6);
  });
});

describe("a token of one kind", async () => {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA");
  const parties = { issuer: "https://app.example", audience: "https://app.example" };
  const receiptKey = { id: "k1", alg: "EdDSA", privateKey, ...parties } as const;
  const shown = { channel: "email", masked: "a***@example.com" } as const;
  const tokens = {
    ticket: await sealTicket(ring, { kind: "pointer", id, expiresAt: at, shown }),
    link: (await deriveLinkToken(ring, id, challenge))?.reveal(),
    code: (await deriveCode(ring, pending))?.reveal(),
    receipt: await signReceipt(receiptKey, { accountId: id, activatedAt: at, by: "code" }, at),
    pseudonym: await pseudonym(ring, identifier.channel, identifier.key),
  };
  const readers: Readonly<Record<string, (token: string) => Promise<boolean>>> = {
    ticket: async (token) => (await openTicket(ring, token)) !== undefined,
    link: async (token) => (await readLinkToken(ring, token)) !== undefined,
    code: (token) => isRightCode(ring, pending, token),
    receipt: async (token) => {
      const options = { keys: { k1: publicKey }, ...parties, clock: fixedClock(at) };
      return (await verifyReceipt(token, options)) !== undefined;
    },
  };

  it.each(Object.entries(tokens))("passes as its own and as no other: a %s", async (kind, token = "") => {
    for (const [name, read] of Object.entries(readers))
      expect([name, await read(token)]).toEqual([name, name === kind]);
  });
});

describe("what is made with the subkey of another purpose", async () => {
  const keys = Object.entries({ ...(await subkeys()), "the secret": Buffer.from(secret) });

  it.each(keys)("is no link, but with the one of links: %s", async (name, key) => {
    const parts = ["k1", id, String(challenge.serial), challenge.nonce];
    const mac = createHmac("sha256", key).update(lengthPrefixed(parts)).digest("base64url");
    const token = `k1.${id}.${challenge.nonce}.${mac}.${challenge.serial}`;
    expect((await readLinkToken(ring, token)) !== undefined).toBe(name === "link");
  });

  it.each(keys)("is no code, but with the one of codes: %s", async (name, key) => {
    const parts = [identifier.channel, identifier.key, id, String(challenge.serial), challenge.nonce];
    const mac = createHmac("sha256", key).update(lengthPrefixed(parts)).digest();
    const code = String(mac.readBigUInt64BE() % 100_000_000n).padStart(8, "0");
    expect(await isRightCode(ring, pending, code)).toBe(name === "code");
  });

  it.each(keys)("is no pseudonym, but with the one of pseudonyms: %s", async (name, key) => {
    const mac = createHmac("sha256", key)
      .update(lengthPrefixed(["address", "ada@example.com"]))
      .digest();
    const named = `address:${mac.subarray(0, 16).toString("base64url")}`;
    expect(named === (await pseudonym(ring, "address", "ada@example.com"))).toBe(name === "pseudonym");
  });
});
