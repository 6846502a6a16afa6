import type { RefusalReason } from "../core/problem.js";
import type { Screen } from "../ports.js";
import type { Identifier } from "../values/identifier.js";

/**
 * Lets in whoever brings an invitation that the host knows: the text `invitation` of the sign-up's metadata.
 *
 * Without one the reason is `invitation_missing`; where `isOpen` says no, `invitation_invalid`. It is asked at the end of
 * the sign-up and at each change of address, at most ten times per solved captcha, and spends nothing: between it and the
 * activation lie up to 24 hours. An invitation for one person is spent in `accounts.insert`, inside the activation's
 * transaction; docs/screens.md has that whole.
 *
 * @example
 * ```ts
 * import { invitationScreen } from "porchlight/screen/invitation";
 * const open = new Set(["7Hq2-mT9x-0vKp-Ld4s"]);
 * const screen = invitationScreen(async (invitation) => open.has(invitation));
 * // registrar.start(fields, from, { invitation }), or `metadata` of the HTTP handler
 * ```
 *
 * @param isOpen may look at the address that is to be signed up, for an invitation that names one
 */
export function invitationScreen(isOpen: (invitation: string, identifier: Identifier) => Promise<boolean>): Screen {
  const refuse = (reason: RefusalReason) => ({ refuse: reason });
  return async ({ identifier, metadata }) => {
    const { invitation = "" } = metadata;
    if (invitation === "") return refuse("invitation_missing");
    return (await isOpen(invitation, identifier)) ? "pass" : refuse("invitation_invalid");
  };
}
