import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import {
  ada,
  codesOf,
  kindsTo,
  minute,
  mobile,
  openHouse,
  password,
  phoneForm,
  problemsOf,
  second,
  signUpByPhone,
  wrong,
} from "./house.js";

describe("a sign-up by phone", () => {
  it("makes one pending registration under the E.164 and sends one SMS with a code (B016)", async () => {
    const house = openHouse();
    await signUpByPhone(house, mobile);
    expect(house.ports.texter.sent).toHaveLength(1);
    expect(house.ports.texter.last(mobile)).toMatchObject({ kind: "activation", channel: "phone" });
    expect(house.ports.texter.code(mobile)).toMatch(/^\d{6}$/);
    expect(house.commits).toHaveLength(1);
    expect(house.commits[0]?.registration).toMatchObject({
      state: "pending",
      identifier: { key: mobile, country: "GB" },
    });
    expect(house.ports.mailer.sent).toHaveLength(0);
  });

  it("is activated by the code, after which the number and the password sign in, an empty one never (B017)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const done = await registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada);
    expect(done).toMatchObject({
      ok: true,
      registration: { step: "activated", by: "code", identifier: { masked: "+44***61" } },
    });
    expect(await registrar.signIn({ identifier: mobile, password }, ada)).toMatchObject({ ok: true });
    expect(await registrar.signIn({ identifier: "07400 123461", country: "GB", password }, ada)).toMatchObject({
      ok: true,
    });
    for (const empty of ["", null, undefined]) {
      const refused = await registrar.signIn({ identifier: mobile, password: empty }, ada);
      expect(refused.ok).toBe(false);
      expect(codesOf(refused)).toEqual(["field_missing"]);
    }
    await registrar.deliver();
    expect(kindsTo(house, mobile)).toEqual(["activation", "activated"]);
  });

  it.each([
    ["spaces", { phone: "+44 7400 123461" }],
    ["dashes", { phone: "+44-7400-123461" }],
    ["brackets and a trunk zero", { phone: "(07400) 123461", country: "GB" }],
    ["a leading 00", { phone: "0044 7400 123461", country: "DE" }],
    ["Devanagari digits (B207)", { phone: "+४४ ७४०० १२३४६१" }],
    ["bidi marks (B208)", { phone: "\u202a+44 7400 123461\u202c" }],
  ])("reads one and the same number out of %s (B019)", async (_, typed) => {
    const house = openHouse();
    const answer = await house.registrar.start({ ...phoneForm(mobile), ...typed }, ada);
    expect(codesOf(answer)).toEqual([]);
    expect(house.commits[0]?.registration).toMatchObject({ identifier: { key: mobile, address: mobile } });
  });

  it("shows the number back in international form with its country before anything is sent", async () => {
    const { registrar } = openHouse();
    const { registration } = await registrar.start({ phone: "07400 123461", country: "GB" }, ada);
    expect(registration).toMatchObject({
      step: "password",
      identifier: { channel: "phone", display: mobile, masked: "+44***61", country: "GB" },
    });
  });

  it("asks for the country of a national number (B225)", async () => {
    const { registrar } = openHouse();
    const answer = await registrar.start({ phone: "07400 123461" }, ada);
    expect(problemsOf(answer)).toEqual([{ code: "phone_country_missing", field: "country", facts: {} }]);
  });

  it.each([
    ["a country that is not listed", "+33612345678", "phone_country_not_allowed"],
    ["a premium number", "+449098790123", "phone_type_not_allowed"],
    ["a satellite network", "+88216123456", "phone_type_not_allowed"],
    ["text in it", "call +447400123461 now", "phone_malformed"],
    ["an extension", "+447400123461 ext. 9", "phone_malformed"],
    ["a phone context", "+447400123461;phone-context=+44", "phone_malformed"],
  ])("sends nothing to %s (T15)", async (_, phone, code) => {
    const house = openHouse();
    const answer = await house.registrar.start(phoneForm(phone), ada);
    await house.registrar.deliver();
    expect(answer.ok).toBe(false);
    expect(codesOf(answer)).toEqual([code]);
    expect(house.ports.texter.sent).toHaveLength(0);
    expect(house.commits).toHaveLength(0);
  });

  it("binds the code to the origin on the last line of the SMS (B022)", async () => {
    const house = openHouse();
    await signUpByPhone(house, mobile);
    const { text } = house.ports.texter.last(mobile);
    expect(text.split("\n").at(-1)).toBe(`@app.example #${house.ports.texter.code(mobile)}`);
  });

  it("draws another code for each registration: there is none that is fixed (B025)", async () => {
    const codes = new Set<string>();
    for (let n = 0; n < 10; n += 1) {
      const house = openHouse();
      await signUpByPhone(house, mobile);
      codes.add(house.ports.texter.code(mobile));
    }
    expect(codes.size).toBeGreaterThan(7);
  });

  it("keeps a code good for ten minutes less a millisecond (B171)", async () => {
    const early = openHouse();
    const ticket = await signUpByPhone(early, mobile);
    early.ports.clock.advance(10 * minute - 1);
    expect(codesOf(await early.registrar.confirm(ticket, { code: early.ports.texter.code(mobile) }, ada))).toEqual([]);

    const late = openHouse();
    const other = await signUpByPhone(late, mobile);
    late.ports.clock.advance(10 * minute);
    const refused = await late.registrar.confirm(other, { code: late.ports.texter.code(mobile) }, ada);
    expect(codesOf(refused)).toEqual(["code_expired"]);
    expect(refused.registration.step).toBe("pending");
  });

  it("tells missing credentials of the provider from a bad number: the sign-up waits, the operator hears (B237)", async () => {
    const house = openHouse();
    house.ports.texter.failNext(new PorchlightError("ERR_UNDELIVERABLE", { cause: { status: 401 } }));
    const answer = await house.registrar.start(phoneForm(mobile), ada);
    expect(answer.ok).toBe(true);
    expect(await house.registrar.deliver()).toMatchObject({ failed: 1 });
    expect(await house.registrar.status(answer.ticket, ada)).toMatchObject({
      registration: { message: { delivery: "failed" } },
    });
    expect(house.signals.filter(({ type }) => type === "fault")).toHaveLength(1);
    expect(house.events.map(({ type }) => type)).toContain("message.failed");
  });

  it("refuses both channels at once, and a page with neither (B223, T6)", async () => {
    const { registrar } = openHouse();
    const both = await registrar.start({ ...phoneForm(mobile), email: "ada@example.com" }, ada);
    expect(codesOf(both)).toEqual(["channel_ambiguous"]);
    const neither = await registrar.start({ password, confirmation: password, captcha: "pass" }, ada);
    expect(neither).toMatchObject({ ok: true, registration: { step: "identifier", missing: ["identifier"] } });
  });

  it("refuses a number in the field of the address and the reverse (B224)", async () => {
    const { registrar } = openHouse();
    expect(codesOf(await registrar.start({ email: mobile }, ada))).toEqual(["email_malformed"]);
    expect(codesOf(await registrar.start({ phone: "ada@example.com", country: "GB" }, ada))).toEqual([
      "phone_malformed",
    ]);
  });

  it("bounds the messages to a range of numbers by twenty an hour (B115, T15)", async () => {
    const house = openHouse();
    let pending = 0;
    for (let n = 0; n < 40; n += 1) {
      const answer = await house.registrar.start(phoneForm(`+4474001234${60 + n}`), { ip: `192.0.2.${n}` });
      if (answer.registration.step === "pending") pending += 1;
      else expect(codesOf(answer)).toEqual(["too_many_messages"]);
    }
    await house.registrar.deliver();
    expect(pending).toBe(20);
    expect(house.ports.texter.sent).toHaveLength(20);
    expect(house.signals.filter((s) => s.type === "limited" && s.by === "prefix")).toHaveLength(20);
  });

  it("bounds the messages of a day over all countries (T15)", async () => {
    const house = openHouse({ phone: { smsPerDay: 3 } });
    const steps: string[] = [];
    for (const phone of ["+447400123461", "+4915123456789", "+8613812345678", "+447400999999"]) {
      const answer = await house.registrar.start(phoneForm(phone), ada);
      steps.push(answer.registration.step);
    }
    expect(steps).toEqual(["pending", "pending", "pending", "identifier"]);
    expect(house.signals.some((s) => s.type === "limited" && s.by === "day")).toBe(true);
  });

  it("refuses a wrong code and takes the right one after it", async () => {
    const house = openHouse();
    const ticket = await signUpByPhone(house, mobile);
    const code = house.ports.texter.code(mobile);
    house.ports.clock.advance(second);
    expect(codesOf(await house.registrar.confirm(ticket, { code: wrong(code) }, ada))).toEqual(["code_wrong"]);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual([]);
  });
});
