import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import type { Email } from "../../../src/values/email.js";
import {
  accepted,
  byMail,
  byPhone,
  changeTo,
  codeLife,
  day,
  disown,
  drawnLater,
  givenStored,
  hour,
  link,
  linkLife,
  mail,
  minute,
  otherMail,
  phone,
  refused,
  resend,
  rightCode,
  rules,
  sameMail,
  second,
  told,
  toldPending,
} from "./story.js";

const thirdMail: Email = { channel: "email", address: "third@example.net", key: "third@example.net" };

describe("a change of the address", () => {
  it("sends a new secret to the new one", () => {
    const { next, send, event, reply } = given(rules, byPhone).when(changeTo(otherMail, minute));
    expect({ send, event, reply }).toEqual({ send: "activation", event: undefined, reply: accepted });
    expect(next).toEqual({
      ...toldPending(rules, byPhone),
      identifier: otherMail,
      challenge: {
        serial: 2,
        ...drawnLater,
        issuedAt: minute,
        sentAt: minute,
        expiresAt: minute + linkLife,
        guesses: 0,
        delivery: "queued",
      },
      sends: 2,
      addresses: 2,
      addressSince: 2,
      committedAt: minute,
    });
  });

  it("gives the secret the life of the new channel", () => {
    expect(told(rules, byMail, changeTo(phone, minute))).toMatchObject({ challenge: { expiresAt: minute + codeLife } });
    const late = told(rules, byMail, changeTo(otherMail, day - hour));
    expect(late).toMatchObject({ challenge: { expiresAt: day }, expiresAt: day });
  });

  it("needs no wait, but makes the next resend wait", () => {
    expect(given(rules, byPhone).when(changeTo(otherMail, 1)).reply).toEqual(accepted);
    const story = given(rules, byPhone, changeTo(otherMail, 1));
    expect(story.when(resend(minute)).reply).toEqual(refused("resend_too_early", { retryAfterSeconds: 1 }));
    expect(story.when(resend(minute + 1)).reply).toEqual(accepted);
  });

  it("is possible after the old secret has died", () => {
    const story = [byPhone, rightCode(codeLife), changeTo(otherMail, codeLife)];
    expect(given(rules, ...story).when(link("ticket", codeLife, 2)).reply).toEqual(accepted);
  });

  it("gives the new code all its guesses, and leaves the password's tries counted", () => {
    const story = [byPhone, "a guess is paid", "a password try is paid", changeTo(otherMail, 1)] as const;
    expect(told(rules, ...story)).toMatchObject({ challenge: { guesses: 0 }, passwordTries: 1 });
  });

  it("lifts what the former address disowned", () => {
    const story = [byMail, disown(1), changeTo(otherMail, 2)];
    expect(told(rules, ...story)).toMatchObject({ disowned: false });
    expect(given(rules, ...story).when(rightCode(3, 2)).reply).toEqual(accepted);
    expect(given(rules, ...story).when(link("ticket", 3, 2)).reply).toEqual(accepted);
  });
});

describe("the addresses of a registration", () => {
  const three = [byMail, changeTo(otherMail, 1), changeTo(thirdMail, 2)];

  it("are three, and a fourth is refused until its end", () => {
    expect(told(rules, ...three)).toMatchObject({ addresses: 3, identifier: thirdMail });
    const { reply, next, send } = given(rules, ...three).when(changeTo(phone, day - second));
    expect(reply).toEqual(refused("too_many_messages", { retryAfterSeconds: 1 }));
    expect({ next, send }).toEqual({ next: told(rules, ...three), send: undefined });
  });

  it("count a return to a former one", () => {
    const back = [byMail, changeTo(otherMail, 1), changeTo(mail, 2)];
    expect(told(rules, ...back)).toMatchObject({ addresses: 3 });
    expect(given(rules, ...back).when(changeTo(phone, 3)).reply).toMatchObject({ ok: false });
  });

  it("leave the present one its resends", () => {
    expect(given(rules, ...three).when(resend(2 * minute)).reply).toEqual(accepted);
  });

  it("are no more than the messages that are left", () => {
    const spent = [1, 2, 3, 4].map((minutes) => resend(minutes * minute));
    const { reply } = given(rules, byMail, ...spent).when(changeTo(otherMail, 5 * minute));
    expect(reply).toEqual(refused("too_many_messages", { retryAfterSeconds: (day - 5 * minute) / second }));
  });
});

describe("a change to the address that it has already", () => {
  it("is a resend: it waits, keeps a young secret and counts no address", () => {
    expect(given(rules, byMail).when(changeTo(mail, minute - 1)).reply).toEqual(
      refused("resend_too_early", { retryAfterSeconds: 1 }),
    );
    const { next, send } = given(rules, byMail).when(changeTo(mail, minute));
    expect(send).toBe("activation");
    expect(next).toEqual(told(rules, byMail, resend(minute)));
  });

  it("costs no wait where the last send failed", () => {
    expect(givenStored(rules, byMail, "the message fails").when(changeTo(mail, 1)).reply).toEqual(accepted);
  });

  it("lifts nothing that it disowned", () => {
    const { next } = given(rules, byMail, disown(1)).when(changeTo(mail, minute));
    expect(next).toMatchObject({ disowned: true, sends: 2 });
  });

  it("takes the new spelling with the message that goes there", () => {
    expect(told(rules, byMail, changeTo(sameMail, minute))).toMatchObject({ identifier: sameMail, addresses: 1 });
  });

  it("takes no new spelling where nothing is sent there", () => {
    expect(told(rules, byMail, changeTo(sameMail, 1))).toEqual(told(rules, byMail));
    const spent = [1, 2, 3, 4].map((minutes) => resend(minutes * minute));
    expect(told(rules, byMail, ...spent, changeTo(sameMail, hour))).toEqual(told(rules, byMail, ...spent));
  });
});
