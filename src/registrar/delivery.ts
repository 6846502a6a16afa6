import type { Pending } from "../core/registration.js";
import { shownMasked } from "../core/view.js";
import { PorchlightError } from "../errors.js";
import type { Leased, Outgoing, Settlement } from "../ports.js";
import { pay, spacingBudget } from "./budgets.js";
import { isOwner, withKnownKey } from "./commit.js";
import { about, type Context } from "./context.js";
import { guarded, isTimeOut } from "./guard.js";
import { activatedLetter, pendingLetters, type Rendered } from "./letters.js";
import { asFault } from "./new-password.js";

/** What one pass came to. `sent` counts messages; what was put off may be an event that the host's callback refused. */
export interface Delivered {
  readonly sent: number;
  readonly retried: number;
  readonly failed: number;
}

const second = 1_000;
/** How long a leased entry is this process's own: several times the longest send. */
const leaseMs = 90 * second;
const batch = 20;
/** A provider that accepts late is better than one asked twice; a send has longer than other calls. */
const sendSeconds = 20;
/** A secret with less life left reaches nobody in time. */
const leastLifeMs = 60 * second;
/** Back-off: 5 s, doubled with each try, at most 15 minutes, give or take a fifth. */
const firstWaitMs = 5 * second;
const longestWaitMs = 15 * 60 * second;
const mostTries = 10;

/** Takes what is due, tries each once, and settles them all together. Empty when nothing is due. */
export async function deliverBatch(context: Context): Promise<Delivered & { readonly leased: number }> {
  const now = context.clock.now();
  const leased = await context.store.lease(now, now + leaseMs, batch);
  if (leased.length === 0) return { leased: 0, sent: 0, retried: 0, failed: 0 };
  const outcomes = await Promise.all(leased.map((entry) => tryOnce(context, entry)));
  await context.store.settle(outcomes);
  const messages = new Set(leased.filter(({ entry }) => entry.kind !== "event").map(({ id }) => id));
  return {
    leased: leased.length,
    sent: outcomes.filter(({ id, outcome }) => outcome === "sent" && messages.has(id)).length,
    retried: outcomes.filter(({ outcome }) => outcome === "retry").length,
    failed: outcomes.filter(({ outcome }) => outcome === "failed").length,
  };
}

async function tryOnce(context: Context, leased: Leased): Promise<Settlement> {
  const { id, lease } = leased;
  try {
    const outcome =
      leased.entry.kind === "event" ? await tellHost(context, leased) : await sendMessage(context, leased);
    return { id, lease, ...outcome };
  } catch (error) {
    const fault = asFault(error);
    const { registration, registrationId } = leased;
    context.tell({
      type: "fault",
      error: fault,
      ...(registration?.state === "pending" ? about(registration) : { registrationId }),
    });
    return { id, lease, ...afterFault(context, leased, fault) };
  }
}

type Outcome = Settlement extends infer S ? (S extends Settlement ? Omit<S, "id" | "lease"> : never) : never;

async function tellHost(context: Context, { entry }: Leased): Promise<Outcome> {
  const { onEvent } = context.options;
  if (entry.kind === "event" && onEvent !== undefined) {
    await guarded(() => onEvent(entry.event), { code: "ERR_HOST_CALLBACK", seconds: sendSeconds });
  }
  return { outcome: "sent" };
}

/** Looks again whether the message is still true; then exactly one send, on one channel, whoever has the address. */
async function sendMessage(context: Context, leased: Leased): Promise<Outcome> {
  if (isTooLate(context, leased)) return { outcome: "failed", event: failedEvent(context, leased) };
  const letter = await currentLetter(context, leased);
  if (letter === undefined) return { outcome: "dropped" };

  // Anybody can ask for a message to any address, so those keep their distance; the notice of an activation cannot be asked for.
  const spacing = leased.entry.kind === "activation" ? await spacingBudget(context, letter.identifier) : undefined;
  const room = spacing === undefined ? { ok: true as const } : await pay(context, [spacing]);
  if (!room.ok) return { outcome: "retry", dueAt: context.clock.now() + Math.max(1, room.retryAfterSeconds) * second };
  // Only now, so that a disowned message waits like any other and its ticket sees no difference.
  if (letter.disowned) return { outcome: "dropped" };
  try {
    await send(context, letter.rendered);
  } catch (error) {
    // What was not sent costs the address no wait; of a send that timed out nobody knows.
    if (spacing !== undefined && !isTimeOut(error)) await giveBack(context, spacing.key);
    throw error;
  }
  const { channel, masked } = shownMasked(letter.identifier);
  context.tell({ type: "sent", registrationId: leased.registrationId, channel, masked });
  return { outcome: "sent" };
}

/** A limiter that fails here costs a wait, not the knowledge of why the send failed. */
async function giveBack(context: Context, key: string): Promise<void> {
  try {
    await context.limiter.clear(key);
  } catch (error) {
    context.tell({ type: "fault", error: asFault(error) });
  }
}

/**
 * A current secret whose life is over, or nearly, before this message of it left: told as failed, so that its visitor
 * may ask for another at once. Judged before anything else is looked at.
 */
function isTooLate(context: Context, { entry, registration }: Leased): boolean {
  if (entry.kind !== "activation" || registration?.state !== "pending") return false;
  const { serial, expiresAt } = withKnownKey(context, registration).challenge;
  return serial === entry.serial && expiresAt - context.clock.now() < leastLifeMs;
}

interface Current {
  readonly rendered: Rendered;
  readonly identifier: Pending["identifier"];
  readonly disowned: boolean;
}

/** What is to be said now; undefined where it is no longer true. */
async function currentLetter(context: Context, leased: Leased): Promise<Current | undefined> {
  const { id, entry, registration, account } = leased;
  if (entry.kind === "event") return undefined;
  const { locale } = entry;
  if (entry.kind === "activated") {
    if (account === undefined) return undefined;
    const { identifier } = account;
    return { identifier, disowned: false, rendered: activatedLetter(context, { id, locale, identifier }) };
  }
  const current = registration?.state === "pending" && registration.challenge.serial === entry.serial;
  const pending = current ? registration : undefined;
  const letters = pending && (await pendingLetters(context, { id, locale, pending }));
  if (pending === undefined || letters === undefined) return undefined;
  // Asked in any case: the calls are the same, whoever has the address.
  const ownedByHost = await hasHostOwner(context, pending);
  const { identifier, disowned } = pending;
  return { identifier, disowned, rendered: leased.taken || ownedByHost ? letters.taken : letters.free };
}

async function hasHostOwner(context: Context, pending: Pending): Promise<boolean> {
  const { owner } = context.accounts;
  if (owner === undefined) return false;
  const call = () => owner(pending.identifier.key);
  return isOwner(await guarded(call, { code: "ERR_HOST_CALLBACK", seconds: 5 }));
}

/** On the channel of the letter; one that this process does not carry is a failure, for another one may. */
function send(context: Context, rendered: Rendered): Promise<void> {
  const { email, phone } = context.channels;
  const code = rendered.channel === "email" ? "ERR_MAILER" : "ERR_TEXTER";
  const call = async () => {
    if (rendered.channel === "email" && email) return email.mailer.send(rendered);
    if (rendered.channel === "phone" && phone) return phone.texter.send(rendered);
    throw new PorchlightError(code, { cause: { code: "CHANNEL_NOT_OFFERED" } });
  };
  return guarded(call, { code, seconds: sendSeconds });
}

/** A fault is tried again until its last try; an event until it is told. */
function afterFault(context: Context, leased: Leased, fault: PorchlightError): Outcome {
  const { entry, attempt } = leased;
  const asked = fault.code === "ERR_RATE_LIMITED" ? (fault.retryAfterSeconds ?? 60) * second : 0;
  const dueAt = context.clock.now() + Math.max(asked, backOff(attempt));
  // A try that would come too late is none: what was never sent is told as failed, not dropped in silence.
  const last = fault.code === "ERR_UNDELIVERABLE" || attempt >= mostTries || dueAt > deadline(leased);
  if (entry.kind === "event" || !last) return { outcome: "retry", dueAt };
  return { outcome: "failed", event: failedEvent(context, leased) };
}

/** Until when a message is worth sending: a secret while it lives long enough, a notice always. */
function deadline({ entry, registration }: Leased): number {
  const pending = entry.kind === "activation" && registration?.state === "pending" ? registration : undefined;
  return pending === undefined ? Number.POSITIVE_INFINITY : pending.challenge.expiresAt - leastLifeMs;
}

function backOff(attempt: number): number {
  const wait = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
  const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Math.round(wait * (0.8 + (0.4 * draw) / 2 ** 32));
}

/** Told through the outbox, in the commit that gives the message up. */
function failedEvent(context: Context, { id, registrationId, registration, account }: Leased): Outgoing | undefined {
  const identifier = registration?.state === "pending" ? registration.identifier : account?.identifier;
  if (identifier === undefined || context.options.onEvent === undefined) return undefined;
  const at = context.clock.now();
  const { channel, masked } = shownMasked(identifier);
  // The message's own id, free from now on: the same event however often this is tried.
  const event = { id, at, registrationId, channel, masked, type: "message.failed" } as const;
  return { id: event.id, registrationId, dueAt: at, entry: { kind: "event", event } };
}
