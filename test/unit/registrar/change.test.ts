import { describe, expect, it } from "vitest";
import {
  ada,
  codesOf,
  hour,
  kindsTo,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  password,
  signUp,
  signUpByPhone,
  tokenTo,
} from "./house.js";

describe("a change of address", () => {
  it("goes from phone to mail without starting over, and the first code is dead", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const sms = ports.texter.code(mobile);
    const changed = await registrar.change(ticket, { email: "ada@example.com" }, ada);
    expect(changed).toMatchObject({
      ok: true,
      registration: { step: "pending", identifier: { channel: "email", masked: "a***@example.com" } },
    });
    expect(changed.ticket).not.toBe(ticket);
    await registrar.deliver();
    expect(codesOf(await registrar.confirm(changed.ticket, { code: sms }, ada))).toEqual(["code_wrong"]);
    expect(await registrar.confirm(changed.ticket, { code: ports.mailer.code("ada@example.com") }, ada)).toMatchObject({
      ok: true,
      registration: { identifier: { channel: "email" } },
    });
    expect(await registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });
    expect(codesOf(await registrar.signIn({ identifier: mobile, password }, ada))).toEqual(["credentials_wrong"]);
  });

  it("goes from mail to phone as well", async () => {
    const house = openHouse();
    const ticket = await signUp(house, "ada@example.com");
    const changed = await house.registrar.change(ticket, { phone: "07400 123461", country: "GB" }, ada);
    await house.registrar.deliver();
    expect(changed.registration).toMatchObject({
      identifier: { channel: "phone", country: "GB" },
      message: { by: ["code"] },
    });
    const done = await house.registrar.confirm(changed.ticket, { code: house.ports.texter.code(mobile) }, ada);
    expect(done).toMatchObject({ ok: true });
  });

  it("kills the former link with its commit, and only the newest works (B193, T8)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    await registrar.change(ticket, { email: "two@example.com" }, ada);
    await registrar.deliver();
    const former = tokenTo(house, "one@example.com");
    expect(await registrar.inspect(former, { ticket }, ada)).toEqual({ state: "expired" });
    expect(codesOf(await registrar.activate(former, { ticket }, ada))).toEqual(["link_expired"]);
    expect(codesOf(await registrar.activate(former, { password }, ada))).toEqual(["link_expired"]);
    expect(await registrar.activate(tokenTo(house, "two@example.com"), { ticket }, ada)).toMatchObject({ ok: true });
    expect(await ports.store.accountByKey("one@example.com")).toBeUndefined();
  });

  it("activates the third address by the code of the last message (B187)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    await registrar.change(ticket, { email: "two@example.com" }, ada);
    await registrar.change(ticket, { email: "three@example.com" }, ada);
    await registrar.deliver();
    expect(kindsTo(house, "two@example.com")).toEqual([]);
    await registrar.confirm(ticket, { code: ports.mailer.code("three@example.com") }, ada);
    expect(await ports.store.accountByKey("three@example.com")).toMatchObject({
      account: { identifier: { key: "three@example.com" } },
    });
    for (const former of ["one@example.com", "two@example.com"]) {
      expect(await ports.store.accountByKey(former)).toBeUndefined();
    }
  });

  it("takes the same address typed again for no proof, and for a resend (B194)", async () => {
    const house = openHouse();
    const { registrar } = house;
    const ticket = await signUp(house, "ada@example.com");
    const again = await registrar.change(ticket, { email: "ada@example.com" }, ada);
    expect(codesOf(again)).toEqual(["resend_too_early"]);
    expect(again.registration).toMatchObject({ step: "pending" });
  });

  it("sends nothing more to the former address (B200)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    await registrar.change(ticket, { email: "two@example.com" }, ada);
    ports.clock.advance(minute);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    await registrar.deliver();
    expect(kindsTo(house, "one@example.com")).toEqual(["activation"]);
    expect(kindsTo(house, "two@example.com").length).toBeGreaterThan(0);
  });

  it("drops a message to the former address that has not left yet", async () => {
    const house = openHouse();
    const { registrar } = house;
    const { ticket } = await registrar.start(
      { email: "one@example.com", password, confirmation: password, captcha: "pass" },
      ada,
    );
    await registrar.change(ticket, { email: "two@example.com" }, ada);
    await registrar.deliver();
    expect(kindsTo(house, "one@example.com")).toEqual([]);
    expect(kindsTo(house, "two@example.com")).toEqual(["activation"]);
  });

  it("is refused from the fourth address on, and the present one stays good", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    await registrar.change(ticket, { email: "two@example.com" }, ada);
    await registrar.change(ticket, { email: "three@example.com" }, ada);
    await registrar.deliver();
    const refused = await registrar.change(ticket, { email: "four@example.com" }, ada);
    expect(codesOf(refused)).toEqual(["too_many_messages"]);
    expect(refused.registration).toMatchObject({ identifier: { masked: "t***@example.com" } });
    expect(await registrar.confirm(ticket, { code: ports.mailer.code("three@example.com") }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("never makes an account of the unproven address, in whatever order it races the code (T8)", async () => {
    for (const changeFirst of [true, false]) {
      const house = openHouse();
      const { registrar, ports } = house;
      const ticket = await signUp(house, "mine@example.com");
      const code = ports.mailer.code("mine@example.com");
      const change = () => registrar.change(ticket, { email: "victim@example.com" }, ada);
      const confirm = () => registrar.confirm(ticket, { code }, ada);
      await Promise.all(changeFirst ? [change(), confirm()] : [confirm(), change()]);
      expect(await ports.store.accountByKey("victim@example.com")).toBeUndefined();
    }
  });

  it("does not stretch the registration past 24 hours from its first commit", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    ports.clock.advance(23 * hour);
    const changed = await registrar.change(ticket, { email: "two@example.com" }, ada);
    const end = ports.clock.now() + hour;
    expect(changed.registration).toMatchObject({ expiresAt: end, message: { expiresAt: end } });
    ports.clock.advance(hour);
    expect(codesOf(await registrar.status(changed.ticket, ada))).toEqual(["ticket_expired"]);
  });

  it("answers alike for a free and a taken address", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    await openAccount(house, "taken@example.com", otherPassword);
    const answers = [];
    for (const [from, to] of [
      ["a@example.com", "thaum@example.com"],
      ["b@example.com", "taken@example.com"],
    ] as const) {
      const ticket = await signUp(house, from);
      const { registration, ok } = await registrar.change(ticket, { email: to }, ada);
      answers.push(JSON.stringify({ ok, registration }));
    }
    expect(answers[0]).toBe(answers[1]);
    ports.clock.advance(minute);
    await registrar.deliver();
    expect(kindsTo(house, "taken@example.com").at(-1)).toBe("already_registered");
  });

  it("names what is wrong with the new address and keeps the old one", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "ada@example.com");
    expect(codesOf(await registrar.change(ticket, { email: "nonsense" }, ada))).toEqual(["email_malformed"]);
    expect(codesOf(await registrar.change(ticket, {}, ada))).toEqual(["field_missing"]);
    expect(codesOf(await registrar.change(ticket, { email: "b@example.com", phone: mobile }, ada))).toEqual([
      "channel_ambiguous",
    ]);
    expect(await registrar.confirm(ticket, { code: ports.mailer.code("ada@example.com") }, ada)).toMatchObject({
      ok: true,
    });
    expect(codesOf(await registrar.change(ticket, { email: "b@example.com" }, ada))).toEqual(["wrong_step"]);
  });
});

describe("a cancelled registration", () => {
  it("frees the address and kills what was sent (B198)", async () => {
    const house = openHouse();
    const { registrar, commits } = house;
    const ticket = await signUp(house, "ada@example.com");
    const token = tokenTo(house, "ada@example.com");
    const code = house.ports.mailer.code("ada@example.com");
    expect(await registrar.cancel(ticket, ada)).toMatchObject({
      ok: true,
      registration: { step: "closed", reason: "cancelled" },
    });
    expect(Object.keys(commits.at(-1)?.registration ?? {}).sort()).toEqual([
      "committedAt",
      "id",
      "keepUntil",
      "reason",
      "state",
    ]);
    expect(await registrar.inspect(token, { ticket }, ada)).toEqual({ state: "used" });
    expect(codesOf(await registrar.activate(token, { ticket }, ada))).toEqual(["link_used"]);
    expect(codesOf(await registrar.confirm(ticket, { code }, ada))).toEqual(["wrong_step"]);
    expect(codesOf(await registrar.cancel(ticket, ada))).toEqual(["wrong_step"]);
    house.ports.clock.advance(minute);
    expect(await openAccount(house, "ada@example.com", otherPassword)).toMatch(/^[\w-]{16,}$/);
  });

  it("drops the message that has not left yet", async () => {
    const house = openHouse();
    const { ticket } = await house.registrar.start(
      { email: "ada@example.com", password, confirmation: password, captcha: "pass" },
      ada,
    );
    await house.registrar.cancel(ticket, ada);
    await house.registrar.deliver();
    expect(house.ports.mailer.sent).toHaveLength(0);
  });
});
