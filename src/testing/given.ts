import type { Decision } from "../core/decision.js";
import { openRegistration } from "../core/open.js";
import type { Command, Registration, Rules } from "../core/registration.js";
import { step } from "../core/step.js";

/**
 * Tells a history and asks what one more command does: tests of the machine become sentences.
 *
 * The story begins with an open registration, born when its first command happens.
 *
 * @example
 * ```ts
 * import { readRules } from "porchlight";
 * import { given } from "porchlight/testing";
 * const decision = given(readRules(), { do: "look", at: 0 }).when({ do: "cancel", at: 1 });
 * console.log(decision.next.state); // "closed"
 * ```
 */
export function given(rules: Rules, ...history: readonly Command[]): { when(command: Command): Decision } {
  return {
    when(command) {
      const at = history[0]?.at ?? command.at;
      const born: Registration = openRegistration({ id: "registration-1", at, locale: "en", metadata: {} });
      const told = history.reduce<Registration>((registration, past) => step(registration, past, rules).next, born);
      return step(told, command, rules);
    },
  };
}
