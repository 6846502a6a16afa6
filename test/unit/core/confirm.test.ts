import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { step } from "../../../src/core/step.js";
import { readRules } from "../../../src/rules.js";
import {
  accepted,
  byMail,
  byPhone,
  changeTo,
  codeLife,
  givenStored,
  linkLife,
  lockedCode,
  minute,
  otherMail,
  refused,
  resend,
  rightCode,
  rules,
  times,
  told,
  wrongCode,
} from "./story.js";

const guess = ["a guess is paid", wrongCode(minute)] as const;

describe("the right code", () => {
  it("activates: an account, a notice and an event", () => {
    const { next, send, event, account, reply } = given(rules, byPhone).when(rightCode(minute));
    expect({ send, event, account, reply }).toEqual({
      send: "activated",
      event: "account.activated",
      account: "account-1",
      reply: accepted,
    });
    expect(next).toMatchObject({ state: "activated", by: "code" });
  });

  it("is good in the last millisecond of its life, and expired in the next", () => {
    expect(given(rules, byPhone).when(rightCode(codeLife - 1)).reply).toEqual(accepted);
    expect(given(rules, byPhone).when(rightCode(codeLife)).reply).toEqual(refused("code_expired"));
    expect(given(rules, byMail).when(rightCode(linkLife - 1)).reply).toEqual(accepted);
    expect(given(rules, byMail).when(rightCode(linkLife)).reply).toEqual(refused("code_expired"));
  });

  it("leaves the registration pending where it came too late, so that another can be sent", () => {
    const { next } = given(rules, byPhone).when(rightCode(codeLife));
    expect(next).toMatchObject({ state: "pending", committedAt: codeLife });
    expect(given(rules, byPhone, rightCode(codeLife)).when(resend(codeLife)).reply).toEqual(accepted);
  });

  it("still activates after wrong guesses, the fifth guess included", () => {
    const story = givenStored(rules, byPhone, ...times(4, ...guess), "a guess is paid");
    expect(story.when(rightCode(minute)).reply).toEqual(accepted);
  });

  it("is refused past the fifth guess", () => {
    const story = givenStored(rules, byPhone, ...times(5, ...guess), "a guess is paid");
    expect(story.when(lockedCode(minute)).reply).toEqual(refused("code_locked"));
  });

  it("is refused where the host has lowered the guesses below those that were paid", () => {
    const twice = told(rules, byPhone, ...guess, ...guess);
    expect(step(twice, rightCode(minute), readRules({ guessesPerCode: 2 })).reply).toEqual(accepted);
    expect(step(twice, rightCode(minute), readRules({ guessesPerCode: 1 })).reply).toEqual(refused("code_locked"));
  });

  it("of an earlier serial is wrong", () => {
    const story = [byPhone, resend(codeLife / 2)];
    expect(given(rules, ...story).when(rightCode(codeLife / 2, 1)).reply).toEqual(refused("code_wrong", fiveLeft));
    expect(given(rules, ...story).when(rightCode(codeLife / 2, 2)).reply).toEqual(accepted);
    expect(given(rules, ...story).when(rightCode(codeLife / 2, 3)).reply).toEqual(refused("code_wrong", fiveLeft));
  });

  it("of the former address is wrong", () => {
    const story = given(rules, byPhone, changeTo(otherMail, minute));
    expect(story.when(rightCode(minute, 1)).reply).toEqual(refused("code_wrong", fiveLeft));
    expect(story.when(rightCode(minute, 2)).reply).toEqual(accepted);
  });
});

const fiveLeft = { attemptsLeft: 5 };

describe("a wrong code", () => {
  it.each([4, 3, 2, 1])("says that %i attempts are left", (attemptsLeft) => {
    const story = givenStored(rules, byPhone, ...times(5 - attemptsLeft - 1, ...guess), "a guess is paid");
    expect(story.when(wrongCode(minute)).reply).toEqual(refused("code_wrong", { attemptsLeft }));
  });

  it("locks on the last guess allowed", () => {
    const story = givenStored(rules, byPhone, ...times(4, ...guess), "a guess is paid");
    expect(story.when(wrongCode(minute)).reply).toEqual(refused("code_locked"));
    const single = readRules({ guessesPerCode: 1 });
    expect(givenStored(single, byPhone, "a guess is paid").when(wrongCode(1)).reply).toEqual(refused("code_locked"));
  });

  it("changes nothing: only the store counts", () => {
    const before = told(rules, byPhone, ...guess);
    expect(givenStored(rules, byPhone, ...guess).when(wrongCode(minute)).next).toEqual(before);
    expect(before).toMatchObject({ challenge: { guesses: 1 }, committedAt: 0 });
  });

  it("is expired rather than wrong or locked once its time is over", () => {
    const story = givenStored(rules, byPhone, ...times(5, ...guess));
    expect(story.when(wrongCode(codeLife - 1)).reply).toEqual(refused("code_locked"));
    expect(story.when(wrongCode(codeLife)).reply).toEqual(refused("code_expired"));
    expect(story.when(lockedCode(codeLife)).reply).toEqual(refused("code_expired"));
  });
});

describe("a locked code", () => {
  it("is refused unread, whatever was guessed before, and changes nothing", () => {
    const { next, reply } = given(rules, byPhone).when(lockedCode(minute));
    expect(reply).toEqual(refused("code_locked"));
    expect(next).toEqual(told(rules, byPhone));
  });

  it("is replaced by a resend, even in the first half of its life, with five guesses of its own", () => {
    const story = [byPhone, ...times(5, ...guess), resend(minute)];
    expect(told(rules, ...story)).toMatchObject({ challenge: { serial: 2, guesses: 0 } });
    expect(givenStored(rules, ...story).when(rightCode(minute, 2)).reply).toEqual(accepted);
  });
});
