import type { Decision } from "../core/decision.js";
import type { Problem } from "../core/problem.js";
import type { Account, Command, Pending, Registration, StoredRegistration } from "../core/registration.js";
import { step } from "../core/step.js";
import { shownMasked } from "../core/view.js";
import { PorchlightError } from "../errors.js";
import type { Change, InTransaction, Outgoing, Stored, StoredAccount } from "../ports.js";
import type { Context } from "./context.js";
import { hostInsert, hostOwner } from "./host-accounts.js";

/** What a command came to. */
export interface Settled {
  readonly registration: StoredRegistration;
  readonly problem?: Problem;
  readonly decision: Decision;
}

/** Each loser of a race looks again at what the winner left; this many in a row do not lose by chance. */
const mostRounds = 20;

/**
 * Puts a command to a stored registration and commits what is decided, against whatever else happens to it meanwhile.
 *
 * A fact about a secret names its serial, so the command can be put again, unchanged, to the row that a winner left.
 * Undefined where the row is gone.
 */
export async function settle(
  context: Context,
  stored: Stored,
  command: Command,
  alter: (decision: Decision) => Decision = (decision) => decision,
): Promise<Settled | undefined> {
  let current: Stored | undefined = stored;
  for (let round = 0; current !== undefined && round < mostRounds; round += 1) {
    const before = withKnownKey(context, current.registration);
    const decision = alter(step(before, command, context.rules));
    const { next, reply } = decision;
    const settled = { decision, ...(reply.ok ? {} : { problem: reply.problem }) };
    if (next === before || next.state === "open") return { ...settled, registration: current.registration };

    const written = await commitDecision(context, current.version, before, decision);
    if (written === "taken") return lose(context, current, command);
    if (written !== "stale" && written.state !== "refused") return { ...settled, registration: written };
    const { version }: Stored = current;
    current = await context.store.find(current.registration.id);
    // Unless the other click of a double one spent meanwhile what the host refuses to this one.
    if (written !== "stale" && written.state === "refused" && current?.version === version) {
      return { decision, registration: current.registration, problem: written.problem };
    }
  }
  if (current === undefined) return undefined;
  throw new PorchlightError("ERR_STORE", { cause: { code: "CONTENTION" } });
}

/** For a host that pretends: all goes on as if, but nothing is sent and no code is right. */
export function pretending(decision: Decision): Decision {
  const { next, send } = decision;
  // The verdict is about the address that this message would go to; where none goes, the former address stays as it was.
  return next.state === "pending" && send !== undefined ? { ...decision, next: { ...next, disowned: true } } : decision;
}

/** Whoever proved the address hears that it has an account; the registration ends. */
async function lose(context: Context, stored: Stored, command: Command): Promise<Settled | undefined> {
  const { at } = command;
  // A bare link proves nothing about the ticket's holder, who must not see the difference.
  const bareLink = command.do === "activate" && command.proof === "link";
  const end: Command = bareLink ? { do: "disown", at, serial: command.serial } : { do: "lose", at };
  const settled = await settle(context, stored, end);
  if (settled?.registration.state === "activated") {
    // It was this registration itself that took the address, a moment ago, by its holder's other click.
    const current = await context.store.find(stored.registration.id);
    return current && settle(context, current, command);
  }
  const facts = { signInUrl: context.options.signInUrl };
  return settled && { ...settled, problem: { code: "already_registered", facts } };
}

/**
 * Commits a decision about a registration at the version that was read, 0 for a new one.
 *
 * Gives back what was written: the host may have named the account.
 */
export async function commitDecision(
  context: Context,
  base: number,
  before: Registration,
  decision: Decision,
): Promise<StoredRegistration | Refused | "stale" | "taken"> {
  const { next } = decision;
  if (next.state === "open") throw new TypeError("An open registration lives in its ticket; it is never stored.");
  const about = next.state === "pending" ? next : before.state === "pending" ? before : undefined;
  const outbox = about === undefined ? [] : outgoing(context, about, decision);
  const change: Change = { base, registration: next, outbox };
  if (next.state !== "activated" || before.state !== "pending") {
    const result = await context.store.commit(change);
    return result === "committed" ? next : result;
  }
  const account = accountOf(before, next.accountId, next.committedAt);
  const rows = hostRows(context, before, decision, account);
  const last: { run: Awaited<ReturnType<HostRows>> } = { run: undefined };
  const inTransaction: InTransaction<unknown> = async (tx) => {
    last.run = await rows?.(tx);
    // To the store a refusal is one more reason to roll back.
    return isRefused(last.run) ? "taken" : last.run;
  };
  const result = await context.store.commit({ ...change, account, inTransaction: rows && inTransaction });
  if (result === "taken" && isRefused(last.run)) return last.run;
  if (result !== "committed") return result;
  return typeof last.run === "object" && !isRefused(last.run) ? last.run.registration : next;
}

/** The host's part of the activation's transaction. */
type HostRows = (tx: unknown) => Promise<Awaited<ReturnType<InTransaction<unknown>>> | Refused>;

/** What the host refused there: nothing was written. */
interface Refused {
  readonly state: "refused";
  readonly problem: Problem;
}

function isRefused(run: Awaited<ReturnType<HostRows>>): run is Refused {
  return typeof run === "object" && "state" in run;
}

/** The messages and the event of a decision: ids and kinds, never an address or a secret. */
function outgoing(context: Context, about: Pending, decision: Decision): readonly Outgoing[] {
  const { next, send, event, account } = decision;
  const at = context.clock.now();
  const entries: Outgoing["entry"][] = [];
  const { challenge, identifier } = next.state === "pending" ? next : about;
  if (send !== undefined) {
    entries.push({ kind: send, channel: identifier.channel, serial: challenge.serial, locale: about.locale });
  }
  if (event !== undefined && context.options.onEvent !== undefined) {
    const { channel, masked } = shownMasked(about.identifier);
    const who = { registrationId: about.id, channel, masked, ...(account !== undefined && { accountId: account }) };
    entries.push({ kind: "event", event: { id: context.newId(), at, type: event, ...who } });
  }
  return entries.map((entry) => ({
    id: entry.kind === "event" ? entry.event.id : context.newId(),
    registrationId: about.id,
    dueAt: at,
    entry,
  }));
}

function accountOf(pending: Pending, id: string, activatedAt: number): StoredAccount {
  const { identifier, profile, consents, metadata, password } = pending;
  const account: Account = { id, identifier, profile, consents, metadata, activatedAt };
  return { account, password };
}

/** The host's part of the activation's transaction: is the address its own already, and its own row. */
function hostRows(context: Context, pending: Pending, decision: Decision, stored: StoredAccount): HostRows | undefined {
  const { owner, insert } = context.accounts;
  if (owner === undefined && insert === undefined) return undefined;
  return async (tx) => {
    if ((await hostOwner(context, pending.identifier.key, tx)) !== undefined) return "taken";
    const named = await hostInsert(context, tx, stored.account);
    if (named === "taken" || named === undefined) return named;
    if ("refuse" in named) {
      return { state: "refused", problem: { code: "refused", facts: { reason: named.refuse } } };
    }
    const { accountId } = named;
    const { next } = decision;
    if (next.state !== "activated") return undefined;
    const registration = { ...next, accountId };
    return {
      registration,
      account: { ...stored, account: { ...stored.account, id: accountId } },
      outbox: outgoing(context, pending, { ...decision, next: registration, account: accountId }),
    };
  };
}

/** A challenge whose key was removed is expired: answered, never thrown. */
export function withKnownKey<R extends StoredRegistration>(context: Context, registration: R): R {
  if (registration.state !== "pending") return registration;
  const { challenge } = registration;
  if (context.ring.ids.includes(challenge.keyId)) return registration;
  return { ...registration, challenge: { ...challenge, expiresAt: Math.min(challenge.expiresAt, challenge.issuedAt) } };
}
