import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRegistration } from "../../src/core/open.js";
import type { Command, Registration, Rules } from "../../src/core/registration.js";
import { step } from "../../src/core/step.js";
import { view } from "../../src/core/view.js";
import { stored } from "../unit/core/story.js";
import { brokenLaw, type Edge, isRefusedAsExpired, proves, timeOf } from "./laws-of-a-step.js";
import { commands, type Happening, histories, pendings, registrations, rulesWithinBounds } from "./registrations.js";

const thousands = { numRuns: 5_000 };

/** Every step of a history that begins with an empty page. What a store writes between two steps is in `before`. */
function walk(rules: Rules, happenings: readonly Happening[]): readonly Edge[] {
  let registration: Registration = openRegistration({ id: "r", at: 0, locale: "en", metadata: { plan: "free" } });
  let at = 0;
  const edges: Edge[] = [];
  for (const happening of happenings) {
    if (typeof happening === "string") {
      registration = stored(registration, happening, rules);
      continue;
    }
    at += happening.passed;
    const command: Command = { ...happening.command, at };
    const decision = step(registration, command, rules);
    edges.push({ before: registration, command, rules, decision });
    registration = decision.next;
  }
  return edges;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

describe("a step from any state that the type allows", () => {
  it("is total and pure: the same answer twice, no throw, nothing that came in is touched", () => {
    fc.assert(
      fc.property(registrations, commands, rulesWithinBounds, (registration, command, rules) => {
        const before = structuredClone([registration, command, rules]);
        const decision = step(frozen(registration), frozen(command), frozen(rules));
        expect(step(structuredClone(registration), structuredClone(command), rules)).toEqual(decision);
        expect([registration, command, rules]).toEqual(before);
      }),
      thousands,
    );
  });

  it("decides plain data that survives JSON and a clone", () => {
    fc.assert(
      fc.property(registrations, commands, rulesWithinBounds, (registration, command, rules) => {
        const decision = step(registration, command, rules);
        expect(structuredClone(decision)).toEqual(decision);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      thousands,
    );
  });

  it("does not throw at numbers that are none", () => {
    const numbers = fc.double();
    fc.assert(
      fc.property(pendings, commands, rulesWithinBounds, numbers, numbers, (pending, command, rules, one, other) => {
        const { challenge } = pending;
        const absurd = { ...pending, expiresAt: one, challenge: { ...challenge, sentAt: other, expiresAt: other } };
        const late = { ...command, at: one };
        expect(step(absurd, late, rules)).toEqual(step(absurd, late, rules));
      }),
      thousands,
    );
  });

  it("activates exactly by a proof that the host's rules call enough, of the present secret, in time", () => {
    fc.assert(
      fc.property(registrations, commands, rulesWithinBounds, (registration, command, rules) => {
        const { account, next } = step(registration, command, rules);
        expect(account !== undefined).toBe(registration.state === "pending" && proves(registration, command, rules));
        expect(account !== undefined).toBe(next.state === "activated" && registration.state !== "activated");
      }),
      { numRuns: 10_000 },
    );
  });

  it("does not depend on where the clock's zero is", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, fc.integer({ min: 1, max: 2 ** 41 }), (happenings, rules, shift) => {
        for (const { before, command } of walk(rules, happenings)) {
          const moved = step(shifted(before, shift), shiftedCommand(command, shift), rules);
          const decision = step(before, command, rules);
          expect(moved).toEqual({ ...decision, next: shifted(decision.next, shift) });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("tells a queued message from a sent one in nothing, and password tries in nothing but what is left", () => {
    fc.assert(
      fc.property(pendings, commands, rulesWithinBounds, (pending, command, rules) => {
        const { challenge } = pending;
        const queued = step({ ...pending, challenge: { ...challenge, delivery: "queued" } }, command, rules);
        const sent = step({ ...pending, challenge: { ...challenge, delivery: "sent" } }, command, rules);
        expect(withoutDelivery(sent)).toEqual(withoutDelivery(queued));
        const tried = step({ ...pending, passwordTries: 3 }, command, rules);
        const untried = step({ ...pending, passwordTries: 0 }, command, rules);
        expect(withoutTries(tried)).toEqual(withoutTries(untried));
      }),
      thousands,
    );
  });
});

describe("a history, with a store that counts and a clock that jumps", () => {
  it("breaks no law of a step", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, (happenings, rules) => {
        for (const edge of walk(rules, happenings)) expect(brokenLaw(edge)).toBeUndefined();
      }),
      thousands,
    );
  });

  it("makes at most one account", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, (happenings, rules) => {
        const accounts = walk(rules, happenings).filter(({ decision }) => decision.account !== undefined);
        expect(accounts.length).toBeLessThanOrEqual(1);
      }),
      thousands,
    );
  });

  it("comes often enough to where a law could break", () => {
    const walked = fc
      .sample(fc.tuple(histories, rulesWithinBounds), { numRuns: 2_000, seed: 1 })
      .map(([happenings, rules]) => walk(rules, happenings));
    const count = (choose: (edge: Edge) => boolean) => walked.filter((edges) => edges.some(choose)).length;
    expect({
      activated: count(({ decision }) => decision.account !== undefined) > 100,
      resent: count(({ before }) => before.state === "pending" && before.challenge.serial > 2) > 100,
      jumped: count(({ before, command }) => command.at < timeOf(before, command)) > 100,
      disowned: count(({ before }) => before.state === "pending" && before.disowned) > 100,
      refusedAsExpired:
        count(
          (edge) => edge.before.state === "pending" && isRefusedAsExpired(edge.before, edge.command, edge.decision),
        ) > 100,
    }).toEqual({ activated: true, resent: true, jumped: true, disowned: true, refusedAsExpired: true });
  });

  it("told again gives the same state, also when every state between went through JSON", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, (happenings, rules) => {
        const edges = walk(rules, happenings);
        expect(walk(rules, structuredClone(happenings))).toEqual(edges);
        for (const { before, command, decision } of edges) {
          const copied: Registration = JSON.parse(JSON.stringify(before));
          expect(step(copied, command, rules)).toEqual(decision);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never lets a secret work that was refused as expired, on whatever clock", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, (happenings, rules) => {
        let dead = 0;
        for (const { before, command, decision } of walk(rules, happenings)) {
          if (before.state !== "pending") continue;
          const { serial } = before.challenge;
          if (decision.account !== undefined) expect(serial).toBeGreaterThan(dead);
          const code = decision.reply.ok ? undefined : decision.reply.problem.code;
          const isPresent = "serial" in command && command.serial === serial;
          if (code === "code_expired" || (code === "link_expired" && isPresent)) dead = serial;
        }
      }),
      thousands,
    );
  });

  it("makes nobody who asks again when told to wait for a second time", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, (happenings, rules) => {
        for (const { command, decision } of walk(rules, happenings)) {
          const { reply, next } = decision;
          if (reply.ok || reply.problem.code !== "resend_too_early") continue;
          const at = command.at + reply.problem.facts.retryAfterSeconds * 1000;
          expect(step(next, { ...command, at }, rules).reply).not.toMatchObject({
            problem: { code: "resend_too_early" },
          });
        }
      }),
      thousands,
    );
  });
});

describe("somebody who proves nothing", () => {
  const blind = (happening: Happening): readonly Happening[] => {
    if (typeof happening === "string") return [happening];
    const { passed, command } = happening;
    if (command.do === "activate" || command.do === "disown") return [];
    return [
      { passed, command: command.do === "confirm" && command.right === true ? { ...command, right: false } : command },
    ];
  };
  const disowning: Happening = { passed: 0, command: { do: "disown", at: 0, serial: 1 } };

  it("hears the same sequence of replies whether the address disowned it meanwhile or not", () => {
    fc.assert(
      fc.property(histories, rulesWithinBounds, fc.nat({ max: 5 }), (happenings, rules, after) => {
        const told = happenings.flatMap(blind);
        const plain = walk(rules, told);
        const disowned = walk(rules, [...told.slice(0, after), disowning, ...told.slice(after)]);
        const replies = (edges: readonly Edge[]) =>
          edges.filter(({ command }) => command.do !== "disown").map(({ decision }) => decision.reply);
        expect(replies(disowned)).toEqual(replies(plain));
      }),
      thousands,
    );
  });
});

describe("what is left of a person", () => {
  const canaries = { address: "canary.address@example.com", password: "$argon2id$canary", name: "canary profile" };
  const identifier = { channel: "email", address: canaries.address, key: canaries.address } as const;

  it("in a stub is no address, no hash and no profile", () => {
    fc.assert(
      fc.property(pendings, commands, rulesWithinBounds, (pending, command, rules) => {
        const { password, name } = canaries;
        const { next } = step({ ...pending, identifier, password, profile: { name } }, command, rules);
        if (next.state === "pending") return;
        expect(JSON.stringify(next)).not.toMatch(/canary|argon2/);
      }),
      thousands,
    );
  });

  it("in a view is no password and no nonce, and no address in full once it is pending", () => {
    const shown = { channel: "email", masked: "c***@example.com" } as const;
    const proofs = { email: ["link", "code"], phone: ["code"] } as const;
    fc.assert(
      fc.property(registrations, rulesWithinBounds, fc.integer(), (registration, rules, now) => {
        const filled: Registration =
          registration.state === "open" || registration.state === "pending"
            ? { ...registration, identifier, password: canaries.password, profile: { name: canaries.name } }
            : registration;
        const secret: Registration =
          filled.state === "pending"
            ? { ...filled, challenge: { ...filled.challenge, nonce: "canary nonce", keyId: "canary key" } }
            : filled;
        const seen = view(secret, { now, rules, proofs, shown });
        expect(structuredClone(seen)).toEqual(seen);
        const typed = "missing" in seen && seen.identifier !== undefined;
        const text = JSON.stringify(typed ? { ...seen, identifier: { ...seen.identifier, display: "" } } : seen);
        expect(text).not.toContain("canary");
        expect(text).not.toContain("argon2");
      }),
      thousands,
    );
  });
});

function withoutDelivery(decision: ReturnType<typeof step>): object {
  const { next } = decision;
  return next.state === "pending"
    ? { ...decision, next: { ...next, challenge: { ...next.challenge, delivery: "" } } }
    : decision;
}

function withoutTries(decision: ReturnType<typeof step>): object {
  const { next, reply } = decision;
  const wrong = !reply.ok && reply.problem.code === "proof_wrong";
  return { ...decision, next: { ...next, passwordTries: 0 }, reply: wrong ? "proof_wrong" : reply };
}

function shifted(registration: Registration, by: number): Registration {
  switch (registration.state) {
    case "open":
      return {
        ...registration,
        bornAt: registration.bornAt + by,
        expiresAt: registration.expiresAt + by,
        ...(registration.humanUntil !== undefined && { humanUntil: registration.humanUntil + by }),
      };
    case "pending": {
      const { challenge } = registration;
      return {
        ...registration,
        expiresAt: registration.expiresAt + by,
        committedAt: registration.committedAt + by,
        challenge: {
          ...challenge,
          issuedAt: challenge.issuedAt + by,
          sentAt: challenge.sentAt + by,
          expiresAt: challenge.expiresAt + by,
        },
      };
    }
    default:
      return { ...registration, committedAt: registration.committedAt + by, keepUntil: registration.keepUntil + by };
  }
}

function shiftedCommand(command: Command, by: number): Command {
  const at = command.at + by;
  return command.do === "fill" && command.humanUntil !== undefined
    ? { ...command, at, humanUntil: command.humanUntil + by }
    : { ...command, at };
}
