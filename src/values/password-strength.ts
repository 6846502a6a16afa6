import { foldPassword, isCommonPassword, isWalk } from "./common-password.js";
import { commonWords } from "./common-words.js";
import { guessableFrom, type PasswordContext } from "./guessable-password.js";
import { trim } from "./unicode.js";

/** How hard a password is to guess. */
export interface Strength {
  /** 0 for what is guessed at once, up to 4; for a bar of that many parts. */
  readonly score: 0 | 1 | 2 | 3 | 4;
  /** The decimal logarithm of the guesses that it is thought to take: 6 for a million. */
  readonly guessesLog10: number;
}

/** Looking costs the square of the length, and more than this changes no score. Code points. */
const looksAt = 64;

/** In words that are shorter, chance has too large a part. UTF-16 units. */
const shortestWord = 4;

/** Three in a row make a run, a stretch of keys, or a piece seen before. Code points. */
const piece = 3;

/** Where each score begins. Wheeler, "zxcvbn", USENIX Security 2016, section 3: 10^3, 10^6, 10^8 and 10^10 guesses. */
const scoresFrom = [
  [10, 4],
  [8, 3],
  [6, 2],
  [3, 1],
] as const;

/**
 * Estimates how many guesses a password takes: advice for a page while somebody types, never a gate.
 *
 * What {@link checkPassword} refuses as common or guessable scores 0, whatever its length. Of anything else it counts the
 * characters that cannot be foretold from those before (no repetition, run, stretch of keys or common word) and gives each
 * what NIST once gave the characters of a password that a person chose: little, and less for every further one. It knows
 * no dictionary and no breach. So it is kinder than an attacker to a line of a song, and harder than it need be on what a
 * generator drew. Looks at the first 64 code points.
 *
 * @example
 * ```ts
 * import { estimateStrength } from "porchlight/values/password-strength";
 *
 * console.log(estimateStrength("kkkkkkkkkkkkkkQ").score); // 0
 * console.log(estimateStrength("harbour tulip nine cranes").score); // 4
 * ```
 *
 * @param options as those of {@link checkPassword}: words of the owner, and a list such as `isBlocklisted`
 * @see NIST SP 800-63-2 (2013) appendix A.2.1, withdrawn as a rule, and here no rule either
 */
export function estimateStrength(
  typed: string,
  options: {
    readonly context?: PasswordContext | undefined;
    readonly blocklist?: ((password: string) => boolean) | undefined;
  } = {},
): Strength {
  const password = Array.from(typed.slice(0, 2 * looksAt))
    .slice(0, looksAt)
    .join("");
  const { context = {}, blocklist = () => false } = options;
  const known =
    trim(password) === "" ||
    guessableFrom(password, context) !== undefined ||
    isCommonPassword(password) ||
    blocklist(password);
  const guessesLog10 = known ? 0 : bitsOf(unforetold(foldPassword(password))) * Math.log10(2);
  const [, score] = scoresFrom.find(([from]) => guessesLog10 >= from) ?? [0, 0];
  return { score, guessesLog10 };
}

/** How many characters are news. */
function unforetold(folded: string): number {
  const text = Array.from(withoutWords(folded));
  return text.filter((_, at) => !isForetold(text, at)).length;
}

/** Whether a character ends three that follow each other in some order, or that were there before. */
function isForetold(text: readonly string[], at: number): boolean {
  const [first = "", second = "", third = ""] = text.slice(Math.max(0, at + 1 - piece), at + 1);
  if (third === "") return false;
  const [step, next] = [codeOf(second) - codeOf(first), codeOf(third) - codeOf(second)];
  const isRun = step === next && Math.abs(step) <= 1;
  const last = first + second + third;
  return isRun || isWalk(last) || text.slice(0, at).join("").includes(last);
}

function codeOf(point: string): number {
  return point.codePointAt(0) ?? 0;
}

/** A common word is as good as its first letter. */
function withoutWords(text: string): string {
  const words = [...commonWords].filter((word) => word.length >= shortestWord).sort((a, b) => b.length - a.length);
  return words.reduce((rest, word) => rest.replaceAll(word, word.charAt(0)), text);
}

/** NIST SP 800-63-2, appendix A.2.1: 4 bits for the first character, 2 for the next seven, 1.5 up to the 20th, then 1. */
function bitsOf(count: number): number {
  return [
    { upTo: 1, bits: 4 },
    { upTo: 8, bits: 2 },
    { upTo: 20, bits: 1.5 },
    { upTo: Number.POSITIVE_INFINITY, bits: 1 },
  ].reduce(
    ({ sum, from }, { upTo, bits }) => ({ sum: sum + bits * Math.max(0, Math.min(count, upTo) - from), from: upTo }),
    { sum: 0, from: 0 },
  ).sum;
}
