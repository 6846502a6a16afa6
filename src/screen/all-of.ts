import type { Screen } from "../ports.js";

/**
 * Passes whom every one of these screens passes.
 *
 * They are asked in order, and the first that does not pass has the last word: put those that cost nothing first, and a
 * honeypot before all that refuse, for a refusal tells a program that it was seen. Together they have the five seconds of
 * one screen.
 *
 * @example
 * ```ts
 * import { allOf } from "porchlight/screen/all-of";
 * import { roleScreen, technicalRoles } from "porchlight/screen/role";
 * const screen = allOf(roleScreen(technicalRoles), async ({ from }) => (from.ip === undefined ? "pretend" : "pass"));
 * ```
 */
export function allOf<P = unknown>(...screens: readonly [Screen<P>, ...Screen<P>[]]): Screen<P> {
  return async (candidate) => {
    for (const screen of screens) {
      const verdict = await screen(candidate);
      if (verdict !== "pass") return verdict;
    }
    return "pass";
  };
}
