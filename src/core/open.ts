import { accept, type Decision, refuse } from "./decision.js";
import type { Challenge, Command, Fresh, Metadata, Open, OpenStep, Pending, Rules } from "./registration.js";

const minute = 60_000;

/** An unfinished sign-up is good for half an hour, and never past two hours from its birth. */
const openLife = 30 * minute;
const openLimit = 120 * minute;
/** A pending registration lives 24 hours from its first commit, the most that NIST SP 800-63B-4 §3.1.3.2 allows mail. */
const pendingLife = 24 * 60 * minute;

/** Begins a sign-up: an empty page and the id that it keeps for life. */
export function openRegistration(given: {
  readonly id: string;
  readonly at: number;
  readonly locale: string;
  readonly metadata: Metadata;
}): Open {
  const { id, at, locale, metadata } = given;
  return { state: "open", id, bornAt: at, expiresAt: at + openLife, locale, metadata };
}

/** What the visitor has still to give, in the order of the host's pages. */
export function missingSteps(open: Open, rules: Rules, at: number): readonly OpenStep[] {
  const given: Readonly<Record<OpenStep, boolean>> = {
    identifier: open.identifier !== undefined,
    password: open.password !== undefined,
    captcha: open.humanUntil !== undefined && at < open.humanUntil,
    profile: open.profile !== undefined && open.consents !== undefined,
  };
  return rules.steps.filter((name) => !given[name]);
}

/** Every command, met by a registration that lives in its ticket only. */
export function stepOpen(open: Open, command: Command, rules: Rules, at: number): Decision {
  if (at >= open.expiresAt) return expireOpen(open, command, at);
  switch (command.do) {
    case "fill":
      return fill(open, command, rules, at);
    case "change":
      return accept(renewed({ ...open, identifier: command.identifier }, at));
    case "cancel":
      return accept({ state: "closed", id: open.id, reason: "cancelled", committedAt: at, keepUntil: open.expiresAt });
    case "look":
    case "disown":
    case "lose":
      return accept(open);
    default:
      return refuse(open, {
        code: "wrong_step",
        facts: { step: missingSteps(open, rules, at)[0] ?? "identifier" },
      });
  }
}

function expireOpen(open: Open, command: Command, at: number): Decision {
  const next = { state: "closed", id: open.id, reason: "expired", committedAt: at, keepUntil: at } as const;
  return command.do === "look" ? accept(next) : refuse(next, { code: "ticket_expired", facts: {} });
}

/** Takes what was given and keeps the rest. The very same object where nothing was given. */
export function fillOpen(open: Open, given: Omit<Command & { readonly do: "fill" }, "fresh">): Open {
  const { identifier, password, humanUntil, profile, consents } = given;
  const parts = {
    ...(identifier !== undefined && { identifier }),
    ...(password !== undefined && { password }),
    ...(humanUntil !== undefined && { humanUntil }),
    ...(profile !== undefined && { profile }),
    ...(consents !== undefined && { consents }),
  };
  const at = Math.max(given.at, open.bornAt);
  return Object.keys(parts).length === 0 ? open : renewed({ ...open, ...parts }, at);
}

/** The last missing part makes it pending. */
function fill(open: Open, command: Command & { readonly do: "fill" }, rules: Rules, at: number): Decision {
  const filled = fillOpen(open, command);
  const pending = missingSteps(filled, rules, at).length === 0 ? complete(filled, command.fresh, rules, at) : undefined;
  if (pending === undefined) return accept(filled);
  return { next: pending, send: "activation", event: "registration.pending", reply: { ok: true } };
}

/** The ticket is sealed anew with each thing given, but not for ever. */
function renewed(open: Open, at: number): Open {
  return { ...open, expiresAt: Math.min(at + openLife, open.bornAt + openLimit) };
}

function complete(open: Open, fresh: Fresh, rules: Rules, at: number): Pending | undefined {
  const { id, locale, metadata, identifier, password, profile = null, consents = [] } = open;
  if (identifier === undefined || password === undefined) return undefined;
  const expiresAt = at + pendingLife;
  return {
    state: "pending",
    id,
    expiresAt,
    locale,
    metadata,
    identifier,
    password,
    profile,
    consents,
    challenge: newChallenge({ serial: 1, channel: identifier.channel, fresh, at, end: expiresAt }, rules),
    sends: 1,
    addresses: 1,
    passwordTries: 0,
    disowned: false,
    committedAt: at,
    addressSince: 1,
  };
}

/** A secret that has just been drawn: as long-lived as its channel allows, never past the registration's `end`. */
export function newChallenge(
  given: {
    readonly serial: number;
    readonly channel: "email" | "phone";
    readonly fresh: Fresh;
    readonly at: number;
    readonly end: number;
  },
  rules: Rules,
): Challenge {
  const { serial, channel, fresh, at, end } = given;
  const lifeSeconds = channel === "phone" ? rules.codeLifeSeconds : rules.linkLifeSeconds;
  return {
    serial,
    keyId: fresh.keyId,
    nonce: fresh.nonce,
    digits: fresh.digits,
    issuedAt: at,
    sentAt: at,
    expiresAt: Math.min(at + lifeSeconds * 1000, end),
    guesses: 0,
    delivery: "queued",
  };
}
