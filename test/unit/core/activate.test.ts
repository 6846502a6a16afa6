import { given } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import type { Command, Rules } from "../../../src/core/registration.js";
import { step } from "../../../src/core/step.js";
import { readRules } from "../../../src/rules.js";
import {
  accepted,
  byMail,
  changeTo,
  disown,
  givenStored,
  hour,
  link,
  linkLife,
  minute,
  otherMail,
  refused,
  resend,
  rightCode,
  rules,
  times,
  told,
  toldPending,
  wrongCode,
} from "./story.js";

type Proof = (Command & { readonly do: "activate" })["proof"];

const enough: readonly (readonly [Rules["activation"], readonly Proof[]])[] = [
  ["password", ["password"]],
  ["ticket_or_password", ["ticket", "password"]],
  ["anyone_with_the_link", ["ticket", "password", "link"]],
];
const everyProof: readonly Proof[] = ["ticket", "password", "link", "none"];

describe.each(enough)('a link, where the host chose "%s",', (activation, proofs) => {
  const host = readRules({ activation });

  it.each(everyProof)("with the proof %s activates only if that is enough", (proof) => {
    const { next, reply, account, send, event } = given(host, byMail).when(link(proof, minute));
    if (proofs.includes(proof)) {
      expect(next).toMatchObject({ state: "activated", by: proof, accountId: "account-1" });
      expect({ reply, account, send, event }).toEqual({
        reply: accepted,
        account: "account-1",
        send: "activated",
        event: "account.activated",
      });
    } else {
      expect(reply).toEqual(refused("proof_required"));
      expect({ next, account, send, event }).toEqual({ next: told(host, byMail) });
    }
  });
});

describe("a link", () => {
  it("is good in the last millisecond of its life, and expired in the next", () => {
    expect(given(rules, byMail).when(link("ticket", linkLife - 1)).reply).toEqual(accepted);
    const { next, reply } = given(rules, byMail).when(link("ticket", linkLife));
    expect(reply).toEqual(refused("link_expired"));
    expect(next).toMatchObject({ state: "pending", committedAt: linkLife });
  });

  it("says that it is expired before it asks for a proof", () => {
    expect(given(rules, byMail).when(link("none", linkLife)).reply).toEqual(refused("link_expired"));
    expect(given(rules, byMail).when(link("wrong", linkLife)).reply).toEqual(refused("link_expired"));
  });

  it("is expired once a later one was sent, and that changes nothing", () => {
    const story = [byMail, resend(4 * hour)];
    const { next, reply } = given(rules, ...story).when(link("ticket", 4 * hour, 1));
    expect(reply).toEqual(refused("link_expired"));
    expect(next).toEqual(told(rules, ...story));
    expect(given(rules, ...story).when(link("ticket", 4 * hour, 2)).reply).toEqual(accepted);
    expect(given(rules, ...story).when(link("ticket", 4 * hour, 3)).reply).toEqual(refused("link_expired"));
  });

  it("to a former address is expired", () => {
    const story = given(rules, byMail, changeTo(otherMail, minute));
    expect(story.when(link("password", minute, 1)).reply).toEqual(refused("link_expired"));
    expect(story.when(link("password", minute, 2)).reply).toEqual(accepted);
  });

  it("is used once it was disowned, whatever the proof", () => {
    for (const proof of [...everyProof, "wrong" as const]) {
      expect(given(rules, byMail, disown(1)).when(link(proof, minute)).reply).toEqual(refused("link_used"));
    }
  });

  it("lives and dies with its code", () => {
    expect(given(rules, byMail, rightCode(minute)).when(link("ticket", minute)).reply).toEqual(refused("link_used"));
    expect(given(rules, byMail).when(rightCode(linkLife)).reply).toEqual(refused("code_expired"));
    expect(given(rules, byMail).when(link("ticket", linkLife)).reply).toEqual(refused("link_expired"));
    const later = [byMail, resend(4 * hour)];
    expect(given(rules, ...later).when(rightCode(4 * hour, 1)).reply).toMatchObject({ ok: false });
    expect(given(rules, ...later).when(link("ticket", 4 * hour, 1)).reply).toMatchObject({ ok: false });
    const end = 12 * hour;
    expect(given(rules, ...later).when(rightCode(end - 1, 2)).reply).toEqual(accepted);
    expect(given(rules, ...later).when(link("ticket", end - 1, 2)).reply).toEqual(accepted);
    expect(given(rules, ...later).when(rightCode(end, 2)).reply).toEqual(refused("code_expired"));
    expect(given(rules, ...later).when(link("ticket", end, 2)).reply).toEqual(refused("link_expired"));
  });

  it("is never refused for guesses at the code", () => {
    const spent = times(5, "a guess is paid", wrongCode(minute));
    expect(givenStored(rules, byMail, ...spent).when(link("ticket", minute)).reply).toEqual(accepted);
  });
});

describe("a wrong password beside a link", () => {
  it.each([4, 3, 2, 1, 0])("says that %i tries are left", (attemptsLeft) => {
    const story = givenStored(rules, byMail, ...times(5 - attemptsLeft, "a password try is paid"));
    expect(story.when(link("wrong", minute)).reply).toEqual(refused("proof_wrong", { attemptsLeft }));
  });

  it("counts for the registration's whole life, whatever was sent or changed since", () => {
    const story = [
      byMail,
      ...times(3, "a password try is paid", link("wrong", minute)),
      changeTo(otherMail, 2 * minute),
      "a password try is paid" as const,
    ];
    const { reply } = givenStored(rules, ...story).when(link("wrong", 3 * minute, 2));
    expect(reply).toEqual(refused("proof_wrong", { attemptsLeft: 1 }));
  });

  it("changes nothing: only the store counts", () => {
    expect(given(rules, byMail).when(link("wrong", minute)).next).toEqual(told(rules, byMail));
  });

  it("never says that less than none is left", () => {
    const overpaid = { ...toldPending(rules, byMail), passwordTries: 7 };
    expect(step(overpaid, link("wrong", minute), rules).reply).toEqual(refused("proof_wrong", { attemptsLeft: 0 }));
  });

  it("leaves the fifth try good, and the ticket after it", () => {
    const spent = times(5, "a password try is paid");
    expect(givenStored(rules, byMail, ...spent).when(link("password", minute)).reply).toEqual(accepted);
    expect(givenStored(rules, byMail, ...spent).when(link("ticket", minute)).reply).toEqual(accepted);
  });
});
