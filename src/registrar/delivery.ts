import type { Pending, StoredRegistration } from "../core/registration.js";
import { shownMasked } from "../core/view.js";
import type { PorchlightError } from "../errors.js";
import type { Leased, Outgoing, Settlement } from "../ports.js";
import { pay, spacingBudget } from "./budgets.js";
import { withKnownKey } from "./commit.js";
import type { Context } from "./context.js";
import { guarded } from "./guard.js";
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
    context.tell({ type: "fault", error: fault, registrationId: leased.registrationId });
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
  const letter = await currentLetter(context, leased);
  if (letter === undefined) return { outcome: "dropped" };

  // Anybody can ask for a message to any address, so those keep their distance; the notice of an activation cannot be asked for.
  const spacing = leased.entry.kind === "activation" ? await spacingBudget(context, letter.identifier) : undefined;
  const room = spacing === undefined ? { ok: true as const } : await pay(context, [spacing]);
  if (!room.ok) return { outcome: "retry", dueAt: context.clock.now() + room.retryAfterSeconds * second };
  // Only now, so that a disowned message waits like any other and its ticket sees no difference.
  if (letter.disowned) return { outcome: "dropped" };
  try {
    await send(context, letter.rendered);
  } catch (error) {
    // What was not sent costs the address no wait.
    if (spacing !== undefined) await context.limiter.clear(spacing.key);
    throw error;
  }
  const { channel, masked } = shownMasked(letter.identifier);
  context.tell({ type: "sent", registrationId: leased.registrationId, channel, masked });
  return { outcome: "sent" };
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
  const pending = stillPending(context, registration, entry.serial);
  const letters = pending && (await pendingLetters(context, { id, locale, pending }));
  if (pending === undefined || letters === undefined) return undefined;
  // Asked in any case: the calls are the same, whoever has the address.
  const ownedByHost = await hasHostOwner(context, pending);
  const { identifier, disowned } = pending;
  return { identifier, disowned, rendered: leased.taken || ownedByHost ? letters.taken : letters.free };
}

function stillPending(
  context: Context,
  registration: StoredRegistration | undefined,
  serial: number,
): Pending | undefined {
  if (registration?.state !== "pending") return undefined;
  const { challenge } = withKnownKey(context, registration);
  const inTime = challenge.expiresAt - context.clock.now() >= leastLifeMs;
  return challenge.serial === serial && inTime ? registration : undefined;
}

async function hasHostOwner(context: Context, pending: Pending): Promise<boolean> {
  const { owner } = context.accounts;
  if (owner === undefined) return false;
  const call = () => owner(pending.identifier.key);
  return (await guarded(call, { code: "ERR_HOST_CALLBACK", seconds: 5 })) !== null;
}

function send(context: Context, rendered: Rendered): Promise<void> {
  const { email, phone } = context.channels;
  return guarded(
    async () => {
      if (rendered.channel === "email") await email?.mailer.send(rendered);
      else await phone?.texter.send(rendered);
    },
    { code: "ERR_HOST_CALLBACK", seconds: sendSeconds },
  );
}

/** A fault is tried again until its last try; an event until it is told. */
function afterFault(context: Context, leased: Leased, fault: PorchlightError): Outcome {
  const { entry, attempt } = leased;
  const final = entry.kind !== "event" && (fault.code === "ERR_UNDELIVERABLE" || attempt >= mostTries);
  if (final) return { outcome: "failed", event: failedEvent(context, leased) };
  const asked = fault.code === "ERR_RATE_LIMITED" ? (fault.retryAfterSeconds ?? 60) * second : 0;
  return { outcome: "retry", dueAt: context.clock.now() + Math.max(asked, backOff(attempt)) };
}

function backOff(attempt: number): number {
  const wait = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
  const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Math.round(wait * (0.8 + (0.4 * draw) / 2 ** 32));
}

/** Told through the outbox, in the commit that gives the message up. */
function failedEvent(context: Context, { registrationId, registration, account }: Leased): Outgoing | undefined {
  const identifier = registration?.state === "pending" ? registration.identifier : account?.identifier;
  if (identifier === undefined || context.options.onEvent === undefined) return undefined;
  const at = context.clock.now();
  const { channel, masked } = shownMasked(identifier);
  const event = { id: context.newId(), at, registrationId, channel, masked, type: "message.failed" } as const;
  return { id: event.id, registrationId, dueAt: at, entry: { kind: "event", event } };
}
