import { CompactEncrypt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { argon2Hasher } from "../../../src/hasher/argon2.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { openTicket } from "../../../src/secrets/ticket.js";
import { testPorts } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  codesOf,
  form,
  hour,
  kindsTo,
  minute,
  openHouse,
  otherPassword,
  password,
  signUp,
} from "./house.js";

const mail = "ada@example.com";
const blank = { step: "identifier", missing: ["identifier", "password", "captcha"] };
const secret = () => crypto.getRandomValues(new Uint8Array(32));

describe("the ticket of an unfinished sign-up", () => {
  it("is renewed by each thing given, for half an hour, and never past two hours from its birth", async () => {
    const { registrar, ports } = openHouse();
    let { ticket } = await registrar.start({ email: "0@example.com" }, ada);
    for (let n = 1; n <= 4; n += 1) {
      ports.clock.advance(29 * minute);
      const answer = await registrar.submit(ticket, { email: `${n}@example.com` }, ada);
      expect(codesOf(answer)).toEqual([]);
      ticket = answer.ticket;
    }
    ports.clock.advance(4 * minute - 1);
    expect(codesOf(await registrar.status(ticket, ada))).toEqual([]);
    ports.clock.advance(1);
    expect(codesOf(await registrar.submit(ticket, { email: "5@example.com" }, ada))).toEqual(["ticket_expired"]);
  });

  it("is sealed anew only where its content changes", async () => {
    const { registrar } = openHouse();
    const { ticket } = await registrar.start({ email: mail }, ada);
    expect((await registrar.status(ticket, ada)).ticket).toBe(ticket);
    expect((await registrar.submit(ticket, {}, ada)).ticket).toBe(ticket);
    expect((await registrar.submit(ticket, { password: "short" }, ada)).ticket).toBe(ticket);
    expect((await registrar.submit(ticket, form("b@example.com"), ada)).ticket).not.toBe(ticket);
  });

  it("is one registration however often and with whatever it is handed in", async () => {
    const house = openHouse();
    const { registrar } = house;
    const { ticket } = await registrar.start({}, ada);
    const forks = ["ada@example.com", "bob@example.com", "eve@example.com"];
    const answers = await Promise.all(forks.map((email) => registrar.submit(ticket, form(email), ada)));
    const shown = new Set(answers.map(({ registration }) => JSON.stringify(registration)));
    expect(shown.size).toBe(1);
    await registrar.deliver();
    expect(house.ports.mailer.sent).toHaveLength(1);
    const ids = new Set(house.commits.map(({ registration }) => registration.id));
    expect(ids.size).toBe(1);
  });

  it("shows the loser of a double click the winner's page, and costs the address one message (B157)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start({}, ada);
    const [first, second] = await Promise.all([
      registrar.submit(ticket, form(mail), ada),
      registrar.submit(ticket, form(mail), ada),
    ]);
    expect(first.ok && second.ok).toBe(true);
    expect(second.registration).toEqual(first.registration);
    await registrar.deliver();
    expect(kindsTo(house, mail)).toEqual(["activation"]);
    expect(await registrar.confirm(second.ticket, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
    // Two more within the hour are left of the address's three.
    for (const n of [1, 2]) {
      const other = await registrar.start(form(mail, otherPassword), caller(n));
      expect(codesOf(other)).toEqual([]);
    }
    expect(codesOf(await registrar.start(form(mail, otherPassword), caller(3)))).toEqual(["too_many_messages"]);
  });

  it("shows the winner's page to a second click even where the first took the last message of the address", async () => {
    const house = openHouse();
    const { registrar } = house;
    for (const n of [1, 2]) await registrar.start(form(mail), caller(n));
    const { ticket } = await registrar.start({}, ada);
    const first = await registrar.submit(ticket, form(mail), ada);
    const second = await registrar.submit(ticket, form(mail), ada);
    expect(first).toMatchObject({ ok: true, registration: { step: "pending" } });
    expect(second).toMatchObject({ ok: true, registration: first.registration });
  });

  it("handed in again after the activation reads the activated page, and repeats nothing", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const open = await registrar.start({}, ada);
    const pending = await registrar.submit(open.ticket, form(mail), ada);
    await registrar.deliver();
    await registrar.confirm(pending.ticket, { code: ports.mailer.code(mail) }, ada);
    const replay = await registrar.submit(open.ticket, form("eve@example.com", otherPassword), ada);
    expect(replay.registration).toMatchObject({ step: "activated", identifier: { masked: "a***@example.com" } });
    await registrar.deliver();
    expect(kindsTo(house, "eve@example.com")).toEqual([]);
  });

  it("opens nothing for a second address by a captcha that was spent, and gives the form back (B154, T27)", async () => {
    const house = openHouse();
    const response = house.ports.captcha.solve({ challenge: "the only one" });
    const recoded = house.ports.captcha.solve({ challenge: "the only one" });
    const { registrar } = house;
    expect(await registrar.start({ ...form(mail), captcha: response }, ada)).toMatchObject({ ok: true });
    for (const captcha of [response, recoded]) {
      const refused = await registrar.start({ ...form("eve@example.com"), captcha }, ada);
      expect(codesOf(refused)).toEqual(["captcha_failed"]);
      expect(refused.registration).toMatchObject({ identifier: { display: "eve@example.com" } });
    }
    expect(house.commits).toHaveLength(1);
  });

  it("fits into a cookie in the worst case that the caps allow", async () => {
    const ports = testPorts();
    const label = "b".repeat(63);
    const address = `${"a".repeat(64)}@${label}.${label}.${label.slice(0, 57)}.com`.slice(0, 254);
    expect(address).toHaveLength(254);
    const consents = Object.fromEntries(
      ["terms-of-service", "privacy-policy", "house-rules", "news"].map((id) => [
        `${id}-2026`,
        { version: "2026-01-01" },
      ]),
    );
    const house = openHouse({
      ports,
      hasher: argon2Hasher({
        memoryKiB: 64,
        passes: 10,
        unsafeTestParams: true,
        pepper: { seal: "pepper-1", known: [{ id: "pepper-1", secret: secret() }] },
      }),
      keys: { seal: "a".repeat(32), known: [{ id: "a".repeat(32), secret: secret() }], pseudonym: secret() },
      consents,
      profile: {
        "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
      },
    });
    const profile = { about: "x".repeat(1_024 - JSON.stringify({ about: "" }).length) };
    expect(JSON.stringify(profile)).toHaveLength(1_024);
    const metadata = { next: "y".repeat(512 - JSON.stringify({ next: "" }).length) };
    expect(JSON.stringify(metadata)).toHaveLength(512);
    const agreed = Object.fromEntries(Object.entries(consents).map(([id, { version }]) => [id, version]));
    const page = { email: address, profile, consents: agreed, password, confirmation: password };
    const answer = await house.registrar.start(page, { ...ada, locale: "zh-Hans" }, metadata);
    expect(answer).toMatchObject({ ok: true, registration: { step: "captcha" } });
    expect(answer.ticket.length).toBeLessThanOrEqual(3_800);
    expect(await house.registrar.submit(answer.ticket, { captcha: "pass" }, ada)).toMatchObject({ ok: true });
  });

  it("says nothing to whoever holds it: header and key id alone are readable", async () => {
    const { registrar } = openHouse();
    const { ticket } = await registrar.start({ email: mail, password, confirmation: password }, ada);
    expect(decodeProtectedHeader(ticket)).toEqual({
      alg: "dir",
      enc: "A256CBC-HS512",
      typ: "porchlight-ticket+jwe",
      kid: "test",
    });
    const decoded = ticket
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString("latin1"))
      .join(" ");
    expect(decoded).not.toContain(mail);
    expect(decoded).not.toContain("$free$");
  });
});

describe("the ticket of a pending registration", () => {
  it("is good for 24 hours from the first commit, whatever is resent, and closes with its row (T25)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    ports.clock.advance(23 * hour);
    expect((await registrar.resend(ticket, ada)).ticket).toBe(ticket);
    ports.clock.advance(hour - 1);
    expect(codesOf(await registrar.status(ticket, ada))).toEqual([]);
    ports.clock.advance(1);
    expect(await registrar.status(ticket, ada)).toMatchObject({
      ok: false,
      registration: blank,
      problems: [{ code: "ticket_expired" }],
    });
    ports.clock.advance(-2 * hour);
    expect(await registrar.status(ticket, ada)).toMatchObject({ ok: false, registration: blank });
  });

  it("stays the same text over status, a wrong code and a resend, and changes with the address", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    expect((await registrar.status(ticket, ada)).ticket).toBe(ticket);
    expect((await registrar.confirm(ticket, { code: "00000000" }, ada)).ticket).toBe(ticket);
    ports.clock.advance(minute);
    expect((await registrar.resend(ticket, ada)).ticket).toBe(ticket);
    expect((await registrar.change(ticket, { email: "bob@example.com" }, ada)).ticket).not.toBe(ticket);
  });

  it("does nothing but read its status after the activation (T5)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    await registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada);
    expect(await registrar.status(ticket, ada)).toMatchObject({ ok: true, registration: { step: "activated" } });
    expect(codesOf(await registrar.resend(ticket, ada))).toEqual(["wrong_step"]);
    expect(codesOf(await registrar.change(ticket, { email: "eve@example.com" }, ada))).toEqual(["wrong_step"]);
    expect(codesOf(await registrar.cancel(ticket, ada))).toEqual(["wrong_step"]);
    expect(await registrar.submit(ticket, form("eve@example.com"), ada)).toMatchObject({
      registration: { step: "activated" },
    });
    expect(await registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
  });
});

describe("a ticket that is none of ours", () => {
  const keys = { seal: "k1", known: [{ id: "k1", secret: secret() }] as const, pseudonym: secret() };

  async function sealed(header: Record<string, unknown>, purpose: "ticket" | "link" = "ticket"): Promise<string> {
    const key = await createKeyring(keys).subkey("k1", purpose);
    const bytes = key?.reveal() ?? new Uint8Array();
    const content = {
      v: 1,
      ticket: { kind: "pointer", id: "x".repeat(20), expiresAt: 9e12, shown: { channel: "email", masked: "" } },
    };
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
      .setProtectedHeader({ alg: "dir", enc: "A256CBC-HS512", typ: "porchlight-ticket+jwe", kid: "k1", ...header })
      .encrypt(purpose === "ticket" ? bytes : new Uint8Array([...bytes, ...bytes]));
  }

  it("gets a blank one, the step identifier and one generic problem, whatever is wrong with it (T28)", async () => {
    const { registrar, ports } = openHouse({ keys });
    const { ticket: foreign } = await openHouse().registrar.start({ email: mail }, ada);
    const { ticket: otherKey } = await openHouse({
      keys: { ...keys, known: [{ id: "k1", secret: secret() }] },
    }).registrar.start({ email: mail }, ada);
    const own = await sealed({});
    const [header = "", , iv = "", body = "", tag = ""] = own.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    const forged: readonly unknown[] = [
      undefined,
      null,
      7,
      {},
      [own],
      "",
      "x",
      "x".repeat(50_000_000),
      foreign,
      otherKey,
      await sealed({ typ: "JWT" }),
      await sealed({ typ: "porchlight-receipt+jwt" }),
      await sealed({ kid: "../../k1" }),
      await sealed({ kid: "__proto__" }),
      await sealed({ jku: "https://evil.example/keys" }),
      await sealed({}, "link"),
      `${none}..${iv}.${body}.${tag}`,
      `${header}.AAAA.${iv}.${body}.${tag}`,
      `${header}..${iv}.${body}.${tag}=`,
      `${own}\n`,
      ` ${own}`,
    ];
    for (const typed of forged) {
      for (const verb of [registrar.status, registrar.resend, registrar.cancel]) {
        const answer = await verb(typed, ada);
        expect(answer).toMatchObject({
          ok: false,
          registration: blank,
          problems: [{ code: "ticket_invalid", field: "ticket", facts: {} }],
        });
      }
      expect(codesOf(await registrar.submit(typed, form(mail), ada))).toEqual(["ticket_invalid"]);
      expect(codesOf(await registrar.change(typed, { email: mail }, ada))).toEqual(["ticket_invalid"]);
      expect(codesOf(await registrar.confirm(typed, { code: "12345678" }, ada))).toEqual(["ticket_invalid"]);
    }
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(0);
    // The control: one that is sealed as ours is opened, and leads nowhere.
    expect(codesOf(await registrar.status(own, ada))).toEqual(["ticket_expired"]);
  });

  it("is every one-letter change of one of ours, spare bits at the end of a part among them", async () => {
    const { registrar } = openHouse({ keys });
    const { ticket } = await registrar.start({ email: mail }, ada);
    const ring = createKeyring(keys);
    expect(await openTicket(ring, ticket)).toBeDefined();
    for (let at = 0; at < ticket.length; at += 1) {
      for (const other of ["A", "B", "Q", "g", "w", "_"].filter((one) => one !== ticket[at])) {
        expect(await openTicket(ring, ticket.slice(0, at) + other + ticket.slice(at + 1))).toBeUndefined();
      }
    }
  });
});
