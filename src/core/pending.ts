import { accept, type Decision, refuse } from "./decision.js";
import { newChallenge } from "./open.js";
import type { Activated, ActivationProof, CloseReason, Command, Pending, Rules } from "./registration.js";

/** Tries at the password on activation, for a registration's whole life: as many as at one code (OWASP, NIST §3.2.2). */
export const passwordTriesPerRegistration = 5;

/** Every command, met by a registration that waits for its proof. */
export function stepPending(pending: Pending, command: Command, rules: Rules, at: number): Decision {
  if (at >= pending.expiresAt) return expire(pending, command, at);
  switch (command.do) {
    case "look":
      return accept(withWaitFromNow(pending, command.at, at));
    case "fill":
      return accept(pending);
    case "change":
      return change(pending, command, rules, at);
    case "resend":
      return resend(pending, command, rules, at);
    case "confirm":
      return confirm(pending, command, rules, at);
    case "activate":
      return activate(pending, command, rules, at);
    case "disown":
      return disown(pending, command.serial);
    case "cancel":
      return close(pending, "cancelled", at);
    case "lose":
      return close(pending, "taken", at);
  }
}

function close(pending: Pending, reason: CloseReason, at: number): Decision {
  return {
    next: { state: "closed", id: pending.id, reason, committedAt: at, keepUntil: Math.max(at, pending.expiresAt) },
    event: "registration.closed",
    reply: { ok: true },
  };
}

function expire(pending: Pending, command: Command, at: number): Decision {
  const closed = close(pending, "expired", at);
  switch (command.do) {
    case "confirm":
      return { ...closed, reply: { ok: false, problem: { code: "code_expired", field: "code", facts: {} } } };
    case "activate":
      return { ...closed, reply: { ok: false, problem: { code: "link_expired", field: "link", facts: {} } } };
    case "look":
    case "disown":
    case "lose":
      return closed;
    default:
      return { ...closed, reply: { ok: false, problem: { code: "wrong_step", facts: { step: "closed" } } } };
  }
}

/** Another address, and so another secret: whatever was sent before opens nothing any more. */
function change(pending: Pending, command: Command & { readonly do: "change" }, rules: Rules, at: number): Decision {
  const { identifier, fresh } = command;
  if (identifier.key === pending.identifier.key) return resend(pending, command, rules, at);
  const spent = pending.sends >= rules.sendsPerRegistration || pending.addresses >= rules.addressesPerRegistration;
  if (spent) return tooManyMessages(pending, at);
  const serial = pending.challenge.serial + 1;
  const challenge = newChallenge({ serial, channel: identifier.channel, fresh, at, end: pending.expiresAt }, rules);
  return {
    next: {
      ...pending,
      identifier,
      challenge: { ...challenge, sentAt: command.at },
      sends: pending.sends + 1,
      addresses: pending.addresses + 1,
      addressSince: serial,
      // It was the former address that said "not me".
      disowned: false,
      committedAt: at,
    },
    send: "activation",
    reply: { ok: true },
  };
}

/** The same secret while it is young, so that a late message still works; later a new one. */
function resend(
  pending: Pending,
  command: Command & { readonly do: "resend" | "change" },
  rules: Rules,
  at: number,
): Decision {
  const { challenge } = pending;
  if (pending.sends >= rules.sendsPerRegistration) return tooManyMessages(pending, at);

  const kept = withWaitFromNow(pending, command.at, at);
  const waitMs = kept.challenge.sentAt + rules.resendAfterSeconds * 1000 - command.at;
  if (challenge.delivery !== "failed" && waitMs > 0) {
    return refuse(kept, { code: "resend_too_early", facts: { retryAfterSeconds: Math.ceil(waitMs / 1000) } });
  }

  const young = at - challenge.issuedAt < (challenge.expiresAt - challenge.issuedAt) / 2;
  const unspent = challenge.guesses < rules.guessesPerCode;
  const longEnough = challenge.digits >= command.fresh.digits;
  const next =
    young && unspent && longEnough
      ? challenge
      : newChallenge(
          {
            serial: challenge.serial + 1,
            channel: pending.identifier.channel,
            fresh: command.fresh,
            at,
            end: pending.expiresAt,
          },
          rules,
        );
  return {
    next: {
      ...pending,
      // Another spelling of the same address counts from the message that goes there.
      identifier: command.do === "change" ? command.identifier : pending.identifier,
      challenge: { ...next, sentAt: command.at, delivery: "queued" },
      sends: pending.sends + 1,
      committedAt: at,
    },
    send: "activation",
    reply: { ok: true },
  };
}

/** Waits are measured on the caller's clock: one that jumped back starts the wait again, once, and never longer. */
function withWaitFromNow(pending: Pending, told: number, at: number): Pending {
  const { challenge } = pending;
  if (told >= challenge.sentAt) return pending;
  return { ...pending, challenge: { ...challenge, sentAt: told }, committedAt: at };
}

function tooManyMessages(pending: Pending, at: number): Decision {
  const retryAfterSeconds = Math.ceil((pending.expiresAt - at) / 1000);
  return refuse(pending, { code: "too_many_messages", facts: { retryAfterSeconds } });
}

function confirm(pending: Pending, command: Command & { readonly do: "confirm" }, rules: Rules, at: number): Decision {
  const { challenge } = pending;
  // The refusal is committed, so that a clock that jumps back does not revive the code.
  if (at >= challenge.expiresAt)
    return refuse(seenLate(pending, at), { code: "code_expired", field: "code", facts: {} });
  const attemptsLeft = rules.guessesPerCode - challenge.guesses;
  if (command.right === "locked" || attemptsLeft < 0)
    return refuse(pending, { code: "code_locked", field: "code", facts: {} });
  // A disowned registration goes on counting like any other: its ticket sees no difference.
  if (command.right && command.serial === challenge.serial && !pending.disowned) {
    return activated(pending, "code", command.accountId, at);
  }
  if (attemptsLeft === 0) return refuse(pending, { code: "code_locked", field: "code", facts: {} });
  return refuse(pending, { code: "code_wrong", field: "code", facts: { attemptsLeft } });
}

function activate(
  pending: Pending,
  command: Command & { readonly do: "activate" },
  rules: Rules,
  at: number,
): Decision {
  const { challenge } = pending;
  if (command.serial !== challenge.serial) return refuse(pending, { code: "link_expired", field: "link", facts: {} });
  if (at >= challenge.expiresAt)
    return refuse(seenLate(pending, at), { code: "link_expired", field: "link", facts: {} });
  if (pending.disowned) return refuse(pending, { code: "link_used", field: "link", facts: {} });
  const { proof } = command;
  if (proof === "wrong") {
    const attemptsLeft = Math.max(0, passwordTriesPerRegistration - pending.passwordTries);
    return refuse(pending, { code: "proof_wrong", field: "password", facts: { attemptsLeft } });
  }
  const by = enough[rules.activation].find((one) => one === proof);
  if (by === undefined) return refuse(pending, { code: "proof_required", field: "password", facts: {} });
  return activated(pending, by, command.accountId, at);
}

/**
 * The refusal of a late secret is committed, so that a clock that jumps back does not revive it: once, however often it is
 * tried, or a crowd of late tries would write against each other.
 */
function seenLate(pending: Pending, at: number): Pending {
  return pending.committedAt >= pending.challenge.expiresAt ? pending : { ...pending, committedAt: at };
}

/** What a link needs beside it, so that nobody activates an account that carries a stranger's password. */
const enough: Readonly<Record<Rules["activation"], readonly ActivationProof[]>> = {
  password: ["password"],
  ticket_or_password: ["ticket", "password"],
  anyone_with_the_link: ["ticket", "password", "link"],
};

function activated(pending: Pending, by: ActivationProof, accountId: string, at: number): Decision {
  const next: Activated = {
    state: "activated",
    id: pending.id,
    accountId,
    by,
    committedAt: at,
    keepUntil: pending.expiresAt,
  };
  return { next, send: "activated", account: accountId, event: "account.activated", reply: { ok: true } };
}

/** "This was not me", from any link that went to the present address: nothing more is sent, nothing opens any more. */
function disown(pending: Pending, serial: number): Decision {
  const addressed = serial >= pending.addressSince && serial <= pending.challenge.serial;
  if (!addressed || pending.disowned) return accept(pending);
  // Nothing else changes, not even the time of the last commit: the ticket's holder must not see by any clock that it was.
  return accept({ ...pending, disowned: true });
}
