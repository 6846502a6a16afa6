import type { Fresh } from "../core/registration.js";
import { newNonce } from "../secrets/random.js";
import type { Identifier } from "../values/identifier.js";
import { guessBudget, hasRoom } from "./budgets.js";
import type { Context } from "./context.js";

/** Codes of an address whose guesses are spent: long enough to go on without a lock-out. */
export const longDigits = 10;

/** Draws what a new challenge for this address would be made of. */
export async function fresh(context: Context, identifier: Identifier): Promise<Fresh> {
  const { rules, ring } = context;
  const room = await hasRoom(context, await guessBudget(context, identifier));
  const short = identifier.channel === "phone" ? rules.smsDigits : rules.mailDigits;
  return { keyId: ring.seal, nonce: newNonce(), digits: room.ok ? short : longDigits };
}
