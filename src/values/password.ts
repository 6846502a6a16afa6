import type { None, ProblemOf, Result } from "../result.js";
import { isCommonPassword } from "./common-password.js";
import { type FieldFacts, readText } from "./field.js";
import { guessableFrom, type PasswordContext } from "./guessable-password.js";
import { hasControls, trim } from "./unicode.js";

/** Bounds of a password's length in Unicode code points, counted after NFC. */
export interface PasswordRules {
  readonly minLength: number;
  readonly maxLength: number;
}

/** What can be wrong with a password; lengths are code points after NFC. */
export interface PasswordFacts extends FieldFacts {
  password_too_short: { minimum: number; actual: number };
  password_too_long: { maximum: number };
  password_malformed: None;
  password_common: None;
  password_guessable: { from: "address" | "service" | "profile" };
  confirmation_mismatch: None;
}

/** The rules where a host chooses none. */
export const passwordRules: PasswordRules = {
  // NIST SP 800-63B-4 section 3.1.1.2 (1): 15 where the password is the only factor.
  minLength: 15,
  // Section 3.1.1.2 (2) asks for at least 64; 256 code points are at most 1,024 octets of UTF-8 to hash.
  maxLength: 256,
};

/** 256 code points of four octets, and no more work than that; looked at before NFC. UTF-16 units. */
const typedMaximum = 1_024;

/**
 * Decides whether a new password may be kept, and gives its NFC form, or all that is wrong with it at once.
 *
 * No kind of character is asked for, nothing is trimmed, nothing cut off. Refused are a length outside the rules, what
 * leaves nothing to see, what anybody would guess (listed words, runs, repetitions) and what could be guessed from
 * `context`; always as a whole value, never for a part of it.
 *
 * @example
 * ```ts
 * import { checkPassword } from "porchlight/values/password";
 *
 * const typed = "harbour tulip nine cranes";
 * const password = checkPassword(typed, { confirmation: typed, context: { service: ["Acme"] } });
 * if (!password.ok) console.log(password.problems);
 * ```
 *
 * @param typed at most 1,024 UTF-16 units; longer is `password_too_long`
 * @param options `confirmation` is compared where the key is present, so that `undefined` is a mismatch; `rules`
 *   replace {@link passwordRules} one by one; `context` names words the password must not consist of: the address (a
 *   number in E.164), the service, words of the profile; `blocklist` says whether it knows a password
 *   (in NFC, and long enough), as `isBlocklisted` of `porchlight/values/blocklist` does
 * @see NIST SP 800-63B-4 section 3.1.1.2
 */
export function checkPassword(
  typed: unknown,
  options: {
    readonly confirmation?: unknown;
    readonly rules?: Partial<PasswordRules> | undefined;
    readonly context?: PasswordContext | undefined;
    readonly blocklist?: ((password: string) => boolean) | undefined;
  } = {},
): Result<string, PasswordFacts> {
  const minimum = options.rules?.minLength ?? passwordRules.minLength;
  const maximum = options.rules?.maxLength ?? passwordRules.maxLength;
  const read = readShape(typed, maximum);
  if (!read.ok) return read;

  const password = read.value;
  const problems: ProblemOf<PasswordFacts>[] = [];
  const refuse = (problem: ProblemOf<PasswordFacts>) => problems.push(problem);

  const actual = Array.from(password).length;
  if (actual < minimum) refuse({ code: "password_too_short", field: "password", facts: { minimum, actual } });
  // Nothing more is asked of what is too long: looking at it would cost more than it is worth.
  if (actual > maximum) refuse(tooLongFor(maximum));
  // Nor is a list asked about what has to become longer in any case.
  else problems.push(...judge(password, options.context ?? {}, actual < minimum ? undefined : options.blocklist));

  if (Object.hasOwn(options, "confirmation") && !isSame(password, options.confirmation)) {
    refuse({ code: "confirmation_mismatch", field: "confirmation", facts: {} });
  }

  const [first, ...others] = problems;
  return first ? { ok: false, problems: [first, ...others] } : { ok: true, value: password };
}

/**
 * Gives a password in NFC, as it is hashed, whatever the rules say: what signing in needs.
 *
 * Refuses only what no registration can have accepted: no text, more than 1,024 UTF-16 units, ill-formed UTF-16 (whose
 * lone surrogates would all hash alike) and control characters.
 *
 * @example
 * ```ts
 * import { readPassword } from "porchlight/values/password";
 *
 * const password = readPassword("cafe\u0301 creme brulee");
 * if (password.ok) console.log(password.value === "caf\u00e9 creme brulee"); // true
 * ```
 */
export function readPassword(typed: unknown): Result<string, PasswordFacts> {
  return readShape(typed, passwordRules.maxLength);
}

function readShape(typed: unknown, maximum: number): Result<string, PasswordFacts> {
  const text = readText(typed, "password");
  if (!text.ok) return text;
  if (text.value.length > typedMaximum) return { ok: false, problems: [tooLongFor(maximum)] };
  if (!text.value.isWellFormed() || hasControls(text.value)) {
    return { ok: false, problems: [{ code: "password_malformed", field: "password", facts: {} }] };
  }
  // Section 3.1.1.2: NFC or NFKC before hashing; NFC keeps apart what the visitor sees as different.
  return { ok: true, value: text.value.normalize("NFC") };
}

/** What anybody would guess first; of several reasons the one that helps most. */
function judge(
  password: string,
  context: PasswordContext,
  blocklist: (password: string) => boolean = () => false,
): readonly ProblemOf<PasswordFacts>[] {
  if (trim(password) === "") return [{ code: "password_malformed", field: "password", facts: {} }];
  const from = guessableFrom(password, context);
  if (from !== undefined) return [{ code: "password_guessable", field: "password", facts: { from } }];
  const isCommon = isCommonPassword(password) || blocklist(password);
  return isCommon ? [{ code: "password_common", field: "password", facts: {} }] : [];
}

function tooLongFor(maximum: number): ProblemOf<PasswordFacts> {
  return { code: "password_too_long", field: "password", facts: { maximum } };
}

function isSame(password: string, confirmation: unknown): boolean {
  const read = readShape(confirmation, passwordRules.maxLength);
  return read.ok && read.value === password;
}
