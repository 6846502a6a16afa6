import type { Result } from "../result.js";
import { type FieldFacts, missing, readText } from "./field.js";
import { foldDigits } from "./unicode.js";

/** More than a code with a space around each digit. UTF-16 units. */
const typedMaximum = 64;

/** What keyboards and mail clients put between digits. */
const grouping = /[\p{White_Space}\p{Pd}\u2212]/gu;

/**
 * Turns what a visitor typed as a code into ASCII digits, or says why it cannot.
 *
 * Spaces and dashes between the digits go, the digits of every script are folded, leading zeros stay. Says nothing
 * about the right length: a shorter code comes back as it is, and is a wrong guess. Never a number, never a letter
 * taken for a digit.
 *
 * @example
 * ```ts
 * import { readCode } from "porchlight/values/code";
 *
 * const code = readCode("048 217");
 * if (code.ok) console.log(code.value); // 048217
 * ```
 *
 * @param typed at most 64 UTF-16 units with one to ten digits among them; else `field_malformed`
 */
export function readCode(typed: unknown): Result<string, FieldFacts> {
  const text = readText(typed, "code");
  if (!text.ok) return text;
  if (text.value.length > typedMaximum) return malformed;

  if (text.value.trim() === "") return missing("code");
  const digits = foldDigits(text.value.replace(grouping, ""));
  return /^[0-9]{1,10}$/.test(digits) ? { ok: true, value: digits } : malformed;
}

const malformed: Result<never, FieldFacts> = {
  ok: false,
  problems: [{ code: "field_malformed", field: "code", facts: { expected: "digits" } }],
};
