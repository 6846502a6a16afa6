import type { Problem } from "../core/problem.js";
import type { Open } from "../core/registration.js";
import { PorchlightError, recast } from "../errors.js";
import type { Caller } from "../ports.js";
import type { Secret } from "../secrets/secret.js";
import { askBudget, hashBudget, hasRoom, pay, type Room } from "./budgets.js";
import type { Context } from "./context.js";
import { limitedCaller } from "./refusals.js";

export type Hashed =
  | { readonly ok: true; readonly encoded: string }
  | { readonly ok: false; readonly problem: Problem };

/** Hashes the password of a sign-up, within the caller's and the registration's budget. */
export async function hashForSignUp(
  context: Context,
  open: Open,
  password: Secret<string>,
  from: Caller,
): Promise<Hashed> {
  const refuse = (room: Room & { readonly ok: false }): Hashed => ({
    ok: false,
    problem: limitedCaller(context, open, room),
  });
  const budget = await hashBudget(context, from, open.id);
  // Read first and paid only when it comes to hashing: refusing a breached password costs nobody a try.
  const early = await hasRoom(context, budget);
  if (!early.ok) return refuse(early);
  const asked: Room = context.breach ? await pay(context, askBudget(open.id)) : { ok: true };
  if (!asked.ok) return refuse(asked);
  const breached = await breachProblem(context, password);
  if (breached) return { ok: false, problem: breached };
  const room = await pay(context, budget);
  return room.ok ? hashNew(context, password) : refuse(room);
}

/** Whether a new password is known from breaches. A check that is down leaves it to the local list, and says so. */
export async function breachProblem(context: Context, password: Secret<string>): Promise<Problem | undefined> {
  if (context.breach === undefined) return undefined;
  try {
    const seen = await context.breach.count(password.reveal());
    return seen >= context.rules.breachThreshold
      ? { code: "password_breached", field: "password", facts: {} }
      : undefined;
  } catch (error) {
    context.tell({ type: "fault", error: asFault(error) });
    return undefined;
  }
}

/** Hashes; a full queue is an answer, not a fault. */
export async function hashNew(context: Context, password: Secret<string>): Promise<Hashed> {
  try {
    return { ok: true, encoded: await context.hasher.hash(password.reveal()) };
  } catch (error) {
    return { ok: false, problem: busy(error) };
  }
}

/** The answer to a hasher's full queue; anything else goes on being thrown. */
export function busy(error: unknown): Problem {
  if (!(error instanceof PorchlightError) || error.code !== "ERR_OVERLOADED") throw error;
  return { code: "busy", facts: { retryAfterSeconds: error.retryAfterSeconds ?? 2 } };
}

/** A fault of the background as what a signal may carry. */
export function asFault(error: unknown): PorchlightError {
  return recast(error, "ERR_HOST_CALLBACK");
}
