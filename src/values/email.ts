import type { None, Result } from "../result.js";
import { toALabels } from "./domain.js";
import { type FieldFacts, missing, readText } from "./field.js";
import { hasUnseen, trim } from "./unicode.js";

/**
 * An e-mail address that may become an account.
 *
 * Mail goes to `address`: what was typed, trimmed, in NFC. `key` is what is unique: the local part in lower case, the
 * domain as A-labels. No rule of a provider enters it, so that dots and `+tags` keep addresses apart.
 */
export interface Email {
  readonly channel: "email";
  readonly address: string;
  readonly key: string;
}

/** What can be wrong with an e-mail address; `maximum` counts octets in UTF-8. */
export interface EmailFacts extends FieldFacts {
  email_malformed: { part: "local" | "domain" | "whole" };
  email_not_ascii: None;
  email_too_long: { maximum: number };
}

// RFC 5321 section 4.5.3.1.3: a path has 256 octets, of which the angle brackets take two.
const maximum = 254;

// RFC 5321 section 4.5.3.1.1.
const localMaximum = 64;

/** Room for an address with padding and U-labels; looked at before any other work. UTF-16 units. */
const typedMaximum = 1_024;

// RFC 5322 section 3.2.3, dot-atom; RFC 6531 section 3.3 adds everything beyond ASCII.
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~\x80-\u{10FFFF}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\x80-\u{10FFFF}-]+)*$/u;
const beyondAscii = /[^\0-\x7F]/;

/**
 * Turns what a visitor typed into an {@link Email}, or says why it cannot.
 *
 * Does not ask whether the mailbox exists. White space and invisible characters are trimmed at the ends and refused
 * inside. Refused, although an RFC allows them: quoted local parts, comments, address literals, domains of one label
 * and those kept for tests (`.test`, `.example`, `.invalid`, `.localhost`). A local part longer than 64 octets is
 * `email_malformed`, one beyond ASCII `email_not_ascii` without `smtpUtf8`, an address longer than 254 `email_too_long`.
 *
 * @example
 * ```ts
 * import { parseEmail } from "porchlight/values/email";
 *
 * const email = parseEmail(" Ada@Bücher.example.com ");
 * if (email.ok) console.log(email.value.key); // ada@xn--bcher-kva.example.com
 * else console.log(email.problems);
 * ```
 *
 * @param typed at most 1,024 UTF-16 units; longer is `email_too_long`
 * @param options `smtpUtf8` (default false) allows a local part beyond ASCII, for a mailer that speaks RFC 6531;
 *   one that NFKC would rewrite is refused all the same, so that key and address never name two mailboxes
 * @see RFC 5321 section 4.5.3.1
 */
export function parseEmail(
  typed: unknown,
  options: { readonly smtpUtf8?: boolean | undefined } = {},
): Result<Email, EmailFacts> {
  const text = readText(typed, "email");
  if (!text.ok) return text;
  if (text.value.length > typedMaximum) return tooLong();

  const trimmed = trim(text.value);
  if (trimmed === "") return missing("email");
  if (hasUnseen(trimmed)) return malformed("whole");

  const at = trimmed.indexOf("@");
  if (at === -1 || trimmed.includes("@", at + 1)) return malformed("whole");
  const [before, after] = [trimmed.slice(0, at), trimmed.slice(at + 1)];

  if (options.smtpUtf8 !== true && beyondAscii.test(before)) return notAscii;
  const local = readLocalPart(before);
  if (local === undefined) return malformed("local");
  const domain = toALabels(after);
  if (domain === undefined) return malformed("domain");

  const address = `${local}@${after.normalize("NFC")}`;
  const key = `${fold(local)}@${domain}`;
  if ([address, `${local}@${domain}`, key].some((form) => octets(form) > maximum)) return tooLong();
  return { ok: true, value: { channel: "email", address, key } };
}

/**
 * The local part in NFC. NFC makes ASCII of a few characters, a K of U+212A and a semicolon of U+037E: therefore ASCII
 * is asked for before it, and the dot-atom after it.
 */
function readLocalPart(typed: string): string | undefined {
  const local = typed.normalize("NFC");
  if (!dotAtom.test(local) || octets(local) > localMaximum) return undefined;
  return local === typed.normalize("NFKC") ? local : undefined;
}

/** Lower case without a language. A final sigma is a sigma, or else `ΝΙΚΟΣ` and `νικοσ` would be two accounts. */
function fold(local: string): string {
  return local.toLowerCase().replaceAll("ς", "σ").normalize("NFKC");
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}

const notAscii: Result<never, EmailFacts> = {
  ok: false,
  problems: [{ code: "email_not_ascii", field: "email", facts: {} }],
};

function malformed(part: "local" | "domain" | "whole"): Result<never, EmailFacts> {
  return { ok: false, problems: [{ code: "email_malformed", field: "email", facts: { part } }] };
}

function tooLong(): Result<never, EmailFacts> {
  return { ok: false, problems: [{ code: "email_too_long", field: "email", facts: { maximum } }] };
}
