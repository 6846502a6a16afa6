import type { Command, Fresh } from "../core/registration.js";
import { step } from "../core/step.js";
import type { Caller, Stored } from "../ports.js";
import type { Identifier } from "../values/identifier.js";
import { type Answer, answerOpen, answerStored } from "./answer.js";
import { breakerBudget } from "./breaker.js";
import { payForMessage, sendBudget } from "./budgets.js";
import { pretending, withKnownKey } from "./commit.js";
import { about, type Context } from "./context.js";
import { addressNames, readAddress, readForm } from "./fields.js";
import { fresh } from "./fresh.js";
import type { Held } from "./held.js";
import { limitedMessages } from "./refusals.js";
import { screened } from "./screening.js";
import { isPending, put, showing, visit, wrongStep } from "./visit.js";

/** Stands in where no challenge will be drawn. */
const undrawn: Fresh = { keyId: "", nonce: "", digits: 0 };

/** Sends the present code or link again while it is young, a new one later. */
export async function resend(context: Context, typed: unknown, from: Caller): Promise<Answer<"pending">> {
  const at = context.clock.now();
  const answer = await visit(context, typed, from, {
    open: (held) => wrongStep(context, held, { do: "resend", at, fresh: undrawn }),
    stored: async (stored, held) => {
      const command = (drawn: Fresh): Command => ({ do: "resend", at, fresh: drawn });
      const answered = await sendAnother(context, { stored, held, from }, command);
      if (answered.ok) context.tell({ type: "resent", ...about(stored.registration) });
      return answered;
    },
  });
  return showing(answer, isPending);
}

/** Sends to another address: a typo mended, or mail instead of a phone. */
export async function change(context: Context, typed: unknown, fields: unknown, from: Caller): Promise<Answer> {
  const { form, problems } = readForm(fields, addressNames);
  const address = await readAddress(context, form);
  const faults = [...problems, ...address.problems];
  const identifier = faults.length === 0 ? address.identifier : undefined;
  if (identifier === undefined && faults.length === 0) faults.push({ code: "field_missing", facts: {} });
  const at = context.clock.now();
  return visit(context, typed, from, {
    open: async ({ ticket: { open }, sealed }) => {
      const changed = identifier && step(open, { do: "change", at, fresh: undrawn, identifier }, context.rules).next;
      const next = changed?.state === "open" ? changed : open;
      const answer = await answerOpen(context, next, faults, { open, sealed });
      if (answer.ok) context.tell({ type: "changed", ...about(next) });
      return answer;
    },
    stored: async (stored, held) => {
      if (identifier === undefined) return answerStored(context, stored.registration, held, faults);
      const command = (drawn: Fresh): Command => ({ do: "change", at, fresh: drawn, identifier });
      const answer = await sendAnother(context, { stored, held, from, to: identifier }, command);
      if (answer.ok) context.tell({ type: "changed", ...about({ id: stored.registration.id, identifier }) });
      return answer;
    },
  });
}

/** Decides first, pays for the message only where one would go out, and commits. */
async function sendAnother(
  context: Context,
  asked: { readonly stored: Stored; readonly held: Held; readonly from: Caller; readonly to?: Identifier },
  command: (drawn: Fresh) => Command,
): Promise<Answer> {
  const { stored, held, from } = asked;
  const pending = stored.registration;
  if (pending.state !== "pending") return put(context, stored, held, from, command(undrawn));
  const to = asked.to ?? pending.identifier;
  const drawn = command(await fresh(context, to));
  const wouldSend = step(withKnownKey(context, pending), drawn, context.rules).send !== undefined;
  if (!wouldSend) return put(context, stored, held, from, drawn);

  const candidate = { ...pending, identifier: to, from };
  const verdict = asked.to === undefined ? "pass" : await screened(context, candidate);
  if (typeof verdict === "object") return answerStored(context, pending, held, [verdict]);
  const message = { id: pending.id, number: pending.sends + 1, to };
  const budgets = [...(await sendBudget(context, to)), ...(await breakerBudget(context, to))];
  const room = await payForMessage(context, message, budgets);
  if (!room.ok) {
    const subject = { id: pending.id, identifier: to };
    return answerStored(context, pending, held, await limitedMessages(context, subject, room));
  }
  const answer = await put(context, stored, held, from, drawn, verdict === "pretend" ? pretending : undefined);
  context.messagesWait();
  return answer;
}
