import type { Decision } from "../core/decision.js";
import type { Command, Step } from "../core/registration.js";
import { step } from "../core/step.js";
import type { View } from "../core/view.js";
import type { Caller, Stored } from "../ports.js";
import { type Answer, answerBlank, answerOpen, answerStored } from "./answer.js";
import { settle } from "./commit.js";
import type { Context } from "./context.js";
import { type Handed, type Held, takeTicket, ticketExpired } from "./held.js";
import { receiptOf } from "./receipt-of.js";

type OpenHeld = Handed & { readonly kind: "open" };
type PointerHeld = Handed & { readonly kind: "pointer" };

/** Opens a ticket and goes to where it leads; one that leads nowhere is answered here. */
export async function visit(
  context: Context,
  typed: unknown,
  from: Caller,
  at: {
    readonly open: (held: OpenHeld) => Promise<Answer>;
    readonly stored: (stored: Stored, held: PointerHeld) => Promise<Answer>;
  },
): Promise<Answer> {
  const handed = await takeTicket(context, typed);
  if (handed.kind === "refused") return answerBlank(context, from, handed.problem);
  return handed.kind === "open" ? at.open(handed) : followPointer(context, handed, from, at.stored);
}

/** Finds the row that a ticket points to. */
export async function followPointer(
  context: Context,
  held: PointerHeld,
  from: Caller,
  atStored: (stored: Stored, held: PointerHeld) => Promise<Answer>,
): Promise<Answer> {
  const stored = await context.store.find(held.ticket.id);
  if (stored === undefined) return answerBlank(context, from, ticketExpired);
  const now = context.clock.now();
  if (now < held.ticket.expiresAt) return atStored(stored, held);
  // The row closes with its ticket, so that a clock that jumps back revives neither.
  await settle(context, stored, { do: "look", at: now });
  return answerBlank(context, from, ticketExpired);
}

/** An unfinished sign-up has no message yet; its own page is the answer. */
export function wrongStep(context: Context, held: OpenHeld, command: Command): Promise<Answer> {
  const { open } = held.ticket;
  const { reply } = step(open, command, context.rules);
  return answerOpen(context, open, reply.ok ? [] : [reply.problem], { open, sealed: held.sealed });
}

/** Puts a command to a stored registration and answers with what it came to. */
export async function put(
  context: Context,
  stored: Stored,
  held: Held,
  from: Caller,
  command: Command,
  alter?: (decision: Decision) => Decision,
): Promise<Answer> {
  const settled = await settle(context, stored, command, alter);
  if (settled === undefined) return answerBlank(context, from, ticketExpired);
  const { registration, problem, decision } = settled;
  const expired = registration.state === "closed" && registration.reason === "expired";
  if (expired) return answerBlank(context, from, problem ?? ticketExpired);
  const receipt = await receiptOf(context, registration, decision);
  return answerStored(context, registration, held, problem === undefined ? [] : [problem], receipt);
}

/** Narrows a verb's answer to the page that its success shows. */
export function showing<S extends Step>(answer: Answer, isPage: (page: View) => page is View<S>): Answer<S> {
  if (!answer.ok) return answer;
  const { registration } = answer;
  if (isPage(registration)) return { ...answer, registration };
  throw new TypeError(`A verb succeeded on the wrong page, "${registration.step}".`);
}

export const isPending = (page: View): page is View<"pending"> => page.step === "pending";
export const isActivated = (page: View): page is View<"activated"> => page.step === "activated";
export const isClosed = (page: View): page is View<"closed"> => page.step === "closed";
