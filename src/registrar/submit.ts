import { fillOpen, missingSteps } from "../core/open.js";
import type { Problem } from "../core/problem.js";
import type { Command, Open } from "../core/registration.js";
import { step } from "../core/step.js";
import { PorchlightError } from "../errors.js";
import type { Caller } from "../ports.js";
import { type Answer, answerBlank, answerOpen, answerStored } from "./answer.js";
import { breakerBudget } from "./breaker.js";
import { callBudget, hasRoomForMessage, pay, payForMessage, pendingBudget, sendBudget } from "./budgets.js";
import { commitDecision, pretending } from "./commit.js";
import { about, type Context } from "./context.js";
import { look } from "./follow.js";
import { fresh } from "./fresh.js";
import { type Held, takeTicket } from "./held.js";
import { judge } from "./human.js";
import { hashForSignUp } from "./new-password.js";
import { missingHalves } from "./profile.js";
import { limitedCaller, limitedMessages } from "./refusals.js";
import { screened } from "./screening.js";
import { readSubmission, type Submission } from "./submission.js";

type Given = Omit<Command & { readonly do: "fill" }, "fresh">;

/** Takes the fields of a page beside what is in the ticket already; the last missing one makes it pending. */
export async function submit(context: Context, typed: unknown, fields: unknown, from: Caller): Promise<Answer> {
  const handed = await takeTicket(context, typed);
  switch (handed.kind) {
    case "refused":
      return answerBlank(context, from, handed.problem);
    case "pointer":
      // The same form twice: the first one won, and its page is the answer.
      return look(context, handed, from);
    case "open":
      return submitOpen(context, handed.ticket.open, fields, from, handed);
  }
}

/** The same for a sign-up that is still open, whether it was handed in or has just begun. */
export async function submitOpen(
  context: Context,
  open: Open,
  fields: unknown,
  from: Caller,
  held?: Held,
): Promise<Answer> {
  const submission = await readSubmission(context, open, fields);
  const { given, problem } = await gather(context, open, submission, from);
  const filled = fillOpen(open, given);
  const missing = missingSteps(filled, context.rules, given.at);
  const problems = problem === undefined ? submission.problems : [problem];
  const was = held && { open, sealed: held.sealed };
  if (problems.length > 0) return answerOpen(context, filled, problems, was);
  if (missing.length === 0) return becomePending(context, filled, from, held);

  // The last page came and half of it was left empty; a page that has not come yet is no problem.
  const begun = filled.profile !== undefined || filled.consents !== undefined;
  const again = missingSteps(open, context.rules, given.at).length === 1;
  const halfGiven = missing.length === 1 && missing[0] === "profile" && !submission.empty && (begun || again);
  const answer = await answerOpen(context, filled, halfGiven ? missingHalves(context, filled) : [], was);
  // An empty page with its first ticket has said `started`, and nothing else has happened.
  const asked = held !== undefined || !submission.empty;
  if (answer.ok && asked) context.tell({ type: submission.empty ? "unchanged" : "filled", ...about(filled) });
  return answer;
}

/** Cheap before dear: a typo burns no captcha, and nothing is hashed for a caller past its limits. */
async function gather(
  context: Context,
  open: Open,
  submission: Submission,
  from: Caller,
): Promise<{ readonly given: Given; readonly problem?: Problem }> {
  const { identifier, profile, consents, password } = submission;
  const given: Given = {
    do: "fill",
    at: context.clock.now(),
    ...(identifier !== undefined && { identifier }),
    ...(profile !== undefined && { profile }),
    ...(consents !== undefined && { consents }),
  };
  if (submission.problems.length > 0 || submission.empty) return { given };

  const human = await becomeHuman(context, open, submission, from);
  if ("problem" in human) return { given, problem: human.problem };
  const known: Given = { ...given, ...human };

  if (password === undefined) return { given: known };
  const hashed = await hashForSignUp(context, open, password, from);
  return hashed.ok ? { given: { ...known, password: hashed.encoded } } : { given: known, problem: hashed.problem };
}

/** Until a captcha is passed each call counts against its caller. */
async function becomeHuman(
  context: Context,
  open: Open,
  submission: Submission,
  from: Caller,
): Promise<{ readonly humanUntil?: number } | { readonly problem: Problem }> {
  const { steps } = context.rules;
  const missing = missingSteps(open, context.rules, context.clock.now());
  const asked = steps.includes("captcha");
  if (asked && !missing.includes("captcha")) return {};
  const room = await pay(context, await callBudget(context, from));
  if (!room.ok) return { problem: limitedCaller(context, open, room) };
  if (submission.captcha !== undefined) return judge(context, open, submission.captcha, from);

  // Where the host put the captcha first, no password is hashed without one; at the end nothing else is left to give.
  const captchaFirst = asked && steps.indexOf("captcha") < steps.indexOf("password");
  const needed = (captchaFirst && submission.password !== undefined) || (asked && missing.length === 1);
  return needed ? { problem: { code: "captcha_missing", field: "captcha", facts: {} } } : {};
}

/** Everything is in: the host's last word, the budgets of the address, and one commit. */
async function becomePending(context: Context, open: Open, from: Caller, held?: Held): Promise<Answer> {
  const { identifier } = open;
  if (identifier === undefined) return stayOpen(context, open);
  const stay = (problems: readonly Problem[]) => answerOpen(context, open, problems);

  const budgets = [
    ...(await pendingBudget(context, from)),
    ...(await sendBudget(context, identifier)),
    ...(await breakerBudget(context, identifier)),
  ];
  const message = { id: open.id, number: 1, to: identifier };
  const early = await hasRoomForMessage(context, message, budgets);
  if (!early.ok) return stay(await limitedMessages(context, open, early));
  const verdict = await screened(context, { ...open, identifier, from });
  if (typeof verdict === "object") return stay([verdict]);
  // The host may have taken its time: a captcha that ran out meanwhile is asked for again, before anything is paid.
  if (missingSteps(open, context.rules, context.clock.now()).length > 0) return stayOpen(context, open);
  // Paid last, when nothing else can refuse, and once for all tickets of this registration.
  const room = await payForMessage(context, message, budgets);
  if (!room.ok) return stay(await limitedMessages(context, open, room));

  const drawn = await fresh(context, identifier);
  const decided = step(open, { do: "fill", at: context.clock.now(), fresh: drawn }, context.rules);
  const decision = verdict === "pretend" ? pretending(decided) : decided;
  const { next } = decision;
  if (next.state !== "pending") return stayOpen(context, open);
  const handed: Held = held ?? { sealed: "", ticket: { kind: "open", open } };
  if (typeof (await commitDecision(context, 0, open, decision)) === "object") {
    context.tell({ type: "submitted", ...about(next) });
    context.messagesWait();
    return answerStored(context, next, handed);
  }
  // The same ticket came twice, or forked: the first submit won, whatever the second form carried.
  const winner = await context.store.find(open.id);
  if (winner === undefined) throw new PorchlightError("ERR_STORE", { cause: { code: "CONTENTION" } });
  context.tell({ type: "unchanged", ...about(winner.registration) });
  return answerStored(context, winner.registration, handed);
}

/** What was given is kept, and something is missing again. */
function stayOpen(context: Context, open: Open): Promise<Answer> {
  context.tell({ type: "filled", ...about(open) });
  return answerOpen(context, open);
}
