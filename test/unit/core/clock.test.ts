import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { step } from "../../../src/core/step.js";
import {
  accepted,
  byMail,
  byPhone,
  changeTo,
  codeLife,
  day,
  disown,
  givenStored,
  hour,
  link,
  linkLife,
  look,
  mail,
  minute,
  otherMail,
  refused,
  resend,
  rightCode,
  rules,
  second,
  submitted,
  told,
  wrongCode,
  wrongStep,
} from "./story.js";

const late = 10 * hour;
const byMailLate = submitted(mail, late);
const tooEarly = (retryAfterSeconds: number) => refused("resend_too_early", { retryAfterSeconds });

describe("a clock that jumps back", () => {
  it("revives no code that was refused as expired", () => {
    const story = given(rules, byPhone, wrongCode(codeLife));
    expect(story.when(rightCode(codeLife - 1)).reply).toEqual(refused("code_expired"));
    expect(story.when(rightCode(0)).reply).toEqual(refused("code_expired"));
    expect(story.when(link("ticket", 0)).reply).toEqual(refused("link_expired"));
  });

  it("revives no link that was refused as expired", () => {
    const story = given(rules, byMail, link("none", linkLife));
    expect(story.when(link("ticket", 0)).reply).toEqual(refused("link_expired"));
    expect(story.when(rightCode(0)).reply).toEqual(refused("code_expired"));
  });

  it("revives no registration that was seen past its end", () => {
    expect(given(rules, byMail, look(day)).when(rightCode(0)).reply).toEqual(wrongStep("closed"));
    expect(given(rules, byMail, look(day)).when(link("ticket", 0)).reply).toEqual(refused("link_expired"));
  });

  it("undoes no activation and no disowning", () => {
    expect(given(rules, byMail, rightCode(hour)).when(rightCode(0)).next).toMatchObject({ state: "activated" });
    expect(given(rules, byMail, disown(hour)).when(rightCode(0)).reply).toMatchObject({ ok: false });
  });

  it("makes no commit earlier than the one before", () => {
    for (const command of [resend(late - hour + minute), changeTo(otherMail, 0), disown(0), rightCode(0)]) {
      const moments = [byMailLate, "the message fails"] as const;
      const { next } = givenStored(rules, look(late), ...moments).when(command);
      expect(next).toMatchObject({ committedAt: late });
    }
  });

  it("makes no secret older than the last commit, nor longer lived", () => {
    const { next } = given(rules, look(late), byMailLate).when(changeTo(otherMail, 0));
    expect(next).toMatchObject({ challenge: { issuedAt: late, expiresAt: late + linkLife, sentAt: 0 } });
  });
});

describe("a wait", () => {
  it("lasts its own length after the first resend that sees the jump, and no longer", () => {
    const jumped = resend(late - hour);
    const story = given(rules, look(late), byMailLate, jumped);
    expect(given(rules, look(late), byMailLate).when(jumped).reply).toEqual(tooEarly(60));
    expect(story.when(resend(late - hour + minute - 1)).reply).toEqual(tooEarly(1));
    expect(story.when(resend(late - hour + minute)).reply).toEqual(accepted);
  });

  it("begins with the look that saw the jump, and lasts as long as its page says", () => {
    const seen = told(rules, look(late), byMailLate, look(late - hour));
    expect(seen).toMatchObject({ committedAt: late, challenge: { sentAt: late - hour } });
    const story = given(rules, look(late), byMailLate, look(late - hour));
    expect(story.when(resend(late - hour + minute - 1)).reply).toEqual(tooEarly(1));
    expect(story.when(resend(late - hour + minute)).reply).toEqual(accepted);
  });

  it("is left alone by a look that sees no jump", () => {
    const pending = told(rules, byMail);
    expect(step(pending, look(0), rules).next).toBe(pending);
    expect(step(pending, look(hour), rules).next).toBe(pending);
  });

  it("does not begin anew with each call after the jump", () => {
    const story = [look(late), byMailLate, resend(late - hour), resend(late - hour + 30 * second)];
    expect(given(rules, ...story).when(resend(late - hour + 59 * second)).reply).toEqual(tooEarly(1));
    expect(given(rules, ...story).when(resend(late - hour + minute)).reply).toEqual(accepted);
  });

  it("after a jump is committed, without a message", () => {
    const { next, send, reply } = given(rules, look(late), byMailLate).when(resend(0));
    expect({ send, reply }).toEqual({ send: undefined, reply: tooEarly(60) });
    expect(next).toEqual({
      ...told(rules, look(late), byMailLate),
      challenge: { ...challengeOf(told(rules, look(late), byMailLate)), sentAt: 0 },
    });
  });

  it("begins on the caller's clock, also after a message that was sent under a jump", () => {
    const story = [look(late), byMailLate, changeTo(otherMail, 0)];
    expect(given(rules, ...story).when(resend(minute - 1)).reply).toEqual(tooEarly(1));
    expect(given(rules, ...story).when(resend(minute)).reply).toEqual(accepted);
    const resent = [...story, resend(minute)];
    expect(given(rules, ...resent).when(resend(2 * minute - 1)).reply).toEqual(tooEarly(1));
    expect(given(rules, ...resent).when(resend(2 * minute)).reply).toEqual(accepted);
  });

  it("is spared after a failed send, jump or no jump", () => {
    const story = givenStored(rules, look(late), byMailLate, "the message fails");
    expect(story.when(resend(0)).reply).toEqual(accepted);
  });
});

function challengeOf(registration: ReturnType<typeof told>): object {
  return registration.state === "pending" ? registration.challenge : {};
}
