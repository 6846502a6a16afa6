import type { Problem } from "../core/problem.js";
import type { Metadata } from "../core/registration.js";
import { PorchlightError } from "../errors.js";
import type { Caller } from "../ports.js";
import type { Identifier } from "../values/identifier.js";
import { askBudget, pay } from "./budgets.js";
import type { Context } from "./context.js";
import { guarded } from "./guard.js";
import { limitedCaller } from "./refusals.js";

/** Asks the host whether this candidate may sign up. A screen that throws, or says anything else, lets nobody in. */
export async function screened(
  context: Context,
  candidate: {
    readonly id: string;
    readonly identifier: Identifier;
    readonly profile?: unknown;
    readonly metadata: Metadata;
    readonly from: Caller;
  },
): Promise<"pass" | "pretend" | Problem> {
  const { screen } = context.options;
  if (screen === undefined) return "pass";
  const room = await pay(context, askBudget(candidate.id));
  if (!room.ok) return limitedCaller(context, candidate, room);
  const { identifier, profile, metadata, from } = candidate;
  const call = () => screen({ identifier, profile, metadata, from });
  const verdict = await guarded(call, { code: "ERR_HOST_CALLBACK", seconds: 5 });
  if (verdict === "pass" || verdict === "pretend") return verdict;
  if (typeof verdict?.refuse === "string") {
    const { refuse: reason, field } = verdict;
    return { code: "refused", ...(typeof field === "string" && { field }), facts: { reason } };
  }
  throw new PorchlightError("ERR_HOST_CALLBACK", { cause: { code: "UNKNOWN_VERDICT" } });
}
