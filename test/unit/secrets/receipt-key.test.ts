import { generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { checkReceiptKey, type ReceiptKey, readVerifyingKeys } from "../../../src/secrets/receipt-key.js";

const ed = await generateKeyPair("EdDSA");
const es = await generateKeyPair("ES256");
const es384 = await generateKeyPair("ES384");
const readable = await generateKeyPair("EdDSA", { extractable: true });
const agreed = await generateKeyPair("ECDH-ES");

const good: ReceiptKey = {
  id: "r1",
  alg: "EdDSA",
  privateKey: ed.privateKey,
  issuer: "https://app.example",
  audience: "https://shop.example",
};

const id = "receipts.id: has 1 to 64 of the characters A-Z a-z 0-9 _ -.";
const alg = 'receipts.alg: must be "EdDSA" or "ES256".';
const noKey = "receipts.privateKey: must be a CryptoKey, never bytes, a PEM or a KeyObject.";
const otherCurve = "receipts.privateKey: must be of Ed25519, or of ECDSA on P-256.";
const maySign = "receipts.privateKey: must be a private key that may sign.";
const open = "receipts.privateKey: must not be extractable; import it so.";
const party = (name: string) => `${name}: has 1 to 255 printable ASCII characters and no space.`;

describe("a key for receipts", () => {
  it.each<[string, object]>([
    ["of Ed25519", {}],
    ["of ECDSA on P-256", { alg: "ES256", privateKey: es.privateKey }],
    ["with the longest names", { id: "r".repeat(64), issuer: "i".repeat(255), audience: "!~".padEnd(255, "a") }],
  ])("%s is taken", (_, change) => {
    expect(() => checkReceiptKey({ ...good, ...change })).not.toThrow();
  });

  it.each<[string, object, readonly string[]]>([
    ["without a name", { id: "" }, [id]],
    ["with a name of 65 characters", { id: "r".repeat(65) }, [id]],
    ["with a space before its name", { id: " r1" }, [id]],
    ["with a line behind its name", { id: "r1\n" }, [id]],
    ["with a number for a name", { id: 1 }, [id]],
    ["of another algorithm", { alg: "HS256" }, [alg]],
    ["of bytes", { privateKey: new Uint8Array(32) }, [noKey]],
    ["on another curve", { privateKey: es384.privateKey }, [otherCurve]],
    ["that agrees on keys", { privateKey: agreed.privateKey }, [otherCurve, maySign]],
    ["that is public, and so can be read", { privateKey: ed.publicKey }, [maySign, open]],
    ["that can be read", { privateKey: readable.privateKey }, [open]],
    [
      "whose algorithm is not the one that is said",
      { alg: "ES256" },
      ["receipts.privateKey: is a key for EdDSA, and receipts.alg says ES256."],
    ],
    [
      "whose algorithm is not the one that is said, the other way round",
      { privateKey: es.privateKey },
      ["receipts.privateKey: is a key for ES256, and receipts.alg says EdDSA."],
    ],
    ["of no issuer", { issuer: "" }, [party("receipts.issuer")]],
    ["of an issuer that is too long", { issuer: "i".repeat(256) }, [party("receipts.issuer")]],
    ["of an issuer with a space before it", { issuer: " app" }, [party("receipts.issuer")]],
    ["for an audience with a line behind it", { audience: "shop\n" }, [party("receipts.audience")]],
    ["for an audience beyond ASCII", { audience: "shöp" }, [party("receipts.audience")]],
    [
      "that is nothing",
      { id: "", alg: "", privateKey: undefined, issuer: "", audience: "" },
      [id, alg, noKey, party("receipts.issuer"), party("receipts.audience")],
    ],
  ])("%s is refused, with all that is wrong", (_, change, faults) => {
    expect(() => Reflect.apply(checkReceiptKey, undefined, [{ ...good, ...change }])).toThrow(
      new TypeError(faults.join("\n  ")),
    );
  });

  it("that is left out is refused like an empty one", () => {
    for (const nothing of [null, undefined])
      expect(() => Reflect.apply(checkReceiptKey, undefined, [nothing])).toThrow(id);
  });
});

describe("the keys that receipts are verified by", () => {
  const parties = { issuer: "https://app.example", audience: "https://shop.example" };
  const cannot = "verifyReceipt cannot work like this.\n  ";

  it("are each for the algorithm of their own kind", () => {
    expect(readVerifyingKeys({ e: ed.publicKey, s: es.publicKey }, parties)).toEqual([
      { id: "e", alg: "EdDSA", publicKey: ed.publicKey },
      { id: "s", alg: "ES256", publicKey: es.publicKey },
    ]);
    expect(readVerifyingKeys({ e: readable.publicKey }, parties)).toHaveLength(1);
  });

  it.each<[string, unknown, object, readonly string[]]>([
    ["none", {}, {}, ["keys: names no key; give the public ones, by their ids."]],
    ["nothing", undefined, {}, ["keys: names no key; give the public ones, by their ids."]],
    ["one without a name", { "": ed.publicKey }, {}, ["keys: an id has 1 to 64 of the characters A-Z a-z 0-9 _ -."]],
    ["a private one", { e: ed.privateKey }, {}, ["keys: must be a public key that may verify."]],
    ["one on another curve", { e: es384.publicKey }, {}, ["keys: must be of Ed25519, or of ECDSA on P-256."]],
    ["text", { e: "PEM" }, {}, ["keys: must be a CryptoKey, never bytes, a PEM or a KeyObject."]],
    ["no issuer", { e: ed.publicKey }, { issuer: "" }, [party("issuer")]],
    [
      "no audience, and nothing",
      {},
      { audience: 7 },
      [party("audience"), "keys: names no key; give the public ones, by their ids."],
    ],
  ])("are refused where there is %s", (_, keys, change, faults) => {
    expect(() => Reflect.apply(readVerifyingKeys, undefined, [keys, { ...parties, ...change }])).toThrow(
      new TypeError(cannot + faults.join("\n  ")),
    );
  });
});
