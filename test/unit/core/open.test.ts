import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { fillOpen, missingSteps, openRegistration } from "../../../src/core/open.js";
import type { Command, OpenStep } from "../../../src/core/registration.js";
import { readRules } from "../../../src/rules.js";
import {
  accepted,
  byMail,
  byPhone,
  cancel,
  changeTo,
  codeLife,
  day,
  disown,
  drawn,
  fill,
  hour,
  linkLife,
  look,
  lose,
  mail,
  minute,
  otherMail,
  parts,
  phone,
  refused,
  resend,
  rightCode,
  rules,
  told,
  wrongStep,
} from "./story.js";

const { password, humanUntil = 0, profile, consents = [] } = parts;
const page: Readonly<Record<OpenStep, Command>> = {
  identifier: fill({ identifier: mail }),
  password: fill({ password: "a hash" }),
  captcha: fill({ humanUntil }),
  profile: fill({ profile, consents }),
};
const everyStep: readonly OpenStep[] = ["identifier", "password", "captcha", "profile"];

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((one) => one !== item)).map((rest) => [item, ...rest]));
}

describe("an open registration", () => {
  it("is born empty, good for half an hour", () => {
    const born = openRegistration({ id: "r", at: 7, locale: "de", metadata: { plan: "free" } });
    const expiresAt = 7 + 30 * minute;
    expect(born).toEqual({ state: "open", id: "r", bornAt: 7, expiresAt, locale: "de", metadata: { plan: "free" } });
  });

  it("misses what the rules ask for, in their order", () => {
    const born = openRegistration({ id: "r", at: 0, locale: "en", metadata: {} });
    expect(missingSteps(born, rules, 0)).toEqual(everyStep);
    expect(missingSteps(born, readRules({ steps: ["password", "identifier"] }), 0)).toEqual(["password", "identifier"]);
  });

  it.each(everyStep)("no longer misses the %s that it was given", (name) => {
    const open = told(rules, page[name]);
    const missing = open.state === "open" ? missingSteps(open, rules, 0) : [];
    expect(missing).toEqual(everyStep.filter((one) => one !== name));
  });

  it("misses the profile until the consents are in as well", () => {
    for (const half of [fill({ profile }), fill({ consents })]) {
      const open = told(rules, half);
      expect(open.state === "open" && missingSteps(open, rules, 0)).toContain("profile");
    }
  });

  it("counts a captcha until the very millisecond at which its pass ends", () => {
    const open = told(rules, fill({ humanUntil: minute }));
    expect(open.state === "open" && missingSteps(open, rules, minute - 1)).not.toContain("captcha");
    expect(open.state === "open" && missingSteps(open, rules, minute)).toContain("captcha");
  });

  it("does not become pending on a captcha whose pass has ended", () => {
    const last = fill({ at: minute, identifier: mail, password: "a hash", profile, consents });
    expect(given(rules, fill({ humanUntil: minute })).when(last).next.state).toBe("open");
    expect(given(rules, fill({ humanUntil: minute + 1 })).when(last).next.state).toBe("pending");
  });

  it("takes a later part in place of an earlier one and keeps the rest", () => {
    const open = told(rules, page.identifier, page.password, fill({ identifier: phone }));
    expect(open).toMatchObject({ state: "open", identifier: phone, password: "a hash" });
    expect(open).not.toHaveProperty("profile");
  });

  it("changes its address without a message, and without becoming pending", () => {
    const { next, send, reply } = given(rules, page.identifier).when(changeTo(otherMail, 1));
    expect({ send, reply }).toEqual({ send: undefined, reply: accepted });
    expect(next).toMatchObject({ state: "open", identifier: otherMail });
    const all = [page.password, page.captcha, page.profile];
    expect(given(rules, ...all).when(changeTo(mail, 1)).next.state).toBe("open");
    expect(given(rules, ...all, changeTo(mail, 1)).when(fill({})).next.state).toBe("pending");
  });

  it("is the very same object where nothing was given", () => {
    const open = openRegistration({ id: "r", at: 0, locale: "en", metadata: {} });
    expect(fillOpen(open, { do: "fill", at: 5 })).toBe(open);
    expect(given(rules, page.password).when(fill({ at: minute })).next).toMatchObject({ expiresAt: 30 * minute });
  });

  it("names the first missing step to a command that comes too early", () => {
    expect(given(rules, page.identifier).when(resend(0)).reply).toEqual(wrongStep("password"));
    expect(given(rules, page.identifier, page.password).when(rightCode(0)).reply).toEqual(wrongStep("captcha"));
  });

  it("is cancelled without an event, for nobody has heard of it", () => {
    expect(given(rules, page.identifier).when(cancel(1)).event).toBeUndefined();
  });
});

describe("the life of an open registration", () => {
  it("is half an hour from the last part that was given", () => {
    expect(told(rules, fill({ at: 20 * minute, password: "a hash" }))).toMatchObject({ expiresAt: 50 * minute });
    const changed = given(rules, look(0)).when(changeTo(mail, 29 * minute)).next;
    expect(changed).toMatchObject({ expiresAt: 59 * minute });
  });

  it("is never longer than two hours from its birth", () => {
    const renewals = [25, 50, 75, 100].map((minutes) => fill({ at: minutes * minute, password: "a hash" }));
    expect(told(rules, look(0), ...renewals)).toMatchObject({ state: "open", expiresAt: 2 * hour });
    expect(given(rules, look(0), ...renewals).when(look(2 * hour - 1)).next.state).toBe("open");
    expect(given(rules, look(0), ...renewals).when(look(2 * hour)).next.state).toBe("closed");
  });

  it("ends in the very millisecond of expiry, told by everything but a look", () => {
    const last = 30 * minute;
    for (const late of [page.password, changeTo(mail, 0), resend(0), rightCode(0), cancel(0), disown(0), lose(0)]) {
      expect(given(rules, look(0)).when({ ...late, at: last - 1 }).reply).not.toEqual(refused("ticket_expired"));
      const { next, reply, event } = given(rules, look(0)).when({ ...late, at: last });
      expect({ reply, event }).toEqual({ reply: refused("ticket_expired"), event: undefined });
      expect(next).toEqual({
        state: "closed",
        id: "registration-1",
        reason: "expired",
        committedAt: last,
        keepUntil: last,
      });
    }
    expect(given(rules, look(0)).when(look(last))).toMatchObject({ next: { state: "closed" }, reply: accepted });
  });

  it("does not start before its birth, whatever the clock says", () => {
    const { next } = given(rules, look(hour)).when(fill({ at: 0, password: "a hash" }));
    expect(next).toMatchObject({ state: "open", bornAt: hour, expiresAt: hour + 30 * minute });
  });
});

describe("a pending registration", () => {
  it("is not born before its ticket, whatever the clock says", () => {
    const { next } = given(rules, look(hour)).when(fill({ ...parts, identifier: mail, humanUntil: 2 * hour }));
    expect(next).toMatchObject({ state: "pending", committedAt: hour, expiresAt: hour + day });
  });
});

describe("the steps of a sign-up", () => {
  const pendingAtOnce = told(rules, byMail);

  it.each(permutations(everyStep))("make the same pending registration as %s, %s, %s, %s on four pages", (...order) => {
    const [last, ...before] = order.toReversed().map((name) => page[name]);
    const early = told(rules, ...before.toReversed());
    expect(early.state).toBe("open");
    expect(told(rules, ...before.toReversed(), last ?? page.profile)).toEqual(pendingAtOnce);
  });

  it.each(permutations(everyStep))("are the same machine with rules that order them %s, %s, %s, %s", (...order) => {
    const steps = readRules({ steps: [...order] });
    expect(given(steps, look(0)).when(resend(0)).reply).toEqual(wrongStep(order[0] ?? ""));
    expect(told(steps, byMail)).toEqual(pendingAtOnce);
    expect(told(steps, ...everyStep.map((name) => page[name]))).toEqual(pendingAtOnce);
  });

  it("are as few as the host asks for", () => {
    const short = readRules({ steps: ["identifier", "password"] });
    const { next } = given(short, page.identifier).when(page.password);
    expect(next).toMatchObject({ state: "pending", profile: null, consents: [] });
  });
});

describe("rules that forget the address or the password", () => {
  it.each([
    ["identifier", page.identifier],
    ["password", page.password],
  ] as const)("make nothing pending of the %s alone", (only, alone) => {
    const forgetful = { ...rules, steps: [only] };
    const { next, reply, send, event } = given(forgetful, look(0)).when(alone);
    expect({ state: next.state, reply, send, event }).toEqual({
      state: "open",
      reply: accepted,
      send: undefined,
      event: undefined,
    });
    expect(given(forgetful, alone).when(resend(0)).reply).toEqual(wrongStep("identifier"));
  });
});

describe("the last missing part", () => {
  it("makes it pending, sends one message and says so in one event", () => {
    const { send, event, account, reply } = given(rules, look(0)).when(byMail);
    expect({ send, event, account, reply }).toEqual({
      send: "activation",
      event: "registration.pending",
      account: undefined,
      reply: accepted,
    });
  });

  it("carries everything over, under the id that the ticket was born with", () => {
    expect(told(rules, { ...byMail, at: minute })).toEqual({
      state: "pending",
      id: "registration-1",
      locale: "en",
      metadata: {},
      identifier: mail,
      password,
      profile,
      consents,
      challenge: {
        serial: 1,
        ...drawn,
        issuedAt: minute,
        sentAt: minute,
        expiresAt: minute + linkLife,
        guesses: 0,
        delivery: "queued",
      },
      sends: 1,
      addresses: 1,
      passwordTries: 0,
      disowned: false,
      committedAt: minute,
      addressSince: 1,
      expiresAt: minute + day,
    });
  });

  it("makes a texted code as long-lived as the rules say", () => {
    expect(told(rules, byPhone)).toMatchObject({ challenge: { expiresAt: codeLife } });
    expect(told(readRules({ codeLifeSeconds: 120 }), byPhone)).toMatchObject({ challenge: { expiresAt: 2 * minute } });
    const aDay = readRules({ linkLifeSeconds: 86_400 });
    expect(told(aDay, byMail)).toMatchObject({ challenge: { expiresAt: day } });
  });

  it("given twice, as by a double click, changes nothing", () => {
    const { next, send, reply } = given(rules, byMail).when(fill({ ...parts, identifier: otherMail, at: 1 }));
    expect({ send, reply }).toEqual({ send: undefined, reply: accepted });
    expect(next).toMatchObject({ identifier: mail, sends: 1 });
  });
});
