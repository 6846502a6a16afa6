import type { Decision } from "../../src/core/decision.js";
import type { Activated, Closed, Command, Pending, Registration, Rules } from "../../src/core/registration.js";
import { step } from "../../src/core/step.js";

/** One step of a history: what was, what happened, what was decided. */
export interface Edge {
  readonly before: Registration;
  readonly command: Command;
  readonly rules: Rules;
  readonly decision: Decision;
}

type Law = (edge: Edge) => boolean;

/** What holds of every step that a history can take, by name. A law about pending registrations holds of others idly. */
export const lawsOfAStep: Readonly<Record<string, Law>> = {
  "the id stays": ({ before, decision }) => decision.next.id === before.id,

  "what has ended is the very same object for ever": ({ before, decision }) =>
    !isEnded(before) || decision.next === before,

  "nothing goes back from pending to open": ({ before, decision }) =>
    before.state === "open" || decision.next.state !== "open",

  "past its end it closes as expired, whatever happens": ({ before, command, decision }) =>
    isEnded(before) || timeOf(before, command) < endOf(before) || isClosedAs("expired", decision.next),

  "before its end it never closes as expired": ({ before, command, decision }) =>
    isEnded(before) || timeOf(before, command) >= endOf(before) || !isClosedAs("expired", decision.next),

  "it closes as cancelled by its own ticket only, as taken by the store only": ({ before, command, decision }) =>
    isEnded(before) ||
    ((!isClosedAs("cancelled", decision.next) || command.do === "cancel") &&
      (!isClosedAs("taken", decision.next) || command.do === "lose")),

  "an account is made exactly where it has just become activated, and it is the stub's": ({ before, decision }) => {
    const { next, account } = decision;
    return next.state === "activated" && before.state !== "activated"
      ? account === next.accountId
      : account === undefined;
  },

  "a good proof activates, and nothing else does": ({ before, command, rules, decision }) =>
    (decision.account !== undefined) === (before.state === "pending" && proves(before, command, rules)),

  "the stub of an activation says by what": ({ command, decision }) => {
    const { next, account } = decision;
    if (account === undefined || next.state !== "activated") return true;
    return next.by === (command.do === "activate" ? command.proof : "code");
  },

  "an activation message goes out exactly where a send is counted": ({ before, decision }) => {
    const counted = decision.next.state === "pending" && decision.next.sends - sendsOf(before) === 1;
    return (decision.send === "activation") === counted;
  },

  "a notice goes out exactly with an account": ({ decision }) =>
    (decision.send === "activated") === (decision.account !== undefined),

  "an event tells every change of state once it is pending, and no other": ({ before, decision }) =>
    decision.event === eventOf(before, decision.next),

  "a refusal makes no account and sends nothing": ({ decision }) =>
    decision.reply.ok || (decision.send === undefined && decision.account === undefined),

  "a stub holds nothing but its own fields": ({ decision: { next } }) =>
    !isEnded(next) || Object.keys(next).sort().join(" ") === stubFields[next.state],

  "a stub is kept until no ticket or link can name it": ({ before, decision }) =>
    isEnded(before) ||
    !isEnded(decision.next) ||
    decision.next.keepUntil >= (isClosedAs("expired", decision.next) ? decision.next.committedAt : endOf(before)),

  "no commit is earlier than the one before": ({ before, decision }) =>
    committedAtOf(decision.next) >= committedAtOf(before),

  "a new pending registration has one send, one address, no guess and no try": ({ before, decision }) => {
    const { next } = decision;
    if (before.state !== "open" || next.state !== "pending") return true;
    const { sends, addresses, passwordTries, disowned, addressSince, challenge } = next;
    const firsts = [sends, addresses, addressSince, challenge.serial];
    return firsts.every((count) => count === 1) && passwordTries === 0 && challenge.guesses === 0 && !disowned;
  },

  "a code never outlives its registration": ({ decision }) =>
    decision.next.state !== "pending" || decision.next.challenge.expiresAt <= decision.next.expiresAt,

  ...whilePending({
    "what was given stays given": (was, is) =>
      is.id === was.id &&
      is.locale === was.locale &&
      is.metadata === was.metadata &&
      is.password === was.password &&
      is.profile === was.profile &&
      is.consents === was.consents &&
      is.expiresAt === was.expiresAt,

    "the serial never falls, and rises by one, with a message": (was, is, { decision }) =>
      is.challenge.serial === was.challenge.serial ||
      (is.challenge.serial === was.challenge.serial + 1 && decision.send === "activation"),

    "one serial is one secret, with one life": (was, is) =>
      is.challenge.serial !== was.challenge.serial ||
      isSame(is.challenge, was.challenge, "guesses", "sentAt", "delivery"),

    "the guesses are written to zero with a new serial, and never otherwise": (was, is) =>
      is.challenge.guesses === (is.challenge.serial === was.challenge.serial ? was.challenge.guesses : 0),

    "the password's tries are never written": (was, is) => is.passwordTries === was.passwordTries,

    "sends grow one at a time, up to the rule": (was, is, { rules }) =>
      is.sends === was.sends || (is.sends === was.sends + 1 && is.sends <= rules.sendsPerRegistration),

    "addresses grow one at a time, up to the rule, with the address": (was, is, { rules }) =>
      (is.identifier.key === was.identifier.key && is.addresses === was.addresses) ||
      (is.addresses === was.addresses + 1 && is.addresses <= rules.addressesPerRegistration),

    "another address has a secret of its own": (was, is) =>
      is.identifier.key === was.identifier.key
        ? is.addressSince === was.addressSince
        : is.addressSince === is.challenge.serial && is.challenge.serial > was.challenge.serial,

    "a send is queued, and nothing else touches the delivery": (was, is, { decision }) =>
      is.challenge.delivery === (decision.send === undefined ? was.challenge.delivery : "queued"),

    "only another address lifts what was disowned": (was, is) =>
      !was.disowned || is.disowned || is.identifier.key !== was.identifier.key,

    "only a link of the present address disowns": (was, is, { command }) =>
      is.disowned === was.disowned ||
      !is.disowned ||
      (command.do === "disown" && command.serial >= was.addressSince && command.serial <= was.challenge.serial),

    "a refusal changes nothing but times": (was, is, { decision }) =>
      decision.reply.ok ||
      (isSame(is, was, "committedAt", "challenge") && isSame(is.challenge, was.challenge, "sentAt")),

    "what was refused as expired is dead on every later clock": (was, is, { command, decision }) =>
      !isRefusedAsExpired(was, command, decision) || is.committedAt >= is.challenge.expiresAt,

    "a wait is at most its own length, and long enough": (_, is, { command, rules, decision }) => {
      const { reply } = decision;
      if (reply.ok || reply.problem.code !== "resend_too_early") return true;
      const { retryAfterSeconds } = reply.problem.facts;
      if (retryAfterSeconds < 1 || retryAfterSeconds > rules.resendAfterSeconds) return false;
      const later = step(is, { ...command, at: command.at + retryAfterSeconds * 1000 }, rules);
      return later.send === "activation" || later.next.state === "closed";
    },

    "nobody who proves nothing sees whether it was disowned": (was, is, { command, rules, decision }) => {
      if (proves({ ...was, disowned: false }, command, rules) || command.do === "activate") return true;
      const other = step({ ...was, disowned: !was.disowned }, command, rules);
      if (!isSame(other, decision, "next", "reply") || !isSameReply(other, decision)) return false;
      if (command.do === "disown") return true;
      if (other.next.state !== "pending") return false;
      return isSame(other.next, is, "disowned", "challenge") && isSame(other.next.challenge, is.challenge);
    },
  }),
};

const named = Object.entries(lawsOfAStep);

/** The first law that a step breaks. */
export function brokenLaw(edge: Edge): string | undefined {
  for (const [name, law] of named) if (!law(edge)) return name;
  return undefined;
}

function whilePending(
  laws: Readonly<Record<string, (was: Pending, is: Pending, edge: Edge) => boolean>>,
): Readonly<Record<string, Law>> {
  return Object.fromEntries(
    Object.entries(laws).map(([name, law]): [string, Law] => [
      name,
      (edge) => {
        const { before, decision } = edge;
        return before.state !== "pending" || decision.next.state !== "pending" || law(before, decision.next, edge);
      },
    ]),
  );
}

/** The whole rule of who may activate, told once more and in other words. */
export function proves(pending: Pending, command: Command, rules: Rules): boolean {
  const { challenge, disowned } = pending;
  if (command.do !== "confirm" && command.do !== "activate") return false;
  const at = timeOf(pending, command);
  if (disowned || command.serial !== challenge.serial) return false;
  if (at >= challenge.expiresAt || at >= pending.expiresAt) return false;
  if (command.do === "confirm") return command.right === true && challenge.guesses <= rules.guessesPerCode;
  switch (command.proof) {
    case "password":
      return true;
    case "ticket":
      return rules.activation !== "password";
    case "link":
      return rules.activation === "anyone_with_the_link";
    default:
      return false;
  }
}

/** The later of the clock and the last commit. */
export function timeOf(registration: Registration, command: Command): number {
  return Math.max(command.at, registration.state === "open" ? registration.bornAt : registration.committedAt);
}

export function isEnded(registration: Registration): registration is Activated | Closed {
  return registration.state === "activated" || registration.state === "closed";
}

export function isRefusedAsExpired(was: Pending, command: Command, { reply }: Decision): boolean {
  if (reply.ok || !("serial" in command) || (command.do === "activate" && command.serial !== was.challenge.serial)) {
    return false;
  }
  return reply.problem.code === "code_expired" || reply.problem.code === "link_expired";
}

const stubFields = {
  activated: "accountId by committedAt id keepUntil state",
  closed: "committedAt id keepUntil reason state",
} as const;

function isClosedAs(reason: string, registration: Registration): boolean {
  return registration.state === "closed" && registration.reason === reason;
}

function eventOf(before: Registration, next: Registration): string | undefined {
  if (next.state === before.state) return undefined;
  if (next.state === "pending") return "registration.pending";
  if (before.state !== "pending") return undefined;
  return next.state === "activated" ? "account.activated" : "registration.closed";
}

const sendsOf = (registration: Registration): number => (registration.state === "pending" ? registration.sends : 0);

const endOf = (registration: Registration): number =>
  registration.state === "open" || registration.state === "pending" ? registration.expiresAt : Number.POSITIVE_INFINITY;

const committedAtOf = (registration: Registration): number =>
  registration.state === "open" ? registration.bornAt : registration.committedAt;

/** Whether two objects have the very same fields, some apart. */
function isSame<T extends object>(one: T, other: T, ...apart: readonly (keyof T)[]): boolean {
  if (one === other) return true;
  let balance = 0;
  for (const name in one) {
    balance += 1;
    if (one[name] !== other[name] && !apart.includes(name)) return false;
  }
  for (const _ in other) balance -= 1;
  return balance === 0;
}

function isSameReply({ reply: one }: Decision, { reply: other }: Decision): boolean {
  if (one.ok || other.ok) return one.ok === other.ok;
  return one.problem.code === other.problem.code && isSame(one.problem.facts, other.problem.facts);
}
