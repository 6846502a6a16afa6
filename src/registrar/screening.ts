import type { Problem } from "../core/problem.js";
import type { Metadata } from "../core/registration.js";
import type { Caller } from "../ports.js";
import type { Identifier } from "../values/identifier.js";
import type { Context } from "./context.js";
import { guarded } from "./guard.js";

/** Asks the host whether this candidate may sign up. A screen that throws lets nobody in. */
export async function screened(
  context: Context,
  candidate: {
    readonly identifier: Identifier;
    readonly profile?: unknown;
    readonly metadata: Metadata;
    readonly from: Caller;
  },
): Promise<"pass" | "pretend" | Problem> {
  const { screen } = context.options;
  if (screen === undefined) return "pass";
  const { identifier, profile, metadata, from } = candidate;
  const call = () => screen({ identifier, profile, metadata, from });
  const verdict = await guarded(call, { code: "ERR_HOST_CALLBACK", seconds: 5 });
  return typeof verdict === "string" ? verdict : { code: "refused", facts: { reason: verdict.refuse } };
}
