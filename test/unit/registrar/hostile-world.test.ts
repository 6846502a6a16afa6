import { describe, expect, it } from "vitest";
import * as z from "zod";
import { PorchlightError } from "../../../src/errors.js";
import { createRegistrar } from "../../../src/registrar/registrar.js";
import { memoryTexter } from "../../../src/texter/memory.js";
import {
  ada,
  caller,
  codesOf,
  form,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  password,
  phoneForm,
  problemsOf,
  second,
  signUp,
} from "./house.js";

const mail = "ada@example.com";

/** A texter that is down until it is told otherwise. */
function downTexter() {
  const texter = memoryTexter();
  let down = true;
  return {
    send: async (sms: Parameters<typeof texter.send>[0]) => {
      if (down) throw new Error("connection refused");
      return texter.send(sms);
    },
    comeBack: () => {
      down = false;
    },
  };
}

describe("a message that never left", () => {
  it("is failed, with its event, when a texter stays down for longer than the code lives", async () => {
    const house = openHouse({ phone: { texter: downTexter() } });
    const { ticket } = await house.registrar.start(phoneForm(mobile), ada);
    for (let passed = 0; passed < 15 * minute; passed += 5 * second) {
      await house.registrar.deliver();
      house.ports.clock.advance(5 * second);
    }
    const { registration } = await house.registrar.status(ticket, ada);
    expect(registration).toMatchObject({ step: "pending", message: { delivery: "failed" } });
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "message.failed"]);
  });

  it("is failed, not sent, when the first pass comes too late, disowned or not", async () => {
    const house = openHouse();
    const { ticket } = await house.registrar.start(phoneForm(mobile), ada);
    house.ports.clock.advance(545 * second);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0, failed: 1 });
    expect((await house.registrar.status(ticket, ada)).registration).toMatchObject({ message: { delivery: "failed" } });
    expect((await house.registrar.resend(ticket, ada)).ok).toBe(true);
  });

  it("waits no longer for ever because a provider's wait is no number", async () => {
    const house = openHouse();
    const { ticket } = await house.registrar.start(form(mail), ada);
    const date = Number("Wed, 21 Oct 2026 07:28:00 GMT");
    house.ports.mailer.failNext(new PorchlightError("ERR_RATE_LIMITED", { retryAfterSeconds: date }));
    await house.registrar.deliver();
    house.ports.clock.advance(2 * minute);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1 });
    expect((await house.registrar.status(ticket, ada)).registration).toMatchObject({ message: { delivery: "sent" } });
  });

  it("is left alone by a process that does not carry its channel", async () => {
    const { ports, registrar } = openHouse({ onEvent: undefined });
    const { mailer: _, texter, ...others } = ports;
    const phoneOnly = createRegistrar({
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: { phone: { texter, countries: ["GB"], smsPerDay: 10 } },
      ...others,
    });
    await registrar.start(form(mail), ada);
    expect(await phoneOnly.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    expect(await registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("gives an address no second mail in the same minute when a send timed out", async () => {
    const house = openHouse();
    await house.registrar.start(form(mail), ada);
    house.ports.mailer.failNext(new PorchlightError("ERR_MAILER", { cause: { code: "ETIMEDOUT" } }));
    await house.registrar.deliver();
    house.ports.clock.advance(10 * second);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0, retried: 1 });
    house.ports.clock.advance(minute);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1 });
  });
});

describe("a host that slips", () => {
  it("loses no process to a listener that rejects", async () => {
    const { registrar } = openHouse({ onSignal: () => Promise.reject(new Error("the audit log is down")) });
    expect((await registrar.start({}, ada)).ok).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("lets nobody in by a screen that answers what it must not", async () => {
    const screen = async () => JSON.parse('"refuse"');
    const { registrar, commits } = openHouse({ screen });
    await expect(registrar.start(form(mail), ada)).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK" });
    expect(commits).toHaveLength(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 600, 0])(
    "opens no door by a captcha whose challenge is good for %d seconds, so that it cannot be remembered",
    async (goodForSeconds) => {
      const captcha = { check: async () => ({ passed: true as const, once: "one", goodForSeconds }) };
      const { registrar, commits } = openHouse({ captcha });
      await expect(registrar.start(form(mail), ada)).rejects.toMatchObject({ code: "ERR_CAPTCHA" });
      expect(commits).toHaveLength(0);
    },
  );

  it("may say undefined where an owner is not found", async () => {
    const house = openHouse({ accounts: { owner: async () => JSON.parse("{}").nobody } });
    expect(await openAccount(house, mail)).toMatch(/./);
  });

  it("hears at once that a call names no caller", async () => {
    const { registrar } = openHouse();
    await expect(Reflect.apply(registrar.start, registrar, [{}])).rejects.toThrow(/from: say who calls/);
    await expect(Reflect.apply(registrar.status, registrar, ["t", "192.0.2.1"])).rejects.toThrow(/from: say who calls/);
  });

  it.each([
    ["consents of nothing", { consents: {} }, /consents: names no document/],
    ["a misspelt owner", { accounts: { onwer: async () => null } }, /accounts\.onwer: there is no such option/],
    ["a misspelt consent", { consents: { terms: { version: "1", requierd: false } } }, /consents\.terms\.requierd/],
    ["the United Kingdom by its wrong code", { phone: { countries: ["UK"] } }, /"UK" is no ISO 3166.*"GB" is meant/],
    ["a country that there is not", { phone: { countries: ["XX"] } }, /"XX" is no ISO 3166/],
    [
      "words that are no functions",
      { messages: { en: { activation: { subject: "Hi" } } } },
      /messages\.en\.activation/,
    ],
    ["a secret in the place of a name", { keys: { seal: "c2VjcmV0", known: [], pseudonym: "" } }, /^(?!.*c2VjcmV0)/s],
  ])("hears of %s at start-up", (_, host, said) => {
    expect(() => Reflect.apply(openHouse, undefined, [host])).toThrow(said);
  });
});

describe("one solved captcha", () => {
  it("buys ten questions to the screen, whatever is forked and changed", async () => {
    let asked = 0;
    const screen = async () => {
      asked += 1;
      return { refuse: "not today" };
    };
    const { registrar } = openHouse({ screen });
    const { ticket } = await registrar.start({ captcha: "pass", password, confirmation: password }, ada);
    for (let n = 0; n < 30; n += 1) await registrar.submit(ticket, { email: `a${n}@example.com` }, caller(n));
    expect(asked).toBe(10);
  });

  it("buys ten questions to a breach check", async () => {
    let asked = 0;
    const breach = {
      async count() {
        asked += 1;
        return 9;
      },
    };
    const { registrar } = openHouse({ breach });
    const { ticket } = await registrar.start({ email: mail, captcha: "pass" }, ada);
    const typed = { password: otherPassword, confirmation: otherPassword };
    for (let n = 0; n < 30; n += 1) await registrar.submit(ticket, typed, caller(n));
    expect(asked).toBe(10);
  });
});

describe("what was never asked for", () => {
  it("is no secret: the code of a link-only mail is wrong whatever is typed", async () => {
    const both = openHouse();
    const { mailer: _, texter: __, ...ports } = both.ports;
    const linkOnly = createRegistrar({
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: { email: { mailer: both.ports.mailer, activationUrl: "https://app.example/a#t={token}" } },
      ...ports,
    });
    const ticket = await signUp(both, mail);
    const answer = await linkOnly.confirm(ticket, { code: both.ports.mailer.code(mail) }, ada);
    expect(problemsOf(answer)).toEqual([{ code: "code_wrong", field: "code", facts: { attemptsLeft: 4 } }]);
  });
});

describe("the last page of a sign-up", () => {
  const profile = z.object({ name: z.string() });
  const consents = { terms: { version: "2" }, news: { version: "1", required: false } };

  it("says which box was left unticked, for browsers send nothing for it", async () => {
    const { registrar } = openHouse({ profile, consents });
    const answer = await registrar.start({ ...form(mail), profile: { name: "Ada" } }, ada);
    expect(problemsOf(answer)).toEqual([
      { code: "consent_missing", field: "consents.terms", facts: { document: "terms", version: "2" } },
    ]);
    const done = await registrar.submit(answer.ticket, { consents: { terms: "2" } }, ada);
    expect([done.ok, done.registration.step]).toEqual([true, "pending"]);
  });

  it("says that the profile is missing beside the consents", async () => {
    const { registrar } = openHouse({ profile, consents });
    const answer = await registrar.start({ ...form(mail), consents: { terms: "2" } }, ada);
    expect(problemsOf(answer)).toEqual([{ code: "field_missing", field: "profile", facts: {} }]);
  });

  it("is no problem before it has come", async () => {
    const { registrar } = openHouse({ profile, consents });
    const answer = await registrar.start(form(mail), ada);
    expect([answer.ok, answer.registration.step]).toEqual([true, "profile"]);
  });
});

describe("a new password", () => {
  it("ends the wait that strangers' wrong passwords brought about", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    const wrongly = { identifier: mail, password: otherPassword };
    for (let n = 0; n < 10; n += 1) await house.registrar.signIn(wrongly, caller(n));
    const right = { identifier: mail, password };
    expect(codesOf(await house.registrar.signIn(right, ada))).toEqual(["too_many_attempts"]);
    const chosen = "nine calm rivers turning";
    await house.registrar.setPassword(accountId, { password: chosen, confirmation: chosen });
    expect(await house.registrar.signIn({ identifier: mail, password: chosen }, ada)).toMatchObject({ ok: true });
  });
});
