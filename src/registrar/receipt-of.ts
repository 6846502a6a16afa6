import type { Decision } from "../core/decision.js";
import type { StoredRegistration } from "../core/registration.js";
import { signReceipt } from "../secrets/receipt.js";
import type { Context } from "./context.js";
import { asFault } from "./new-password.js";

/**
 * The receipt of the activation that was committed just now; undefined for all other decisions, so that whoever holds the
 * ticket later gets none, and after a bare link, which proves nothing about who clicked.
 *
 * A key that fails takes no account back: the answer lacks its receipt, and a signal says why.
 */
export async function receiptOf(
  context: Context,
  registration: StoredRegistration,
  decision: Decision,
): Promise<string | undefined> {
  const { receipts } = context.options;
  if (receipts === undefined || decision.account === undefined || registration.state !== "activated") return undefined;
  const { id, accountId, committedAt: activatedAt, by } = registration;
  if (by === "link") return undefined;
  try {
    return await signReceipt(receipts, { accountId, activatedAt, by }, context.clock.now());
  } catch (error) {
    context.tell({ type: "fault", error: asFault(error), registrationId: id });
    return undefined;
  }
}
