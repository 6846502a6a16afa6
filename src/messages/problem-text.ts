import type { Problem, ProblemCode, ProblemFacts } from "../core/problem.js";
import type { Language } from "./language.js";
import { languageFor } from "./languages.js";

/**
 * Words a problem for the visitor who met it, in English, German or Simplified Chinese.
 *
 * `locale` is a tag or a whole Accept-Language header; anything else is English. The text is plain: escape it where it
 * enters HTML. `refused` and `profile_invalid` carry the host's own words, which come back as they are; a reason of
 * `refused` that is a code (ASCII without a space) and none of our own becomes a general sentence.
 *
 * @example
 * ```ts
 * import { problemText } from "porchlight";
 * problemText({ code: "code_wrong", facts: { attemptsLeft: 2 } }, "de-AT");
 * ```
 */
export function problemText(problem: Problem, locale?: string): string {
  return worded(languageFor(locale), problem);
}

type Of<C extends ProblemCode> = {
  readonly [K in C]: { readonly code: K; readonly facts: Readonly<ProblemFacts[K]> };
}[C];

/** Generic over the code, so that the compiler pairs each sentence with its own facts. */
function worded<C extends ProblemCode>(language: Language, problem: Of<C>): string {
  return language.problems[problem.code](problem.facts);
}
