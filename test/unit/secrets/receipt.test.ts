import { exportSPKI, generateKeyPair } from "jose";
import { type ReceiptKey, verifyReceipt } from "porchlight";
import { fixedClock } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { deriveLinkToken } from "../../../src/secrets/link-token.js";
import { signReceipt } from "../../../src/secrets/receipt.js";
import { sealTicket } from "../../../src/secrets/ticket.js";
import {
  decoded,
  encoded,
  type Json,
  jws,
  macedBy,
  misspellings,
  type Signer,
  signedBy,
  withSpareBit,
} from "./forging.js";

const [issuer, audience] = ["https://app.example", "https://shop.example"];
const at = 1_767_225_600_250;
const iat = 1_767_225_600;
const activation = { accountId: "account-1", activatedAt: at, by: "code" } as const;

const p384 = await generateKeyPair("ES384");
const rsa = await generateKeyPair("RS256");
const pss = await generateKeyPair("PS256");
const secret = new Uint8Array(32).fill(1);
const ring = createKeyring({ seal: "r1", known: [{ id: "r1", secret }], pseudonym: secret });
const ticket = await sealTicket(ring, {
  kind: "pointer",
  id: "a-registration-of-ours",
  expiresAt: 9e12,
  shown: { channel: "email", masked: "a***@example.com" },
});
const link = await deriveLinkToken(ring, "a-registration-of-ours", { keyId: "r1", serial: 1, nonce: "A".repeat(22) });

/** An issuer with two keys, "r1" and "r2", what it writes, and who reads it. */
async function issuerOf(alg: ReceiptKey["alg"]) {
  const [pair, second, stranger] = await Promise.all([1, 2, 3].map(() => generateKeyPair(alg)));
  const other = await generateKeyPair(alg === "EdDSA" ? "ES256" : "EdDSA");
  if (pair === undefined || second === undefined || stranger === undefined) throw new Error("three pairs were made");
  const key: ReceiptKey = { id: "r1", alg, privateKey: pair.privateKey, issuer, audience };
  const clock = fixedClock(at);
  const read = (token: unknown) =>
    verifyReceipt(token, { keys: { r1: pair.publicKey, r2: second.publicKey }, issuer, audience, clock });
  const header = { alg, typ: "porchlight-receipt+jwt", kid: "r1" };
  const claims = {
    iss: issuer,
    aud: audience,
    sub: "account-1",
    iat,
    exp: iat + 60,
    jti: "AAAAAAAAAAAAAAAAAAAAAA",
    activatedAt: at,
    by: "code",
  };
  const sign = signedBy(pair.privateKey);
  const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
  return {
    alg,
    pair,
    second,
    stranger,
    other,
    key,
    clock,
    read,
    header,
    claims,
    sign,
    pem: await exportSPKI(pair.publicKey),
    der: new Uint8Array(spki),
    jwk: await crypto.subtle.exportKey("jwk", stranger.publicKey),
    good: await signReceipt(key, activation, at),
    /** With these claims, signed by the right key under the right header. */
    says: (said: Json | Uint8Array) => jws(header, said, sign),
    /** With this header, signed by the right key, over the right claims. */
    under: (said: Json, by: Signer = sign) => jws(said, claims, by),
  };
}
type Issuer = Awaited<ReturnType<typeof issuerOf>>;
type Forgeries = Readonly<Record<string, unknown>>;

const no: Signer = () => new Uint8Array();

async function otherAlgorithms(of: Issuer): Promise<Forgeries> {
  const { header, pem, der, under, other, alg, good } = of;
  const as = (name: unknown, by?: Signer) => under({ ...header, alg: name }, by);
  return {
    "none, unsigned": await as("none", no),
    "nOnE, unsigned": await as("nOnE", no),
    "None, with a signature": await as("None"),
    "the right header, unsigned": await under(header, no),
    "HS256, by the public key as PEM": await as("HS256", macedBy("sha256", pem)),
    "HS256, by the PEM without its last line break": await as("HS256", macedBy("sha256", pem.trim())),
    "HS256, by the public key's bytes": await as("HS256", macedBy("sha256", der)),
    "HS256, by nothing": await as("HS256", macedBy("sha256", "")),
    "HS384, by the public key": await as("HS384", macedBy("sha384", pem)),
    "HS512, by the public key": await as("HS512", macedBy("sha512", pem)),
    "its own algorithm, by a MAC of the public key": await under(header, macedBy("sha512", pem)),
    RS256: await as("RS256", signedBy(rsa.privateKey)),
    PS256: await as("PS256", signedBy(pss.privateKey)),
    ES384: await as("ES384", async (input) => {
      const signed = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-384" }, p384.privateKey, input);
      return new Uint8Array(signed);
    }),
    ES256K: await as("ES256K"),
    "the algorithm of the other kind of key, by one": await as(
      alg === "EdDSA" ? "ES256" : "EdDSA",
      signedBy(other.privateKey),
    ),
    "the algorithm of the other kind of key, by its own": await as(alg === "EdDSA" ? "ES256" : "EdDSA"),
    "its own algorithm, by a key of the other kind": await under(header, signedBy(other.privateKey)),
    "its algorithm in lower case": await as(alg.toLowerCase()),
    "its algorithm's newer name": await as("Ed25519"),
    "a list of algorithms": await as([alg]),
    "null for an algorithm": await as(null),
    "no algorithm": await under({ typ: header.typ, kid: "r1" }),
    "an algorithm of JWE": await as("dir"),
    "a ticket": ticket,
    "a ticket in a receipt's header": [good.split(".")[0], ...ticket.split(".").slice(1)].join("."),
    "a link": link?.reveal(),
  };
}

async function otherSignatures(of: Issuer): Promise<Forgeries> {
  const { header, claims, key, stranger, second, good, sign, under } = of;
  const [head = "", body = "", signature = ""] = good.split(".");
  const another = await signReceipt(key, { ...activation, accountId: "account-2" }, at);
  const [, otherBody = "", otherSignature = ""] = another.split(".");
  const bytes = decoded(signature);
  const flipped = (bit: number) => encoded(bytes.map((byte, n) => (n === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
  const filled = (fill: number, length = 64) => encoded(new Uint8Array(length).fill(fill));
  const told = (text: string) => [head, body, text].join(".");
  return {
    "a stranger's key of the same id": await under(header, signedBy(stranger.privateKey)),
    "the issuer's other key": await under(header, signedBy(second.privateKey)),
    "the other key's id": await under({ ...header, kid: "r2" }),
    zeros: told(filled(0)),
    ones: told(filled(0xff)),
    "another receipt's signature": told(otherSignature),
    "another receipt's claims": [head, otherBody, signature].join("."),
    "half of it": told(encoded(bytes.subarray(0, 32))),
    "the halves swapped": told(encoded(Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]))),
    "a byte less": told(encoded(bytes.subarray(0, 63))),
    "a byte more": told(encoded(Buffer.concat([bytes, Buffer.from([0])]))),
    "in DER": told(encoded(derOf(bytes))),
    "with its first bit turned": told(flipped(0)),
    "with its last bit turned": told(flipped(511)),
    "with a spare bit set": told(withSpareBit(signature)),
    "over the claims alone": await jws(header, claims, () => sign(new Uint8Array(Buffer.from(JSON.stringify(claims))))),
    "in standard base64": told(Buffer.from(bytes).toString("base64")),
  };
}

function derOf(signature: Uint8Array): Uint8Array {
  const integer = (half: Uint8Array) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
  const both = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

async function otherHeaders(of: Issuer): Promise<Forgeries> {
  const { header, alg, jwk, stranger, under } = of;
  const { typ } = header;
  const url = "https://evil.example/keys";
  const text = JSON.stringify(header);
  const made: [string, string][] = [];
  for (const kid of [
    "../../x",
    "../../../dev/null",
    "' OR 1=1",
    "r1'; drop table keys--",
    "__proto__",
    "constructor",
    "toString",
    "",
    "R1",
    " r1",
    "r1\0",
    "r1\u200b",
    "r".repeat(65),
    url,
    1,
    null,
    true,
    ["r1"],
    { r1: "r1" },
  ]) {
    made.push([`the key id ${JSON.stringify(kid).slice(0, 40)}`, await under({ ...header, kid })]);
  }
  const byStranger = signedBy(stranger.privateKey);
  for (const [name, more, by] of [
    ["jku", { jku: url }, undefined],
    ["x5u", { x5u: url }, undefined],
    ["x5c", { x5c: ["MIIB"] }, undefined],
    ["x5t", { "x5t#S256": "A".repeat(43) }, undefined],
    ["a key of its own (jwk), and its signature", { jwk }, byStranger],
    ["a key of its own (jwk), and the right signature", { jwk }, undefined],
    ["crit", { crit: ["exp"], exp: 1 }, undefined],
    ["an empty crit", { crit: [] }, undefined],
    ["b64: false, critical", { crit: ["b64"], b64: false }, undefined],
    ["b64: false", { b64: false }, undefined],
    ["zip", { zip: "DEF" }, undefined],
    ["cty", { cty: "JWT" }, undefined],
    ["enc", { enc: "A256CBC-HS512" }, undefined],
    ["a claim", { sub: "account-2" }, undefined],
  ] as const) {
    made.push([name, await under({ ...header, ...more }, by)]);
  }
  for (const [name, said] of [
    ["no key id", { alg, typ }],
    ["no type", { alg, kid: "r1" }],
    ["the type JWT", { alg, typ: "JWT", kid: "r1" }],
    ["the type of a ticket", { alg, typ: "porchlight-ticket+jwe", kid: "r1" }],
    ["the type of an access token", { alg, typ: "at+jwt", kid: "r1" }],
    ["its type in capitals", { alg, typ: typ.toUpperCase(), kid: "r1" }],
    ["its type with application/", { alg, typ: `application/${typ}`, kid: "r1" }],
    ["the members in another order", { typ, alg, kid: "r1" }],
    ["two algorithms", text.replace("{", '{"alg":"none",')],
    ["two key ids", text.replace("}", ',"kid":"r1"}')],
    ["an escaped letter", text.replace("r1", "\\u00721")],
    ["blanks", text.replace(",", ", ")],
    ["a byte order mark", `\ufeff${text}`],
    ["a comma too many", text.replace("}", ",}")],
    ["a prototype", text.replace("}", ',"__proto__":{"crit":null}}')],
    ["a list", [header]],
    ["a text", '"header"'],
    ["a number", 7],
    ["null", null],
    ["nothing", ""],
    ["no JSON", "{"],
  ] as const) {
    made.push([name, await under(said)]);
  }
  return Object.fromEntries(made);
}

async function otherClaims(of: Issuer): Promise<Forgeries> {
  const { claims, says } = of;
  const text = JSON.stringify(claims);
  const made: [string, string][] = [];
  for (const name of Object.keys(claims)) {
    const others = Object.entries(claims).filter(([one]) => one !== name);
    made.push([`no ${name}`, await says(Object.fromEntries(others))]);
    for (const wrong of [null, "", true, [], {}, ["account-1"], -1, 1.5]) {
      made.push([`${name}: ${JSON.stringify(wrong)}`, await says({ ...claims, [name]: wrong })]);
    }
  }
  for (const [name, change] of [
    ["another issuer", { iss: "https://evil.example" }],
    ["an issuer with a slash more", { iss: `${issuer}/` }],
    ["an issuer in capitals", { iss: issuer.toUpperCase() }],
    ["a list of issuers", { iss: [issuer] }],
    ["another audience", { aud: "https://else.example" }],
    ["a list with the audience alone", { aud: [audience] }],
    ["a list with the audience among others", { aud: ["https://else.example", audience] }],
    ["the issuer for an audience", { aud: issuer }],
    ["an end that is past", { iat: iat - 66, exp: iat - 6 }],
    ["an end before its beginning", { exp: iat - 1 }],
    ["an end of the very second", { iat: iat - 65, exp: iat - 5 }],
    ["an end in a hundred years", { exp: iat + 3_153_600_000 }],
    ["an end a second late", { exp: iat + 61 }],
    ["an old beginning and a late end", { iat: iat - 3_600, exp: iat + 60 }],
    ["an end as text", { exp: String(iat + 60) }],
    ["times in milliseconds", { iat: at, exp: at + 60_000 }],
    ["a beginning in the future", { iat: iat + 6, exp: iat + 66 }],
    ["the proof of a bare link", { by: "link" }],
    ["a proof that there is not", { by: "admin" }],
    ["a proof of Object's own", { by: "constructor" }],
    ["a time of activation as text", { activatedAt: String(at) }],
    ["nbf in the future", { nbf: iat + 3_600 }],
    ["nbf in the past", { nbf: iat - 1 }],
    ["a claim more", { admin: true }],
  ] as const) {
    made.push([name, await says({ ...claims, ...change })]);
  }
  for (const [name, said] of [
    ["an endless end", text.replace(/"exp":\d+/, '"exp":1e999')],
    ["an end in another spelling", text.replace(/"exp":(\d+)/, '"exp":$1.0')],
    ["two accounts", text.replace("{", '{"sub":"account-2",')],
    ["two accounts, the second last", text.replace("}", ',"sub":"account-2"}')],
    ["two ends", text.replace("}", ',"exp":9999999999}')],
    ["a prototype", text.replace("}", ',"__proto__":{"sub":"account-2"}}')],
    ["the claims in another order", JSON.stringify(Object.fromEntries(Object.entries(claims).reverse()))],
    ["blanks", JSON.stringify(claims, null, 1)],
    ["an escaped letter", text.replace("account", "\\u0061ccount")],
    ["a byte order mark", `\ufeff${text}`],
    ["bytes that are no UTF-8", new Uint8Array([...Buffer.from(text), 0xff])],
    ["a list", [claims]],
    ["a text", JSON.stringify(text)],
    ["a number", 7],
    ["null", null],
    ["nothing", ""],
    ["no JSON", "{"],
    ["lists in lists", "[".repeat(1_000) + "]".repeat(1_000)],
    ["a receipt of its own", of.good],
  ] as const) {
    made.push([name, await says(said)]);
  }
  return Object.fromEntries(made);
}

function noTexts({ good }: Issuer): Forgeries {
  return {
    undefined: undefined,
    null: null,
    "a number": 7,
    true: true,
    "an object": {},
    "a list": [good],
    "an object that reads as one": { toString: () => good },
    "a boxed text": new String(good),
    bytes: new Uint8Array(Buffer.from(good)),
    "a function": () => good,
    "a symbol": Symbol("receipt"),
    "flattened JSON": { protected: good.split(".")[0], payload: good.split(".")[1], signature: good.split(".")[2] },
  };
}

describe.each(["EdDSA", "ES256"] as const)("a receipt signed with %s", async (alg) => {
  const of = await issuerOf(alg);
  const { read, good, key, pair, clock } = of;

  it("is read as what was signed", async () => {
    expect(await read(good)).toMatchObject({ accountId: "account-1", activatedAt: at, by: "code" });
    // The tools of the forgeries below can write a good one: what they lack is not the form.
    expect(await read(await of.under(of.header))).toMatchObject({ id: of.claims.jti });
    expect(await read(await of.says(of.claims))).toMatchObject({ id: of.claims.jti });
    expect(await read(await jws({ ...of.header, kid: "r2" }, of.claims, signedBy(of.second.privateKey)))).toBeDefined();
  });

  describe.each<[string, Forgeries]>([
    ["an algorithm or kind that is not its own", await otherAlgorithms(of)],
    ["another signature", await otherSignatures(of)],
    ["another header", await otherHeaders(of)],
    ["other claims", await otherClaims(of)],
    ["another spelling", misspellings(good)],
    ["something that is no text", noTexts(of)],
  ])("is refused with %s", (_, forgeries) => {
    it.each(Object.entries(forgeries))("%s (T26)", async (_, forged) => {
      // EdDSA makes the same signature twice; then this forgery is none.
      expect(forged).not.toBe(good);
      expect(await read(forged)).toBeUndefined();
    });
  });

  it("has another id each time, and no two texts alike", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => signReceipt(key, activation, at)));
    const ids = await Promise.all(many.map(async (one) => (await read(one))?.id));
    expect(new Set(ids).size).toBe(200);
    expect(ids).not.toContain(undefined);
  });

  it("lives for 60 seconds and as long as two clocks may differ, to the second (T25)", async () => {
    const readAt = async (ms: number, clockToleranceSeconds?: number) => {
      const options = { keys: { r1: pair.publicKey }, issuer, audience, clock: fixedClock(iat * 1_000 + ms) };
      return (await verifyReceipt(good, { ...options, clockToleranceSeconds })) !== undefined;
    };
    expect([await readAt(64_999), await readAt(65_000)]).toEqual([true, false]);
    expect([await readAt(59_999, 0), await readAt(60_000, 0)]).toEqual([true, false]);
    expect([await readAt(119_999, 60), await readAt(120_000, 60)]).toEqual([true, false]);
    expect([await readAt(-5_000), await readAt(-5_001)]).toEqual([true, false]);
    expect([await readAt(0, 0), await readAt(-1, 0)]).toEqual([true, false]);
    expect((await read(good))?.expiresAt).toBe((iat + 65) * 1_000);
  });

  it("reads by the clock of the platform where none is given", async () => {
    const options = { keys: { r1: pair.publicKey }, issuer, audience };
    expect(await verifyReceipt(await signReceipt(key, activation, Date.now()), options)).toBeDefined();
    expect(await verifyReceipt(await signReceipt(key, activation, Date.now() - 120_000), options)).toBeUndefined();
  });

  it("stays good over a rotation while its key is known, and not after (T26)", async () => {
    const next = { ...key, id: "r2", privateKey: of.second.privateKey };
    const young = await signReceipt(next, activation, at);
    const readBy = (keys: Parameters<typeof verifyReceipt>[1]["keys"], token: string) =>
      verifyReceipt(token, { keys, issuer, audience, clock });
    const [r1, r2] = [pair.publicKey, of.second.publicKey];
    expect(await readBy({ r1 }, young)).toBeUndefined();
    expect(await readBy({ r1, r2 }, good)).toBeDefined();
    expect(await readBy({ r1, r2 }, young)).toBeDefined();
    expect(await readBy({ r2 }, good)).toBeUndefined();
    expect(await readBy({ r2 }, young)).toBeDefined();
    expect(await readBy({ r1: r2, r2: r1 }, young)).toBeUndefined();
    expect(await readBy(Object.create({ r1 }, { r2: { value: r2, enumerable: true } }), good)).toBeUndefined();
  });

  it("is for one issuer and one audience", async () => {
    const keys = { r1: pair.publicKey };
    expect(await verifyReceipt(good, { keys, issuer: audience, audience: issuer, clock })).toBeUndefined();
    expect(await verifyReceipt(good, { keys, issuer, audience: "https://else.example", clock })).toBeUndefined();
    expect(await verifyReceipt(good, { keys, issuer: "https://else.example", audience, clock })).toBeUndefined();
  });
});

describe("the second form of a signature of ES256 (r, n - s)", async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const { good, read } = await issuerOf("ES256");
  const [head, body, signature = ""] = good.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const s = BigInt(`0x${bytes.subarray(32).toString("hex")}`);
  const mirrored = Buffer.concat([
    bytes.subarray(0, 32),
    Buffer.from((order - s).toString(16).padStart(64, "0"), "hex"),
  ]);
  const twin = [head, body, mirrored.toString("base64url")].join(".");

  it("names the same receipt, so that whoever spends its id is shown it once (T26)", async () => {
    expect(twin).not.toBe(good);
    const spent = new Set<string>();
    const accepted: string[] = [];
    for (const token of [good, twin, good, twin]) {
      const receipt = await read(token);
      if (receipt === undefined || spent.has(receipt.id)) continue;
      spent.add(receipt.id);
      accepted.push(receipt.accountId);
    }
    expect(accepted).toEqual(["account-1"]);
    expect((await read(twin))?.id).toBe((await read(good))?.id);
  });
});

describe("verifyReceipt", async () => {
  const { good, pair, other, clock } = await issuerOf("EdDSA");
  const keys = { r1: pair.publicKey };
  const hmac = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

  it.each<[string, object, RegExp]>([
    ["no key", { keys: {} }, /keys: names no key/],
    ["keys that are missing", { keys: undefined }, /keys: names no key/],
    ["a private key", { keys: { r1: pair.privateKey } }, /must be a public key that may verify/],
    ["a symmetric key", { keys: { r1: hmac } }, /of Ed25519, or of ECDSA on P-256/],
    ["a key of another curve", { keys: { r1: p384.publicKey } }, /of ECDSA on P-256/],
    ["an RSA key", { keys: { r1: rsa.publicKey } }, /of ECDSA on P-256/],
    ["a PEM", { keys: { r1: "-----BEGIN PUBLIC KEY-----canary" } }, /must be a CryptoKey/],
    ["bytes", { keys: { r1: new Uint8Array(32) } }, /must be a CryptoKey/],
    ["one bad key beside a good one", { keys: { ...keys, r2: null } }, /must be a CryptoKey/],
    ["an id of other letters", { keys: { "../r1": pair.publicKey } }, /an id has 1 to 64/],
    ["no issuer", { issuer: undefined }, /issuer: has 1 to 255/],
    ["no audience", { audience: "" }, /audience: has 1 to 255/],
    ["many audiences", { audience: [audience, issuer] }, /audience: has 1 to 255/],
    ["a tolerance of 61 seconds", { clockToleranceSeconds: 61 }, /clockToleranceSeconds: must be 0 to 60/],
    ["a negative tolerance", { clockToleranceSeconds: -1 }, /clockToleranceSeconds/],
    ["a tolerance that is no number", { clockToleranceSeconds: Number.NaN }, /clockToleranceSeconds/],
  ])("throws a TypeError for %s, whatever it is to read (T30)", async (_, change, says) => {
    for (const token of [good, "", undefined]) {
      const reading: Promise<unknown> = Reflect.apply(verifyReceipt, undefined, [
        token,
        { keys, issuer, audience, clock, ...change },
      ]);
      await expect(reading).rejects.toThrow(TypeError);
      await expect(reading).rejects.toThrow(says);
      await expect(reading).rejects.not.toThrow(/canary/);
    }
  });

  it("takes keys of both kinds at once, each for its own algorithm", async () => {
    const both = { r1: pair.publicKey, r2: other.publicKey };
    expect(await verifyReceipt(good, { keys: both, issuer, audience, clock })).toBeDefined();
  });
});
