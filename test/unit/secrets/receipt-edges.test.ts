import { CompactSign, generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { signReceipt, verifyReceipt } from "../../../src/secrets/receipt.js";
import type { ReceiptKey } from "../../../src/secrets/receipt-key.js";

const { privateKey, publicKey } = await generateKeyPair("EdDSA");
const parties = { issuer: "https://app.example", audience: "https://shop.example" };
const now = 1_767_225_600_000;
const activation = { accountId: "account-1", activatedAt: now, by: "code" } as const;

const keyOf = (id: string): ReceiptKey => ({ id, alg: "EdDSA", privateKey, ...parties });
const read = (token: string, id = "r1") =>
  verifyReceipt(token, { ...parties, keys: { [id]: publicKey }, clock: { now: () => now } });

const [iss, aud, iat] = [parties.issuer, parties.audience, now / 1_000];
const claims = { iss, aud, sub: "account-1", iat, exp: iat + 60, jti: "once", activatedAt: now, by: "code" };

/** What only who holds the key can write, and does not. */
function signedByHand(said: object): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(said)))
    .setProtectedHeader({ alg: "EdDSA", typ: "porchlight-receipt+jwt", kid: "r1" })
    .sign(privateKey);
}

describe("a receipt", () => {
  it("is read as it was signed, of an account that is as old as time among them", async () => {
    expect(await read(await signReceipt(keyOf("r1"), activation, now))).toMatchObject(activation);
    const old = { ...activation, activatedAt: 0 };
    expect(await read(await signReceipt(keyOf("r1"), old, now))).toMatchObject(old);
  });

  it("is read by hand as by us: the counter-example of those below", async () => {
    expect(await read(await signedByHand(claims))).toEqual({ ...activation, id: "once", expiresAt: now + 65_000 });
  });

  it.each<[string, object]>([
    ["in another order", { aud, iss, sub: "account-1", iat, exp: iat + 60, jti: "once", activatedAt: now, by: "code" }],
    [
      "of which one has another name",
      { iss, aud, sub: "account-1", iat, exp: iat + 60, jti: "once", at: now, by: "code" },
    ],
    [
      "of which two are exchanged",
      { iss, aud, sub: "account-1", iat, exp: iat + 60, jti: "once", by: "code", activatedAt: now },
    ],
    ["between two seconds", { ...claims, iat: iat - 0.5, exp: iat + 59.5 }],
    ["before time", { ...claims, activatedAt: -1 }],
  ])("is refused with claims %s", async (_, said) => {
    expect(await read(await signedByHand(said))).toBeUndefined();
  });

  it("may be 3,000 characters and no more", async () => {
    const [longest, longer] = await Promise.all(
      [1_953, 1_954].map((length) => signReceipt(keyOf("rrr"), { ...activation, accountId: "a".repeat(length) }, now)),
    );
    expect([longest?.length, longer?.length]).toEqual([3_000, 3_001]);
    expect(await read(longest ?? "", "rrr")).toMatchObject({ by: "code" });
    expect(await read(longer ?? "", "rrr")).toBeUndefined();
  });
});
