import type { Result } from "../result.js";
import { isBlocklisted } from "../values/blocklist.js";
import type { Identifier } from "../values/identifier.js";
import { checkPassword, type PasswordFacts } from "../values/password.js";
import type { Context } from "./context.js";
import type { Form } from "./fields.js";

/** Decides about a new password that was typed twice, by the host's rules and by all that is known of its owner. */
export function checkTypedPassword(
  context: Context,
  form: Form,
  owner: { readonly identifier: Identifier | undefined; readonly profile: unknown },
): Result<string, PasswordFacts> {
  return checkPassword(form.get("password"), {
    confirmation: form.get("confirmation"),
    rules: context.rules.password,
    blocklist: isBlocklisted,
    context: {
      service: [context.options.service],
      address: owner.identifier === undefined ? [] : [owner.identifier.address],
      profile: wordsOf(owner.profile),
    },
  });
}

/** The texts of a profile, however deep: names and the like, that a password must not be. */
function wordsOf(profile: unknown): readonly string[] {
  if (typeof profile === "string") return [profile];
  // A profile is JSON of 1,024 bytes at most, which bounds both depth and number.
  return typeof profile === "object" && profile !== null ? Object.values(profile).flatMap(wordsOf) : [];
}
