import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { readRules } from "../../../src/rules.js";
import {
  accepted,
  byMail,
  byPhone,
  changeTo,
  codeLife,
  day,
  drawn,
  drawnLater,
  drawnLong,
  givenStored,
  hour,
  link,
  minute,
  phone,
  refused,
  resend,
  rightCode,
  rules,
  second,
  submitted,
  told,
  toldPending,
} from "./story.js";

const tooEarly = (retryAfterSeconds: number) => refused("resend_too_early", { retryAfterSeconds });
const half = codeLife / 2;

describe("a resend", () => {
  it("waits 60 seconds from the last send, to the millisecond", () => {
    expect(given(rules, byPhone).when(resend(minute - 1)).reply).toEqual(tooEarly(1));
    expect(given(rules, byPhone).when(resend(minute)).reply).toEqual(accepted);
  });

  it("says in whole seconds, rounded up, how long", () => {
    expect(given(rules, byPhone).when(resend(0)).reply).toEqual(tooEarly(60));
    expect(given(rules, byPhone).when(resend(1)).reply).toEqual(tooEarly(60));
    expect(given(rules, byPhone).when(resend(second)).reply).toEqual(tooEarly(59));
    expect(given(readRules({ resendAfterSeconds: 600 }), byMail).when(resend(0)).reply).toEqual(tooEarly(600));
  });

  it("that is too early sends and changes nothing, and the code stays good", () => {
    const { next, send } = given(rules, byPhone).when(resend(second));
    expect({ next, send }).toEqual({ next: told(rules, byPhone), send: undefined });
    expect(given(rules, byPhone, resend(second)).when(rightCode(second)).reply).toEqual(accepted);
  });

  it("waits from the last resend, not from the first message", () => {
    const story = given(rules, byPhone, resend(minute));
    expect(story.when(resend(2 * minute - 1)).reply).toEqual(tooEarly(1));
    expect(story.when(resend(2 * minute)).reply).toEqual(accepted);
  });

  it("waits no longer for what was asked too early meanwhile", () => {
    const story = given(rules, byPhone, resend(second), resend(30 * second), resend(minute - 1));
    expect(story.when(resend(minute)).reply).toEqual(accepted);
  });

  it("costs no wait where the last send failed", () => {
    const { send, reply, next } = givenStored(rules, byPhone, "the message fails").when(resend(1));
    expect({ send, reply }).toEqual({ send: "activation", reply: accepted });
    expect(next).toMatchObject({ sends: 2, challenge: { delivery: "queued", sentAt: 1, serial: 1 } });
    const again = givenStored(rules, byPhone, "the message fails", resend(1));
    expect(again.when(resend(2)).reply).toEqual(tooEarly(60));
  });

  it("costs its wait where the last send was accepted", () => {
    expect(givenStored(rules, byPhone, "the message is sent").when(resend(1)).reply).toEqual(tooEarly(60));
  });

  it("tells no event", () => {
    expect(given(rules, byPhone).when(resend(minute)).event).toBeUndefined();
  });
});

describe("a resend in the first half of a code's life", () => {
  it("sends the same code with its unchanged expiry", () => {
    const { challenge } = toldPending(rules, byPhone, resend(half - 1));
    const { serial, nonce, keyId, issuedAt, expiresAt, sentAt } = challenge;
    expect({ serial, nonce, keyId, issuedAt, expiresAt, sentAt }).toEqual({
      serial: 1,
      nonce: drawn.nonce,
      keyId: drawn.keyId,
      issuedAt: 0,
      expiresAt: codeLife,
      sentAt: half - 1,
    });
  });

  it("sends the same code at any time of day", () => {
    const evening = submitted(phone, 20 * hour);
    expect(told(rules, evening, resend(20 * hour + half - 1))).toMatchObject({ challenge: { serial: 1 } });
    expect(told(rules, evening, resend(20 * hour + half))).toMatchObject({ challenge: { serial: 2 } });
  });

  it("leaves a late message of the first send good", () => {
    const story = given(rules, byPhone, resend(half - 1));
    expect(story.when(rightCode(codeLife - 1, 1)).reply).toEqual(accepted);
    expect(story.when(rightCode(codeLife, 1)).reply).toEqual(refused("code_expired"));
  });

  it("keeps the guesses that were paid", () => {
    const story = [byPhone, "a guess is paid", "a guess is paid", resend(minute)] as const;
    expect(told(rules, ...story)).toMatchObject({ challenge: { serial: 1, guesses: 2 } });
  });

  it("draws a new code all the same where the guesses are spent", () => {
    const guesses = Array.from({ length: 4 }, () => "a guess is paid" as const);
    expect(told(rules, byPhone, ...guesses, resend(minute))).toMatchObject({ challenge: { serial: 1 } });
    const spent = told(rules, byPhone, ...guesses, "a guess is paid", resend(minute));
    expect(spent).toMatchObject({ challenge: { serial: 2, guesses: 0, nonce: drawnLater.nonce } });
  });

  it("draws a new code where a longer one is due, and keeps a longer one where a shorter would do", () => {
    const longer = told(rules, byPhone, resend(minute, drawnLong));
    expect(longer).toMatchObject({ challenge: { serial: 2, digits: 10, nonce: drawnLong.nonce } });
    const kept = told(rules, byPhone, resend(minute, drawnLong), resend(2 * minute, drawnLater));
    expect(kept).toMatchObject({ challenge: { serial: 2, digits: 10 } });
  });
});

describe("a resend from the second half on", () => {
  it("draws a new code, with a whole life of its own", () => {
    expect(toldPending(rules, byPhone, resend(half)).challenge).toEqual({
      serial: 2,
      ...drawnLater,
      issuedAt: half,
      sentAt: half,
      expiresAt: half + codeLife,
      guesses: 0,
      delivery: "queued",
    });
  });

  it("begins at half of the code's own life, that of a link included", () => {
    expect(told(rules, byMail, resend(4 * hour - 1))).toMatchObject({ challenge: { serial: 1 } });
    expect(told(rules, byMail, resend(4 * hour))).toMatchObject({ challenge: { serial: 2 } });
  });

  it("draws a new code where the old one has expired", () => {
    const story = [byPhone, resend(codeLife + minute)];
    expect(told(rules, ...story)).toMatchObject({ state: "pending", challenge: { serial: 2 } });
    expect(given(rules, ...story).when(rightCode(codeLife + minute, 2)).reply).toEqual(accepted);
  });

  it("never lets a code outlive its registration", () => {
    const story = [byMail, resend(day - hour)];
    expect(told(rules, ...story)).toMatchObject({ challenge: { serial: 2, expiresAt: day }, expiresAt: day });
    expect(given(rules, ...story).when(link("ticket", day - 1, 2)).reply).toEqual(accepted);
  });
});

describe("the sends of a registration", () => {
  const fourMore = [1, 2, 3, 4].map((minutes) => resend(minutes * minute));

  it("are five, and a sixth is refused until its end", () => {
    expect(told(rules, byMail, ...fourMore)).toMatchObject({ sends: 5 });
    const { reply, send, next } = given(rules, byMail, ...fourMore).when(resend(6 * minute));
    expect(reply).toEqual(refused("too_many_messages", { retryAfterSeconds: (day - 6 * minute) / second }));
    expect({ send, next }).toEqual({ send: undefined, next: told(rules, byMail, ...fourMore) });
  });

  it("leave the last code good when they are spent", () => {
    const story = given(rules, byMail, ...fourMore, resend(6 * minute));
    expect(story.when(rightCode(6 * minute)).reply).toEqual(accepted);
  });

  it("say in whole seconds, rounded up, when they are over", () => {
    const { reply } = given(rules, byMail, ...fourMore).when(resend(day - 1));
    expect(reply).toEqual(refused("too_many_messages", { retryAfterSeconds: 1 }));
  });

  it("are spent rather than too early", () => {
    const { reply } = given(rules, byMail, ...fourMore).when(resend(4 * minute + 1));
    expect(reply).toMatchObject({ problem: { code: "too_many_messages" } });
  });

  it("count failed ones too", () => {
    const failed = [1, 2, 3, 4].flatMap((at) => ["the message fails", resend(at)] as const);
    const { reply } = givenStored(rules, byMail, ...failed, "the message fails").when(resend(5));
    expect(reply).toMatchObject({ problem: { code: "too_many_messages" } });
  });

  it("count changes of the address too", () => {
    const story = [byMail, changeTo(phone, minute), ...[2, 3, 4].map((minutes) => resend(minutes * minute))];
    expect(given(rules, ...story).when(resend(5 * minute)).reply).toMatchObject({
      problem: { code: "too_many_messages" },
    });
  });

  it("are as many as the host's rules say", () => {
    const once = readRules({ sendsPerRegistration: 1 });
    expect(given(once, byMail).when(resend(minute)).reply).toMatchObject({ problem: { code: "too_many_messages" } });
  });
});
