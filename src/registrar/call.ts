import { PorchlightError } from "../errors.js";
import type { Caller } from "../ports.js";
import { pseudonymsOnce } from "../secrets/pseudonym.js";
import type { Verb } from "../signal.js";
import { callerName } from "./caller-name.js";
import { type Context, teller } from "./context.js";

/**
 * Makes one call of a verb. Its signals say which verb it was and whose call, and one that breaks tells its fault.
 *
 * The host's own calls have no caller.
 */
export async function call<T>(
  registrar: Context,
  verb: Verb,
  from: Caller | undefined,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const pseudonym = pseudonymsOnce(registrar.ring);
  // Nobody listens: nothing is worked out.
  if (registrar.options.onSignal === undefined) return work({ ...registrar, pseudonym });
  const caller = from && (await pseudonym("caller", callerName(from.ip)));
  const tell = teller(registrar, { verb, ...(caller !== undefined && { caller }) });
  const context = { ...registrar, pseudonym, tell };
  try {
    return await work(context);
  } catch (error) {
    // A TypeError is a slip of the host's, which no visitor can cause.
    if (error instanceof PorchlightError) context.tell({ type: "fault", error });
    throw error;
  }
}
