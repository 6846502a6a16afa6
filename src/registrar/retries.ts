import { shownMasked } from "../core/view.js";
import type { PorchlightError } from "../errors.js";
import type { Leased, Outgoing, Settlement } from "../ports.js";
import { askedWait } from "./channel-pauses.js";
import { withKnownKey } from "./commit.js";
import type { Context } from "./context.js";
import { pendingOf, recipientOf } from "./recipient.js";

/** What a try came to. */
export type Tried = Settlement extends infer S ? (S extends Settlement ? Omit<S, "id" | "lease"> : never) : never;

type Retry = Extract<Tried, { readonly outcome: "retry" }>;

const second = 1_000;
/** A secret with less life left reaches nobody in time. */
const leastLifeMs = 60 * second;
/** The notice of an activation is news for a day. */
const noticeLifeMs = 24 * 60 * 60 * second;
/** Back-off: 5 s, doubled with each try, at most 15 minutes, give or take a fifth. */
const firstWaitMs = 5 * second;
const longestBackOffMs = 15 * 60 * second;
const spread = 0.2;
const mostTries = 10;
/** What was put off together comes back one after the other: within a tenth of the wait, at most half a minute. */
const longestScatterMs = 30 * second;

/** Until when an entry is worth a try: a secret while it lives long enough, a notice for a day, an event always. */
export function deadlineOf(context: Context, leased: Leased): number {
  const { entry, account } = leased;
  const pending = pendingOf(leased);
  if (pending !== undefined) return withKnownKey(context, pending).challenge.expiresAt - leastLifeMs;
  if (entry.kind === "activated" && account !== undefined) return account.activatedAt + noticeLifeMs;
  return Number.POSITIVE_INFINITY;
}

/** A fault is tried again until its last try; an event until it is told. */
export function afterFault(context: Context, leased: Leased, fault: PorchlightError): Tried {
  const now = context.clock.now();
  const wait = backOff(leased.attempt);
  if (fault.code === "ERR_RATE_LIMITED") {
    const end = now + askedWait(fault);
    return asAsked(context, leased, end, { outcome: "retry", dueAt: Math.max(end, now + wait) });
  }
  const last = fault.code === "ERR_UNDELIVERABLE" || leased.attempt >= mostTries;
  // A try that would come too late is none: what was never sent is told as failed, not dropped in silence.
  const givenUp = last || now + wait > deadlineOf(context, leased);
  return givenUp && leased.entry.kind !== "event" ? failed(context, leased) : { outcome: "retry", dueAt: now + wait };
}

/** Not tried at all, because its channel rests until `end`. */
export function putOff(context: Context, leased: Leased, end: number): Tried {
  const scatter = Math.min((end - context.clock.now()) / 10, longestScatterMs);
  return asAsked(context, leased, end, notBefore(end + Math.round(scatter * draw())));
}

/** Due then, and no try has been made of it. */
export function notBefore(dueAt: number): Retry {
  return { outcome: "retry", dueAt, untried: true };
}

/** A provider's wait costs no message its last try: only its own deadline ends it. */
function asAsked(context: Context, leased: Leased, end: number, retry: Retry): Tried {
  const deadline = deadlineOf(context, leased);
  return end > deadline ? failed(context, leased) : { ...retry, dueAt: Math.min(retry.dueAt, deadline) };
}

/** Given up, visibly: told through the outbox, in the commit that gives the message up. */
export function failed(context: Context, leased: Leased): Tried {
  return { outcome: "failed", event: failedEvent(context, leased) };
}

function failedEvent(context: Context, leased: Leased): Outgoing | undefined {
  const { id, registrationId } = leased;
  const recipient = recipientOf(leased);
  if (recipient === undefined || context.options.onEvent === undefined) return undefined;
  const at = context.clock.now();
  const { channel, masked } = shownMasked(recipient);
  // The message's own id, free from now on: the same event however often this is tried.
  const event = { id, at, registrationId, channel, masked, type: "message.failed" } as const;
  return { id: event.id, registrationId, dueAt: at, entry: { kind: "event", event } };
}

function backOff(tries: number): number {
  const longest = Math.min(firstWaitMs * 2 ** (tries - 1), longestBackOffMs);
  return Math.round(longest * (1 - spread + 2 * spread * draw()));
}

/** Between 0 and 1; not that it matters, but from the source that cannot be foretold. */
function draw(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn / 2 ** 32;
}
