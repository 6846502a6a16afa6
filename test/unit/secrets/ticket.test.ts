import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { joseJwe, nodeJwe } from "../../../src/secrets/jwe.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { deriveLinkToken } from "../../../src/secrets/link-token.js";
import { signReceipt } from "../../../src/secrets/receipt.js";
import { openTicket, sealTicket, type Ticket } from "../../../src/secrets/ticket.js";
import {
  decoded,
  encoded,
  fullTagOf,
  type Json,
  jwe,
  jws,
  macedBy,
  misspellings,
  tagOf,
  withSpareBit,
} from "./forging.js";

const secret = new Uint8Array(32).fill(1);
const keys = {
  seal: "k1",
  known: [
    { id: "k1", secret },
    { id: "k2", secret: new Uint8Array(32).fill(2) },
  ],
  pseudonym: secret,
} as const;
const ring = createKeyring(keys);
const pointer = {
  kind: "pointer",
  id: "a-registration-of-ours",
  expiresAt: 9e12,
  shown: { channel: "email", masked: "a***@example.com" },
} as const satisfies Ticket;
const header = { alg: "dir", enc: "A256CBC-HS512", typ: "porchlight-ticket+jwe", kid: "k1" };
const ours = { typ: header.typ, kid: header.kid };
const text = JSON.stringify(header);
const content = JSON.stringify({ v: 1, ticket: pointer });

const key = (await ring.subkey("k1", "ticket"))?.reveal() ?? new Uint8Array();
const linkKey = (await ring.subkey("k1", "link"))?.reveal() ?? new Uint8Array();
const codeKey = (await ring.subkey("k1", "code"))?.reveal() ?? new Uint8Array();
const pseudonymKey = (await ring.pseudonymKey()).reveal();
const good = await sealTicket(ring, pointer);
const under = (said: Json) => jwe(said, content, key);
const with_ = (more: object) => under({ ...header, ...more });

const url = "https://evil.example/keys";
const agreed = await generateKeyPair("ECDH-ES", { extractable: true });
const rsa = await generateKeyPair("RSA-OAEP");

/** What a library seals for this header, which is another than ours, with the right bytes where it takes any. */
async function bySpec(alg: string, enc: string, use: Uint8Array | typeof rsa.publicKey): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(content)).setProtectedHeader({ ...header, alg, enc }).encrypt(use);
}

async function otherAlgorithms(): Promise<Readonly<Record<string, string>>> {
  const made: [string, string][] = [];
  for (const alg of [
    "none",
    "nOnE",
    "DIR",
    "HS256",
    "HS512",
    "RSA1_5",
    "RSA-OAEP",
    "A128KW",
    "A256KW",
    "A256GCMKW",
    "ECDH-ES",
    "ECDH-ES+A256KW",
    "PBES2-HS256+A128KW",
    "",
    null,
    7,
    ["dir"],
  ]) {
    made.push([`alg ${JSON.stringify(alg)} over what is ours`, with_({ alg })]);
  }
  for (const enc of [
    "none",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A128GCM",
    "A256GCM",
    "XC20P",
    "a256cbc-hs512",
    "",
    null,
    ["A256CBC-HS512"],
  ]) {
    made.push([`enc ${JSON.stringify(enc)} over what is ours`, with_({ enc })]);
  }
  return {
    ...Object.fromEntries(made),
    "A256GCM, sealed as such with half the key": await bySpec("dir", "A256GCM", key.subarray(0, 32)),
    "A128CBC-HS256, sealed as such with half the key": await bySpec("dir", "A128CBC-HS256", key.subarray(0, 32)),
    "A256KW, sealed as such with half the key": await bySpec("A256KW", "A256CBC-HS512", key.subarray(0, 32)),
    "A256GCMKW, sealed as such with half the key": await bySpec("A256GCMKW", "A256CBC-HS512", key.subarray(0, 32)),
    "RSA-OAEP, sealed as such": await bySpec("RSA-OAEP", "A256CBC-HS512", rsa.publicKey),
    "ECDH-ES, sealed as such": await bySpec("ECDH-ES", "A256CBC-HS512", agreed.publicKey),
    "a password (PBES2) that is the key": await bySpec("PBES2-HS512+A256KW", "A256CBC-HS512", key),
    "a password (PBES2) that takes a day to derive": with_({ alg: "PBES2-HS256+A128KW", p2s: "AAAA", p2c: 2 ** 31 }),
    "a key to agree on (epk)": with_({ alg: "ECDH-ES", epk: await exportJWK(agreed.publicKey) }),
    "a point off the curve (epk)": with_({ alg: "ECDH-ES", epk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }),
    "a signature instead": await jws({ ...header, alg: "HS512" }, content, macedBy("sha512", key)),
    "a link":
      (await deriveLinkToken(ring, pointer.id, { keyId: "k1", serial: 1, nonce: "A".repeat(22) }))?.reveal() ?? "",
  };
}

function otherHeaders(): Readonly<Record<string, string>> {
  const kids = [
    "../../k1",
    "' OR 1=1",
    "__proto__",
    "constructor",
    "",
    "K1",
    " k1",
    "k1\0",
    "k3",
    "k".repeat(65),
    url,
    1,
    null,
    ["k1"],
    {},
  ];
  return {
    ...Object.fromEntries(kids.map((kid) => [`the key id ${JSON.stringify(kid).slice(0, 30)}`, with_({ kid })])),
    "the id of another known key": with_({ kid: "k2" }),
    "no key id": under({ alg: header.alg, enc: header.enc, typ: header.typ }),
    jku: with_({ jku: url }),
    jwk: with_({ jwk: { kty: "oct", k: encoded(key) } }),
    x5u: with_({ x5u: url }),
    x5c: with_({ x5c: ["MIIB"] }),
    crit: with_({ crit: ["exp"], exp: 9e9 }),
    "an empty crit": with_({ crit: [] }),
    "b64: false": with_({ b64: false, crit: ["b64"] }),
    cty: with_({ cty: "JWT" }),
    p2c: with_({ p2c: 1 }),
    epk: with_({ epk: {} }),
    "apu and apv": with_({ apu: "AA", apv: "AA" }),
    zip: with_({ zip: "DEF" }),
    "zip, and compressed": jwe({ ...header, zip: "DEF" }, deflateRawSync(content), key),
    "zip, and 5 MB in 5 kB": jwe({ ...header, zip: "DEF" }, deflateRawSync("a".repeat(5_000_000)), key),
    "no type": under({ alg: header.alg, enc: header.enc, kid: "k1" }),
    "the type JWT": with_({ typ: "JWT" }),
    "the type of a receipt": with_({ typ: "porchlight-receipt+jwt" }),
    "its type in capitals": with_({ typ: header.typ.toUpperCase() }),
    "its type with application/": with_({ typ: `application/${header.typ}` }),
    "the members in another order": under(Object.fromEntries(Object.entries(header).reverse())),
    "two algorithms": under(text.replace("{", '{"alg":"none",')),
    "two key ids": under(text.replace("}", ',"kid":"k1"}')),
    "an escaped letter": under(text.replace("k1", "\\u006b1")),
    blanks: under(text.replace(",", ", ")),
    "a byte order mark": under(`\ufeff${text}`),
    "a prototype": under(text.replace("}", ',"__proto__":{"zip":"DEF"}}')),
    "a list": under([header]),
    null: under(null),
    "no JSON": under("{"),
  };
}

function otherSeals(): Readonly<Record<string, string>> {
  const [head = "", , iv = "", body = "", tag = ""] = good.split(".");
  const [ivBytes, bytes, tagBytes] = [decoded(iv), decoded(body), decoded(tag)];
  const put = (parts: { readonly key?: string; readonly iv?: string; readonly body?: string; readonly tag?: string }) =>
    [head, parts.key ?? "", parts.iv ?? iv, parts.body ?? body, parts.tag ?? tag].join(".");
  const flipped = (all: Uint8Array, bit: number) =>
    encoded(all.map((byte, n) => (n === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
  const other = jwe(header, content.replace("registration", "registratioN"), key).split(".");
  const doubled = (half: Uint8Array) => new Uint8Array(Buffer.concat([half, half]));
  const halves = new Uint8Array(Buffer.concat([key.subarray(32), key.subarray(0, 32)]));
  const shifted = Buffer.concat([ivBytes, bytes]);
  return {
    "a tag over no header": jwe(header, content, key, { aad: "" }),
    "a tag over the header's JSON": jwe(header, content, key, { aad: text }),
    "a tag over another header": jwe(header, content, key, { aad: encoded(JSON.stringify({ ...header, kid: "k2" })) }),
    "a letter moved from the header to the IV": put({
      tag: encoded(tagOf(head.slice(0, -1), Buffer.concat([Buffer.from(head.slice(-1)), ivBytes]), bytes, key)),
    }),
    "a block moved from the text to the IV": put({
      iv: encoded(shifted.subarray(0, 32)),
      body: encoded(shifted.subarray(32)),
    }),
    "the first block for an IV": put({ iv: encoded(bytes.subarray(0, 16)), body: encoded(bytes.subarray(16)) }),
    "a tag of 16 bytes": put({ tag: encoded(tagBytes.subarray(0, 16)) }),
    "a tag of 31 bytes": put({ tag: encoded(tagBytes.subarray(0, 31)) }),
    "a tag of one byte": put({ tag: encoded(tagBytes.subarray(0, 1)) }),
    "no tag": put({ tag: "" }),
    "the whole tag of 64 bytes": put({ tag: encoded(fullTagOf(head, ivBytes, bytes, key)) }),
    "the other half of the tag": put({ tag: encoded(fullTagOf(head, ivBytes, bytes, key).subarray(32)) }),
    "a tag of zeros": put({ tag: encoded(new Uint8Array(32)) }),
    "a tag of another ticket": put({ tag: other[4] ?? "" }),
    "the text of another ticket": put({ body: other[3] ?? "" }),
    "the IV of another ticket": put({ iv: other[2] ?? "" }),
    "an IV with a bit turned": put({ iv: flipped(ivBytes, 7) }),
    "an IV of 12 bytes": put({ iv: encoded(ivBytes.subarray(0, 12)) }),
    "no IV": put({ iv: "" }),
    "a text with its first bit turned": put({ body: flipped(bytes, 0) }),
    "a text with its last bit turned": put({ body: flipped(bytes, bytes.length * 8 - 1) }),
    "a block less": put({ body: encoded(bytes.subarray(0, -16)) }),
    "a byte less": put({ body: encoded(bytes.subarray(0, -1)) }),
    "a block twice": put({ body: encoded(Buffer.concat([bytes, bytes.subarray(-16)])) }),
    "two blocks swapped": put({
      body: encoded(Buffer.concat([bytes.subarray(16, 32), bytes.subarray(0, 16), bytes.subarray(32)])),
    }),
    "no text": put({ body: "" }),
    "a key where none belongs": put({ key: encoded(key) }),
    "a tag with a spare bit set": put({ tag: withSpareBit(tag) }),
    "an IV with a spare bit set": put({ iv: withSpareBit(iv) }),
    "another key of the same id": jwe(header, content, randomBytes(64)),
    "a key of zeros": jwe(header, content, new Uint8Array(64)),
    "the key turned round": jwe(header, content, halves),
    "the MAC's half twice": jwe(header, content, doubled(key.subarray(0, 32))),
    "the host's own secret": jwe(header, content, doubled(secret)),
    "the key of links": jwe(header, content, doubled(linkKey)),
    "the key of codes": jwe(header, content, doubled(codeKey)),
    "the key of pseudonyms": jwe(header, content, doubled(pseudonymKey)),
  };
}

/** Sealed by the right key in the right way: what is in them is no ticket. */
const noTickets: Readonly<Record<string, string>> = {
  "what is compressed, without saying so": jwe(header, deflateRawSync(content), key),
  "no JSON": jwe(header, "{", key),
  nothing: jwe(header, "", key),
  null: jwe(header, "null", key),
  "another version": jwe(header, content.replace('"v":1', '"v":2'), key),
  "no ticket": jwe(header, JSON.stringify({ v: 1 }), key),
};

describe("a ticket", async () => {
  const { privateKey } = await generateKeyPair("EdDSA");
  const receipt = await signReceipt(
    { id: "k1", alg: "EdDSA", privateKey, issuer: "https://app.example", audience: "https://app.example" },
    { accountId: "account-1", activatedAt: 1, by: "code" },
    1,
  );

  it("is opened as what was sealed", async () => {
    for (const cipher of [joseJwe, nodeJwe]) expect(await cipher?.open(key, ours, good)).toBeDefined();
    expect(await openTicket(ring, good)).toEqual(pointer);
    // The tools of the forgeries below can write a good one: what they lack is not the form.
    expect(await openTicket(ring, under(header))).toEqual(pointer);
    expect((await compactDecrypt(with_({ typ: "JWT" }), key)).protectedHeader.typ).toBe("JWT");
  });

  describe.each([
    ["another algorithm or kind", { ...(await otherAlgorithms()), "a receipt": receipt }],
    ["another header", otherHeaders()],
    ["another seal", otherSeals()],
    ["another spelling", misspellings(good)],
  ])("is refused with %s", (_, forgeries) => {
    it.each(Object.entries(forgeries))("%s (T26, T28)", async (_, forged) => {
      expect(forged).not.toBe(good);
      expect(await openTicket(ring, forged)).toBeUndefined();
      // Whichever of the two ciphers a platform has.
      for (const cipher of [joseJwe, nodeJwe]) expect(await cipher?.open(key, ours, forged)).toBeUndefined();
    });
  });

  it.each(Object.entries(noTickets))("is refused where its own seal is over %s", async (_, sealed) => {
    expect(await openTicket(ring, sealed)).toBeUndefined();
    expect(await joseJwe.open(key, ours, sealed)).toBeDefined();
  });

  it.each([1, 2, 3, 4, 5, 6])("has one text only, with %i letters more in it", async (more) => {
    const sealed = await sealTicket(ring, { ...pointer, id: pointer.id + "x".repeat(more * 16) });
    const parts = sealed.split(".");
    expect(await openTicket(ring, sealed)).toBeDefined();
    for (const [at, part] of parts.entries()) {
      if (part.length % 4 < 2) continue;
      const twin = parts.map((one, n) => (n === at ? withSpareBit(one) : one)).join(".");
      expect(decoded(twin.split(".")[at] ?? "")).toEqual(decoded(part));
      expect(await openTicket(ring, twin)).toBeUndefined();
      for (const cipher of [joseJwe, nodeJwe]) expect(await cipher?.open(key, ours, twin)).toBeUndefined();
    }
  });
});
