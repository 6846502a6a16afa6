import type { RefusalReason } from "../core/problem.js";

/** What a visitor reads for each reason of ours; `other` where a host's reason is a code that nobody has words for. */
export type Refusals = Readonly<Record<RefusalReason | "other", string>>;

/** Words a refusal: ours in the visitor's language, a host's own sentence as it is, and no code of either. */
export function wordRefusal(refusals: Refusals): (facts: { readonly reason: string }) => string {
  return ({ reason }) => {
    if (isOurs(refusals, reason)) return refusals[reason];
    return isCode(reason) ? refusals.other : reason;
  };
}

function isOurs(refusals: Refusals, reason: string): reason is RefusalReason {
  return Object.hasOwn(refusals, reason);
}

/** ASCII without a space: no sentence of any language. */
function isCode(reason: string): boolean {
  return /^[\x21-\x7e]*$/.test(reason);
}
