import type { Problem } from "./problem.js";
import type { Event, Registration } from "./registration.js";

/**
 * One commit: what to keep, what to send, which account to make, what to tell, what to answer.
 *
 * There is no list of effects to interpret: a decision *is* the change. `next` is the very object that came in where
 * nothing changed.
 */
export interface Decision {
  readonly next: Registration;
  readonly send?: "activation" | "activated";
  /** The id of the account that this decision makes. */
  readonly account?: string;
  readonly event?: Event["type"];
  readonly reply: { readonly ok: true } | { readonly ok: false; readonly problem: Problem };
}

/** Answers yes and keeps `next`. */
export function accept(next: Registration): Decision {
  return { next, reply: { ok: true } };
}

/** Answers no with one problem; `next` is what is kept all the same. */
export function refuse(next: Registration, problem: Problem): Decision {
  return { next, reply: { ok: false, problem } };
}
