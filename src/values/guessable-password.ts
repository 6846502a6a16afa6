import { shortestUnit } from "./common-password.js";
import { foldDigits } from "./unicode.js";

/** What an attacker who knows the account would try first, by where it is known from. */
export interface PasswordContext {
  readonly address?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly profile?: readonly string[] | undefined;
}

/** Shorter words are in everything. UTF-16 units. */
const shortestWord = 4;

/** Pairs are many: of the first eight words of a profile there are 64. */
const mostPaired = 8;

/** A national number without its trunk zero; fewer digits are shared by many. */
const shortestNumber = 7;

/**
 * Says from where a whole password could be guessed, or undefined.
 *
 * Case, width and everything but letters and digits do not count, and repetition does not help; neither does joining two
 * words of the profile. A word inside a longer password is not refused: NIST SP 800-63B-4 section 3.1.1.2 compares whole
 * values.
 */
export function guessableFrom(
  password: string,
  context: PasswordContext,
): "address" | "service" | "profile" | undefined {
  const sources = ["address", "service", "profile"] as const;
  const folded = fold(password);
  return sources.find((source) => {
    const words = context[source] ?? [];
    return words.some((word) => isMadeOf(folded, word)) || (source === "profile" && isPairOf(folded, words));
  });
}

/** First and last name, in fields of their own, and the like. */
function isPairOf(folded: string, words: readonly string[]): boolean {
  const names = words.slice(0, mostPaired).map(fold);
  return names.some((first) => names.some((second) => isRepetition(folded, first + second)));
}

function isMadeOf(folded: string, word: string): boolean {
  if (/^\+[0-9]+$/.test(word)) return isNumber(folded, word);
  const [localPart = ""] = word.split("@");
  return isRepetition(folded, fold(word)) || isRepetition(folded, fold(localPart));
}

/** True for a number as it is dialled at home and abroad: `07400 123461` and `0044 7400 123461` of `+447400123461`. */
function isNumber(folded: string, number: string): boolean {
  const digits = shortestUnit(folded).replace(/^0+/, "");
  return digits.length >= shortestNumber && fold(number).endsWith(digits);
}

function isRepetition(text: string, word: string): boolean {
  if (text === "" || word.length < shortestWord) return false;
  return text === word.repeat(Math.floor(text.length / word.length));
}

function fold(text: string): string {
  return foldDigits(text.normalize("NFKC").toLowerCase()).replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}
