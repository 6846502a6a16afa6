import { decodeJwt, decodeProtectedHeader, generateKeyPair } from "jose";
import { type ReceiptKey, verifyReceipt } from "porchlight";
import { describe, expect, it } from "vitest";
import { testPorts } from "../../../src/testing/index.js";
import { openSite } from "../http/site.js";
import {
  ada,
  codesOf,
  form,
  minute,
  mobile,
  openHouse,
  password,
  phoneForm,
  second,
  signUp,
  signUpByPhone,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";
const [issuer, audience] = ["https://app.example", "https://shop.example"];
const { privateKey, publicKey } = await generateKeyPair("EdDSA");
const p256 = await generateKeyPair("ES256");
const p384 = await generateKeyPair("ES384");
const rsa = await generateKeyPair("PS256");
const hmac = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
const open = await generateKeyPair("EdDSA", { extractable: true });
const agreeing = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
const receipts: ReceiptKey = { id: "r1", alg: "EdDSA", privateKey, issuer, audience };

describe("the receipt of an activation", () => {
  const read = (receipt: unknown, ports = testPorts()) =>
    verifyReceipt(receipt, { keys: { r1: publicKey }, issuer, audience, clock: ports.clock });

  it("comes with the answer that activated, and says which account, when and by which proof", async () => {
    const house = openHouse({ receipts });
    const { registrar, ports } = house;
    const start = ports.clock.now();

    const byCode = await registrar.confirm(
      await signUpByPhone(house, mobile),
      { code: ports.texter.code(mobile) },
      ada,
    );
    if (!byCode.ok) throw new Error(`Not activated: ${codesOf(byCode)}`);
    const { accountId, receipt } = byCode.registration;
    expect(await read(receipt, ports)).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      accountId,
      activatedAt: start,
      by: "code",
      expiresAt: start + 65 * second,
    });
    expect((await registrar.account(accountId))?.activatedAt).toBe(start);

    const ticket = await signUp(house, mail);
    const byTicket = await registrar.activate(tokenTo(house, mail), { ticket }, ada);
    expect(byTicket.ok && (await read(byTicket.registration.receipt, ports))).toMatchObject({ by: "ticket" });
    await signUp(house, "bob@example.com");
    const byPassword = await registrar.activate(tokenTo(house, "bob@example.com"), { password }, ada);
    expect(byPassword.ok && (await read(byPassword.registration.receipt, ports))).toMatchObject({
      accountId: byPassword.ok && byPassword.registration.accountId,
      by: "password",
    });
  });

  it("is given once: no other answer has one, whoever holds the ticket, the code or the link", async () => {
    const house = openHouse({ receipts });
    const { registrar, ports } = house;
    const open = await registrar.start({}, ada);
    const { ticket } = await registrar.submit(open.ticket, form(mail), ada);
    await registrar.deliver();
    const [code, token] = [ports.mailer.code(mail), tokenTo(house, mail)];
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => registrar.confirm(ticket, { code }, ada)),
      registrar.activate(token, { ticket }, ada),
    ]);
    expect(JSON.stringify(answers).match(/"receipt"/g)).toHaveLength(1);
    const later = [
      await registrar.confirm(ticket, { code }, ada),
      await registrar.status(ticket, ada),
      await registrar.submit(open.ticket, form(mail), ada),
      await registrar.resend(ticket, ada),
      await registrar.cancel(ticket, ada),
      await registrar.activate(token, { ticket, password }, ada),
      await registrar.inspect(token, { ticket }, ada),
      await registrar.signIn({ identifier: mail, password }, ada),
    ];
    expect(later[1]).toMatchObject({ registration: { step: "activated" } });
    expect(JSON.stringify(later)).not.toContain("receipt");
    expect(JSON.stringify([house.signals, house.events, house.commits])).not.toContain("porchlight-receipt");
    expect(JSON.stringify([house.signals, house.events, house.commits])).not.toContain('"receipt"');
  });

  it("is not given for a bare link, which says nothing about who clicked", async () => {
    const house = openHouse({ receipts, rules: { activation: "anyone_with_the_link" } });
    await signUp(house, mail);
    const done = await house.registrar.activate(tokenTo(house, mail), {}, ada);
    expect(done).toMatchObject({ ok: true, registration: { by: "link" } });
    expect(JSON.stringify(done)).not.toContain("receipt");
  });

  it("is not given where the address has an account already", async () => {
    const house = openHouse({ receipts });
    const { registrar, ports } = house;
    const first = await signUp(house, mail);
    const code = ports.mailer.code(mail);
    ports.clock.advance(minute);
    const late = await signUp(house, mail);
    expect(await registrar.confirm(first, { code }, ada)).toMatchObject({ ok: true });
    const refused = await registrar.confirm(late, { code: ports.mailer.code(mail) }, ada);
    expect(codesOf(refused)).toEqual(["already_registered"]);
    expect(JSON.stringify(refused)).not.toContain('"receipt"');
  });

  it("is not given where the host has no key for it", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    expect(done).toMatchObject({ ok: true });
    expect(JSON.stringify(done)).not.toContain("receipt");
  });

  it("names the account by the id that the host gave it", async () => {
    const house = openHouse({ receipts, accounts: { insert: async () => ({ accountId: "customer 7" }) } });
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    if (!done.ok) throw new Error("not activated");
    expect(await read(done.registration.receipt, house.ports)).toMatchObject({ accountId: "customer 7" });
  });

  it("says nothing of a person: readable are ids, times, the proof and the two parties (ASVS 14.1.1)", async () => {
    const house = openHouse({ receipts });
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    if (!done.ok) throw new Error("not activated");
    const { receipt = "", accountId } = done.registration;
    expect(decodeProtectedHeader(receipt)).toEqual({ alg: "EdDSA", typ: "porchlight-receipt+jwt", kid: "r1" });
    const at = house.ports.clock.now();
    expect(decodeJwt(receipt)).toEqual({
      iss: issuer,
      aud: audience,
      sub: accountId,
      iat: at / second,
      exp: at / second + 60,
      jti: expect.any(String),
      activatedAt: at,
      by: "code",
    });
  });

  it("that cannot be signed takes nothing back: the account is there, the answer lacks it, and a signal says why", async () => {
    // A key that a check at start-up cannot tell from a good one: it looks like one, and no platform signs with it.
    const { algorithm, type, extractable, usages } = privateKey;
    const broken = { algorithm, type, extractable, usages, [Symbol.toStringTag]: "CryptoKey" };
    const house = openHouse({ receipts: { ...receipts, privateKey: broken } });
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    expect(done).toMatchObject({ ok: true, registration: { step: "activated" } });
    expect(JSON.stringify(done)).not.toContain("receipt");
    expect(house.signals.filter(({ type }) => type === "fault")).toHaveLength(1);
    expect(await house.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
  });

  it("goes over HTTP in the body of the one answer, never in a cookie", async () => {
    const { house, post, cookies } = openSite({ host: { receipts } });
    await post("start", phoneForm(mobile));
    await house.registrar.deliver();
    const { body } = await post("confirm", { code: house.ports.texter.code(mobile) });
    const receipt: unknown = Reflect.get(Object(body.registration), "receipt");
    expect(await read(receipt, house.ports)).toMatchObject({ by: "code" });
    expect([...cookies.values()].join()).not.toContain(String(receipt));
    expect(JSON.stringify((await post("status", {})).body)).not.toContain("receipt");
  });
});

describe("a receipt key", () => {
  const makeWith = (key: unknown) => () => Reflect.apply(openHouse, undefined, [{ receipts: key }]);

  it.each<[string, object, RegExp]>([
    ["a public key", { privateKey: publicKey }, /must be a private key that may sign/],
    ["a key of another algorithm", { privateKey: p256.privateKey }, /is a key for ES256, and receipts\.alg says EdDSA/],
    ["a key of another curve", { alg: "ES256", privateKey: p384.privateKey }, /of Ed25519, or of ECDSA on P-256/],
    ["an RSA key", { privateKey: rsa.privateKey }, /of Ed25519, or of ECDSA on P-256/],
    ["a symmetric key", { privateKey: hmac }, /of Ed25519, or of ECDSA on P-256/],
    ["a key that agrees and does not sign", { alg: "ES256", privateKey: agreeing.privateKey }, /of ECDSA on P-256/],
    ["a key that can be read out", { privateKey: open.privateKey }, /must not be extractable/],
    ["bytes", { privateKey: new Uint8Array(32).fill(0xab) }, /must be a CryptoKey/],
    ["a PEM", { privateKey: "-----BEGIN PRIVATE KEY-----canary" }, /must be a CryptoKey/],
    ["no key", { privateKey: undefined }, /must be a CryptoKey/],
    ["HS256", { alg: "HS256" }, /receipts\.alg: must be "EdDSA" or "ES256"/],
    ["none", { alg: "none" }, /receipts\.alg/],
    ["an id of other letters", { id: "../../r1" }, /receipts\.id: has 1 to 64/],
    ["an id that is too long", { id: "r".repeat(65) }, /receipts\.id/],
    ["an id that is no text", { id: 1 }, /receipts\.id/],
    ["no issuer", { issuer: "" }, /receipts\.issuer: has 1 to 255/],
    ["an issuer of two lines", { issuer: "https://app.example\n" }, /receipts\.issuer/],
    ["many audiences", { audience: [audience] }, /receipts\.audience/],
    ["an endless audience", { audience: "a".repeat(256) }, /receipts\.audience/],
    ["an option that there is not", { lifetime: 86_400 }, /receipts\.lifetime: there is no such option/],
  ])("is refused at start-up with %s, in words that do not quote it (T30)", (_, change, says) => {
    const creating = makeWith({ ...receipts, ...change });
    expect(creating).toThrow(TypeError);
    expect(creating).toThrow(says);
    expect(creating).not.toThrow(/canary/);
  });

  it("is refused where it is none at all, and named with all its faults at once", () => {
    for (const none of [null, 7, "key", []]) {
      expect(makeWith(none)).toThrow(/receipts\.privateKey/);
    }
    expect(makeWith({})).toThrow(/receipts\.id[\s\S]*alg[\s\S]*privateKey[\s\S]*issuer[\s\S]*audience/);
  });

  it("is taken with an id of 64 letters and parties of 255, and its receipts stay short enough to be read", async () => {
    const [long, other] = ["a".repeat(255), '"'.repeat(255)];
    const key = {
      id: "r".repeat(64),
      alg: "ES256",
      privateKey: p256.privateKey,
      issuer: long,
      audience: other,
    } as const;
    const accounts = { insert: async () => ({ accountId: "\u0001".repeat(128) }) };
    const house = openHouse({ receipts: key, accounts });
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    if (!done.ok) throw new Error("not activated");
    const { receipt } = done.registration;
    expect(receipt?.length).toBeLessThanOrEqual(3_000);
    const keys = { [key.id]: p256.publicKey };
    expect(
      await verifyReceipt(receipt, { keys, issuer: long, audience: other, clock: house.ports.clock }),
    ).toMatchObject({ accountId: "\u0001".repeat(128) });
  });
});
