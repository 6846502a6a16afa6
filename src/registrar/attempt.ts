import { shownMasked } from "../core/view.js";
import { PorchlightError } from "../errors.js";
import type { Leased, Settlement } from "../ports.js";
import type { Identifier } from "../values/identifier.js";
import { pay, payForNotice, spacingBudget } from "./budgets.js";
import { askedWait, type ChannelPauses } from "./channel-pauses.js";
import { about, type Context } from "./context.js";
import { guarded, isTimeOut } from "./guard.js";
import { hostOwner } from "./host-accounts.js";
import { activatedLetter, pendingLetters, type Rendered } from "./letters.js";
import { asFault } from "./new-password.js";
import { pendingOf, recipientOf } from "./recipient.js";
import { afterFault, deadlineOf, failed, notBefore, putOff, type Tried } from "./retries.js";

const second = 1_000;
/** A provider that accepts late is better than one asked twice; a send has longer than other calls. */
const sendSeconds = 20;
/** As any callback of the host: twenty that hang hold up all other events. */
const eventSeconds = 5;

/** Tries one leased entry once. Never throws: a fault is a signal, and an outcome. */
export async function attempt(context: Context, pauses: ChannelPauses, leased: Leased): Promise<Settlement> {
  const { id, lease } = leased;
  try {
    if (leased.unreadable) throw new PorchlightError("ERR_STORE", { cause: { code: "UNREADABLE" } });
    const outcome =
      leased.entry.kind === "event" ? await tellHost(context, leased) : await sendMessage(context, pauses, leased);
    tellOutcome(context, leased, outcome);
    return { id, lease, ...outcome };
  } catch (error) {
    const fault = asFault(error);
    const { registration, registrationId } = leased;
    context.tell({
      type: "fault",
      error: fault,
      ...(registration?.state === "pending" ? about(registration) : { registrationId }),
    });
    const outcome = afterFault(context, leased, fault);
    tellOutcome(context, leased, outcome);
    return { id, lease, ...outcome };
  }
}

/** What became of a message; one that is tried again has not come to anything yet. */
function tellOutcome(context: Context, leased: Leased, { outcome }: Tried): void {
  const { entry, registrationId } = leased;
  if (entry.kind === "event" || outcome === "retry") return;
  const recipient = recipientOf(leased);
  const type = outcome === "failed" ? "given_up" : outcome;
  context.tell({ type, message: entry.kind, registrationId, ...(recipient && shownMasked(recipient)) });
}

async function tellHost(context: Context, { entry }: Leased): Promise<Tried> {
  if (entry.kind !== "event") return { outcome: "dropped" };
  const { onEvent } = context.options;
  // A process without a listener leases no events; a store that gives it one all the same must not lose it.
  if (onEvent === undefined) throw new PorchlightError("ERR_HOST_CALLBACK", { cause: { code: "NO_LISTENER" } });
  await guarded(() => onEvent(entry.event), { code: "ERR_HOST_CALLBACK", seconds: eventSeconds });
  return { outcome: "sent" };
}

/** Looks again whether the message is still true; then exactly one send, on one channel, whoever has the address. */
async function sendMessage(context: Context, pauses: ChannelPauses, leased: Leased): Promise<Tried> {
  const recipient = recipientOf(leased);
  if (recipient === undefined) return { outcome: "dropped" };
  const now = context.clock.now();
  // Told as failed, so that its visitor may ask for another at once. Judged before anything else is looked at.
  if (now > deadlineOf(context, leased)) return failed(context, leased);
  const rest = pauses.endOf(recipient.channel, now);
  if (rest !== undefined) return putOff(context, leased, rest);
  const rendered = await currentLetter(context, leased, recipient);
  if (rendered === undefined) return { outcome: "dropped" };

  // Anybody can ask for a message to any address, so those keep their distance; the notice of an activation cannot be asked for.
  const spacing = leased.entry.kind === "activation" ? await spacingBudget(context, recipient) : undefined;
  const room = await (spacing === undefined ? payForNotice(context, leased.id, recipient) : pay(context, [spacing]));
  if (!room.ok && spacing !== undefined) {
    return notBefore(context.clock.now() + Math.max(1, room.retryAfterSeconds) * second);
  }
  if (!room.ok) {
    // A notice does not wait for room: what comes free belongs to those who wait for a code.
    const { registrationId } = leased;
    context.tell({ type: "limited", by: room.by, registrationId, ...shownMasked(recipient) });
    return failed(context, leased);
  }
  // Only now, so that a disowned message waits like any other and its ticket sees no difference.
  if (pendingOf(leased)?.disowned) return { outcome: "dropped" };
  try {
    await send(context, rendered);
  } catch (error) {
    if (error instanceof PorchlightError && error.code === "ERR_RATE_LIMITED") {
      pauses.begin(recipient.channel, context.clock.now(), askedWait(error));
    }
    // What was not sent costs the address no wait; of a send that timed out nobody knows.
    if (spacing !== undefined && !isTimeOut(error)) await giveBack(context, spacing.key);
    throw error;
  }
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

/** What is to be said now; undefined where its secret can no longer be derived. */
async function currentLetter(context: Context, leased: Leased, identifier: Identifier): Promise<Rendered | undefined> {
  const { id, entry, taken } = leased;
  if (entry.kind === "event") return undefined;
  const { locale } = entry;
  const pending = pendingOf(leased);
  if (pending === undefined) return activatedLetter(context, { id, locale, identifier });
  const letters = await pendingLetters(context, { id, locale, pending });
  if (letters === undefined) return undefined;
  // Asked in any case: the calls are the same, whoever has the address.
  const ownedByHost = (await hostOwner(context, identifier.key)) !== undefined;
  return taken || ownedByHost ? letters.taken : letters.free;
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
