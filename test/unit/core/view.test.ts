import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Registration } from "../../../src/core/registration.js";
import { type Shown, shownMasked, type Vantage, type View, view } from "../../../src/core/view.js";
import {
  byMail,
  byPhone,
  cancel,
  codeLife,
  day,
  disown,
  drawn,
  fill,
  hour,
  link,
  linkLife,
  look,
  lose,
  mail,
  minute,
  phone,
  resend,
  rules,
  submitted,
  told,
} from "./story.js";

const shown: Shown = { channel: "email", masked: "a***@example.com" };
const from: Vantage = { now: 0, rules, proofs: { email: ["link", "code"], phone: ["code"] }, shown };
const seen = (registration: Registration, now = 0): View => view(registration, { ...from, now });

describe("what is seen of an open registration", () => {
  it("is the first page and all that is missing", () => {
    const missing = ["identifier", "password", "captcha", "profile"];
    expect(seen(told(rules, look(0)))).toEqual({ step: "identifier", missing });
  });

  it("is the address in full, for its typist checks it, and masked", () => {
    expect(seen(told(rules, fill({ identifier: mail })))).toEqual({
      step: "password",
      missing: ["password", "captcha", "profile"],
      identifier: { channel: "email", display: "Ada@example.com", masked: "a***@example.com" },
    });
    expect(seen(told(rules, fill({ identifier: phone })))).toMatchObject({
      identifier: { channel: "phone", display: "+447400123461", masked: "+44***61", country: "GB" },
    });
  });

  it("is the captcha again once its pass has ended", () => {
    const open = told(rules, fill({ identifier: mail, password: "a hash", humanUntil: minute }));
    expect(seen(open, minute - 1)).toMatchObject({ step: "profile", missing: ["profile"] });
    expect(seen(open, minute)).toMatchObject({ step: "captcha", missing: ["captcha", "profile"] });
  });
});

describe("what is seen of an open registration that misses nothing by rules that ask for less since", () => {
  it("is its first page, which makes it pending", () => {
    const open = told(rules, fill({ password: "a hash" }));
    const less = { ...rules, steps: ["password"] } as const;
    expect(view(open, { ...from, rules: less })).toEqual({ step: "identifier", missing: [] });
  });
});

describe("what is seen of a pending registration", () => {
  it("is where the message went, masked, and all that a count-down needs", () => {
    expect(seen(told(rules, byPhone), 5)).toEqual({
      step: "pending",
      identifier: { channel: "phone", masked: "+44***61", country: "GB" },
      message: {
        by: ["code"],
        delivery: "queued",
        now: 5,
        decidedAt: 0,
        expiresAt: codeLife,
        resendAt: minute,
        resendsLeft: 4,
        attemptsLeft: 5,
      },
      expiresAt: day,
    });
  });

  it("is by which proofs the channel's messages go", () => {
    expect(seen(told(rules, byMail))).toMatchObject({ message: { by: ["link", "code"], expiresAt: linkLife } });
  });

  it("is what is left of guesses and sends, and never less than none", () => {
    const story = [byMail, "a guess is paid", "a guess is paid", resend(minute)] as const;
    expect(seen(told(rules, ...story), minute)).toMatchObject({
      message: { attemptsLeft: 3, resendsLeft: 3, decidedAt: minute, resendAt: 2 * minute },
    });
    const strict = { ...rules, guessesPerCode: 1, sendsPerRegistration: 1 };
    expect(view(told(rules, ...story), { ...from, rules: strict })).toMatchObject({
      message: { attemptsLeft: 0, resendsLeft: 0 },
    });
  });

  it("is what became of the message, and no wait where it failed", () => {
    expect(seen(told(rules, byMail, "the message is sent"), 7)).toMatchObject({
      message: { delivery: "sent", resendAt: minute },
    });
    expect(seen(told(rules, byMail, "the message fails"), 7)).toMatchObject({
      message: { delivery: "failed", resendAt: 0 },
    });
  });

  it("is no longer a wait than its own length where the clock has jumped back", () => {
    const registration = told(rules, submitted(mail, hour));
    expect(seen(registration, 0)).toMatchObject({ message: { resendAt: minute } });
  });

  it("is the same whether it was disowned or not", () => {
    expect(seen(told(rules, byMail, disown(1)), 2)).toEqual(seen(told(rules, byMail), 2));
  });

  it("is no password, no nonce, no key and no full address", () => {
    const text = inspect(seen(told(rules, byMail)), { depth: null });
    for (const secret of ["a hash", drawn.nonce, drawn.keyId, mail.address, mail.key])
      expect(text).not.toContain(secret);
  });
});

describe("what is seen of a registration that has ended", () => {
  it("is the account, the proof and the masked address of the ticket", () => {
    expect(seen(told(rules, byMail, link("password", 1)))).toEqual({
      step: "activated",
      identifier: shown,
      accountId: "account-1",
      by: "password",
    });
  });

  it.each([
    ["cancelled", cancel(1)],
    ["taken", lose(1)],
    ["expired", look(day)],
  ])("is that it is %s, and nothing else", (reason, end) => {
    expect(seen(told(rules, byMail, end))).toEqual({ step: "closed", reason });
  });
});

describe("shownMasked", () => {
  it("shows no address in full", () => {
    expect(shownMasked(mail)).toStrictEqual({ channel: "email", masked: "a***@example.com" });
    expect(shownMasked(phone)).toStrictEqual({ channel: "phone", masked: "+44***61", country: "GB" });
  });
});
