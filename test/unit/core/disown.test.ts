import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { step } from "../../../src/core/step.js";
import {
  accepted,
  byMail,
  changeTo,
  codeLife,
  disown,
  givenStored,
  hour,
  link,
  linkLife,
  lockedCode,
  mail,
  minute,
  otherMail,
  phone,
  refused,
  resend,
  rightCode,
  rules,
  times,
  told,
  toldPending,
  wrongCode,
} from "./story.js";

describe("a disowned registration", () => {
  it("stays pending and says so in no reply, no message and no event", () => {
    const { next, reply, send, event } = given(rules, byMail).when(disown(minute));
    expect({ reply, send, event }).toEqual({ reply: accepted, send: undefined, event: undefined });
    expect(next).toEqual({ ...toldPending(rules, byMail), disowned: true });
  });

  it("calls every code wrong, the right one too, and goes on counting", () => {
    for (const [paid, attemptsLeft] of [1, 2, 3, 4].map((guesses) => [guesses, 5 - guesses] as const)) {
      const story = givenStored(rules, byMail, disown(1), ...times(paid, "a guess is paid"));
      expect(story.when(rightCode(2)).reply).toEqual(refused("code_wrong", { attemptsLeft }));
      expect(story.when(wrongCode(2)).reply).toEqual(refused("code_wrong", { attemptsLeft }));
    }
  });

  it("locks on the last guess and expires with the code, as any other", () => {
    const spent = givenStored(rules, byMail, disown(1), ...times(5, "a guess is paid"));
    expect(spent.when(rightCode(2)).reply).toEqual(refused("code_locked"));
    expect(given(rules, byMail, disown(1)).when(rightCode(linkLife)).reply).toEqual(refused("code_expired"));
  });

  it("answers whoever holds its ticket as if nobody had disowned it", () => {
    const commands = [resend(2), resend(minute), resend(5 * hour), wrongCode(2), lockedCode(2), changeTo(phone, 2)];
    for (const command of commands) {
      const pending = toldPending(rules, byMail);
      const open = step(pending, command, rules);
      const disowned = step({ ...pending, disowned: true }, command, rules);
      expect({ ...disowned, next: { ...disowned.next, disowned: false } }).toEqual({
        ...open,
        next: { ...open.next, disowned: false },
      });
    }
  });

  it("calls its link used", () => {
    expect(given(rules, byMail, disown(1)).when(link("ticket", 2)).reply).toEqual(refused("link_used"));
    expect(given(rules, byMail, disown(1)).when(link("none", 2)).reply).toEqual(refused("link_used"));
  });

  it("stays disowned through every resend", () => {
    const story = [byMail, disown(1), resend(minute), resend(4 * hour)];
    expect(told(rules, ...story)).toMatchObject({ disowned: true, challenge: { serial: 2 } });
    expect(given(rules, ...story).when(rightCode(4 * hour, 2)).reply).toMatchObject({ ok: false });
    expect(given(rules, ...story).when(link("ticket", 4 * hour, 2)).reply).toEqual(refused("link_used"));
  });

  it("is the very same object when it is disowned again", () => {
    const disowned = told(rules, byMail, disown(1));
    expect(step(disowned, disown(2), rules).next).toBe(disowned);
  });
});

describe("the right to disown", () => {
  it("belongs to every link that went to the present address, dead ones too", () => {
    const story = [byMail, resend(4 * hour), resend(9 * hour)];
    for (const serial of [1, 2, 3]) {
      expect(given(rules, ...story).when(disown(20 * hour, serial)).next).toMatchObject({ disowned: true });
    }
  });

  it("does not belong to a link that went to a former address", () => {
    const story = [byMail, changeTo(otherMail, 1), resend(5 * hour)];
    const before = told(rules, ...story);
    const { next, reply } = given(rules, ...story).when(disown(5 * hour, 1));
    expect({ next, reply }).toEqual({ next: before, reply: accepted });
    for (const serial of [2, 3]) {
      expect(given(rules, ...story).when(disown(5 * hour, serial)).next).toMatchObject({ disowned: true });
    }
  });

  it("does not belong to a link that was never sent", () => {
    expect(given(rules, byMail).when(disown(1, 0)).next).toMatchObject({ disowned: false });
    expect(given(rules, byMail).when(disown(1, 2)).next).toMatchObject({ disowned: false });
  });

  it("comes back with the next message to an address that was changed away and back", () => {
    const story = [byMail, disown(1), changeTo(phone, 2), changeTo(mail, 3)];
    expect(told(rules, ...story)).toMatchObject({ disowned: false, addressSince: 3 });
    expect(given(rules, ...story).when(disown(codeLife, 3)).next).toMatchObject({ disowned: true });
  });

  it("ends with the registration", () => {
    expect(given(rules, byMail, rightCode(1)).when(disown(2)).next).toMatchObject({ state: "activated" });
  });
});
