import type { Result } from "../result.js";
import { type EmailFacts, parseEmail } from "./email.js";
import { readText } from "./field.js";
import type { Identifier } from "./identifier.js";
import { type PhoneFacts, parsePhone } from "./phone.js";

/**
 * Turns what a visitor typed into one sign-in field into an {@link Identifier}, or says why it cannot.
 *
 * What contains an `@` is an e-mail address, all else a telephone number. Accepts whatever a registration may have
 * accepted, a local part beyond ASCII and every type of number among it: whether there is such an account, only its
 * key can tell. Loads the telephone metadata, about 0.1 s once.
 *
 * @example
 * ```ts
 * import { parseIdentifier } from "porchlight/values/parse-identifier";
 *
 * const identifier = parseIdentifier("07400 123461", { country: "GB" });
 * if (identifier.ok) console.log(identifier.value.key); // +447400123461
 * ```
 *
 * @param typed at most 1,024 UTF-16 units for an address, 64 for a number
 * @param options `country` reads national numbers, as for {@link parsePhone}
 */
export function parseIdentifier(
  typed: unknown,
  options: { readonly country?: string | undefined } = {},
): Result<Identifier, EmailFacts & PhoneFacts> {
  const text = readText(typed, "identifier");
  if (!text.ok) return text;
  const parsed: Result<Identifier, EmailFacts & PhoneFacts> = text.value.slice(0, 1_025).includes("@")
    ? parseEmail(text.value, { smtpUtf8: true })
    : parsePhone(text.value, { country: options.country, types: ["mobile", "mobile_or_landline", "voip"] });
  if (parsed.ok) return parsed;

  // An address has one problem at a time.
  const [problem] = parsed.problems;
  return { ok: false, problems: [{ ...problem, field: "identifier" }] };
}
