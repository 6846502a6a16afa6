import { accept, type Decision, refuse } from "./decision.js";
import { stepOpen } from "./open.js";
import { stepPending } from "./pending.js";
import type { Activated, Closed, Command, Registration, Rules } from "./registration.js";

/**
 * Decides what a command does to a registration: the whole machine, and nothing but the machine.
 *
 * Total and pure: any state, any command and any rules give the same decision twice and never throw. It knows no
 * clock; it takes the later of the command's `at` and the registration's last commit, so that a clock that jumps back
 * revives nothing.
 *
 * @example
 * ```ts
 * import { openRegistration, readRules, step } from "porchlight";
 * const open = openRegistration({ id: "r1", at: 0, locale: "en", metadata: {} });
 * const decision = step(open, { do: "cancel", at: 1 }, readRules());
 * console.log(decision.next.state); // "closed"
 * ```
 */
export function step(registration: Registration, command: Command, rules: Rules): Decision {
  switch (registration.state) {
    case "open":
      return stepOpen(registration, command, rules, Math.max(command.at, registration.bornAt));
    case "pending":
      return stepPending(registration, command, rules, Math.max(command.at, registration.committedAt));
    case "activated":
    case "closed":
      return stepEnded(registration, command);
  }
}

/** What has ended stays as it is. */
function stepEnded(ended: Activated | Closed, command: Command): Decision {
  switch (command.do) {
    case "look":
    case "disown":
    case "lose":
      return accept(ended);
    case "activate": {
      const late = ended.state === "closed" && ended.reason === "expired";
      return refuse(ended, { code: late ? "link_expired" : "link_used", field: "link", facts: {} });
    }
    default:
      return refuse(ended, { code: "wrong_step", facts: { step: ended.state } });
  }
}
