import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/core/registration.js";
import { step } from "../../../src/core/step.js";
import {
  accepted,
  byMail,
  cancel,
  changeTo,
  day,
  disown,
  fill,
  link,
  look,
  lose,
  mail,
  minute,
  otherMail,
  refused,
  resend,
  rightCode,
  rules,
  told,
  wrongCode,
  wrongStep,
} from "./story.js";

const at = 5 * minute;
const commands: Readonly<Record<Command["do"], Command>> = {
  fill: fill({ at, identifier: otherMail }),
  change: changeTo(otherMail, at),
  resend: resend(at),
  confirm: rightCode(at),
  activate: link("ticket", at),
  disown: disown(at),
  look: look(at),
  cancel: cancel(at),
  lose: lose(at),
};

type Cell = { readonly reply: object; readonly to: string; readonly send?: string; readonly event?: string };
const stays = (state: string): Cell => ({ reply: accepted, to: state });
const no = (state: string, code: "link_used" | "link_expired"): Cell => ({ reply: refused(code), to: state });
const wrong = (state: string, step: string = state): Cell => ({ reply: wrongStep(step), to: state });
const ends = (to: string, event: string): Cell => ({ reply: accepted, to, event });

const stories: Readonly<Record<string, readonly [readonly Command[], Readonly<Record<Command["do"], Cell>>]>> = {
  "an open registration": [
    [look(0)],
    {
      fill: stays("open"),
      change: stays("open"),
      resend: wrong("open", "identifier"),
      confirm: wrong("open", "identifier"),
      activate: wrong("open", "identifier"),
      disown: stays("open"),
      look: stays("open"),
      cancel: stays("closed"),
      lose: stays("open"),
    },
  ],
  "a pending registration": [
    [byMail],
    {
      fill: stays("pending"),
      change: { reply: accepted, to: "pending", send: "activation" },
      resend: { reply: accepted, to: "pending", send: "activation" },
      confirm: { reply: accepted, to: "activated", send: "activated", event: "account.activated" },
      activate: { reply: accepted, to: "activated", send: "activated", event: "account.activated" },
      disown: stays("pending"),
      look: stays("pending"),
      cancel: ends("closed", "registration.closed"),
      lose: ends("closed", "registration.closed"),
    },
  ],
  "an activated registration": [
    [byMail, rightCode(minute)],
    {
      fill: wrong("activated"),
      change: wrong("activated"),
      resend: wrong("activated"),
      confirm: wrong("activated"),
      activate: no("activated", "link_used"),
      disown: stays("activated"),
      look: stays("activated"),
      cancel: wrong("activated"),
      lose: stays("activated"),
    },
  ],
  ...Object.fromEntries(
    [
      { name: "a cancelled registration", end: cancel(minute), late: "link_used" as const },
      { name: "a registration whose address was taken", end: lose(minute), late: "link_used" as const },
      { name: "an expired registration", end: look(day), late: "link_expired" as const },
    ].map(({ name, end, late }) => [
      name,
      [
        [byMail, end],
        {
          fill: wrong("closed"),
          change: wrong("closed"),
          resend: wrong("closed"),
          confirm: wrong("closed"),
          activate: no("closed", late),
          disown: stays("closed"),
          look: stays("closed"),
          cancel: wrong("closed"),
          lose: stays("closed"),
        },
      ],
    ]),
  ),
};

describe.each(Object.entries(stories))("%s", (_, [history, cells]) => {
  it.each(Object.entries(cells))("meets %s as the table of the machine says", (name, cell) => {
    const command = Object.values(commands).find((one) => one.do === name);
    if (command === undefined) throw new Error(`There is no command ${name}.`);
    const { next, reply, send, event } = given(rules, ...history).when(command);
    expect({ reply, to: next.state, send, event }).toEqual({ send: undefined, event: undefined, ...cell });
  });
});

describe("a registration that has ended", () => {
  const ends = { activated: rightCode(minute), cancelled: cancel(minute), taken: lose(minute), expired: look(day) };

  it.each(Object.entries(ends))("(%s) is the very same object after every command, however late", (_, end) => {
    const ended = told(rules, byMail, end);
    for (const command of Object.values(commands)) {
      expect(step(ended, command, rules).next).toBe(ended);
      expect(step(ended, { ...command, at: 100 * day }, rules).next).toBe(ended);
    }
  });

  it("activates nothing twice: not by the code, not by the link, not by both", () => {
    for (const first of [rightCode(minute), link("ticket", minute), link("password", minute)]) {
      expect(given(rules, byMail, first).when(rightCode(minute)).reply).toEqual(wrongStep("activated"));
      expect(given(rules, byMail, first).when(link("ticket", minute)).reply).toEqual(refused("link_used"));
    }
  });
});

describe("the stub of a registration", () => {
  it("keeps of an activation the account, the proof and two times", () => {
    expect(given(rules, byMail).when(rightCode(minute)).next).toEqual({
      state: "activated",
      id: "registration-1",
      accountId: "account-1",
      by: "code",
      committedAt: minute,
      keepUntil: day,
    });
  });

  it.each([
    ["cancelled", cancel(minute)],
    ["taken", lose(minute)],
  ])("keeps of a %s one the reason and two times", (reason, end) => {
    const kept = { state: "closed", id: "registration-1", reason, committedAt: minute, keepUntil: day };
    expect(given(rules, byMail).when(end).next).toEqual(kept);
  });

  it("of one that expired is kept no longer than until it was seen", () => {
    const kept = { state: "closed", id: "registration-1", reason: "expired", committedAt: day + 5, keepUntil: day + 5 };
    expect(given(rules, byMail).when(look(day + 5)).next).toEqual(kept);
  });

  it("of one that was cancelled while open is kept as long as its ticket", () => {
    const kept = { state: "closed", id: "registration-1", reason: "cancelled", committedAt: 5, keepUntil: 30 * minute };
    expect(given(rules, look(0)).when(cancel(5)).next).toEqual(kept);
  });
});

describe("a pending registration past its end", () => {
  const lateReplies: Readonly<Record<Command["do"], object>> = {
    fill: wrongStep("closed"),
    change: wrongStep("closed"),
    resend: wrongStep("closed"),
    confirm: refused("code_expired"),
    activate: refused("link_expired"),
    disown: accepted,
    look: accepted,
    cancel: wrongStep("closed"),
    lose: accepted,
  };

  it.each(Object.values(commands))(
    "is open to $do a millisecond before, and closed by it 24 hours after",
    (command) => {
      const before = given(rules, byMail).when({ ...command, at: day - 1 });
      expect(before.next.state === "closed" && before.next.reason === "expired").toBe(false);
      const { next, event, send, reply } = given(rules, byMail).when({ ...command, at: day });
      expect(next).toMatchObject({ state: "closed", reason: "expired" });
      expect({ event, send }).toEqual({ event: "registration.closed", send: undefined });
      expect(reply).toEqual(lateReplies[command.do]);
    },
  );

  it("lives 24 hours from its first commit, whatever is sent again or changed", () => {
    const late = [resend(20 * 60 * minute), changeTo(otherMail, 23 * 60 * minute), wrongCode(23 * 60 * minute, 3)];
    const { next } = given(rules, byMail, ...late).when(look(day - 1));
    expect(next).toMatchObject({ state: "pending", expiresAt: day, identifier: otherMail });
    expect(given(rules, byMail, ...late).when(look(day)).next).toMatchObject({ state: "closed" });
  });
});

describe("the account", () => {
  it("carries the id that was proposed, in the decision and in the stub", () => {
    const { account, next } = given(rules, byMail).when({ ...link("ticket", 1), accountId: "account-7" });
    expect({ account, next }).toMatchObject({ account: "account-7", next: { accountId: "account-7", by: "ticket" } });
    expect(given(rules, fill({ identifier: mail })).when(rightCode(1)).account).toBeUndefined();
  });
});
