/**
 * One shape for everything that a visitor can mend: a value, or all the problems at once.
 *
 * Plain data that survives JSON and `structuredClone`; nothing here is ever thrown.
 */
export type Result<T, Facts> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: ProblemsOf<Facts> };

/** At least one problem. */
export type ProblemsOf<Facts> = readonly [ProblemOf<Facts>, ...ProblemOf<Facts>[]];

/**
 * A problem by its `code`, with the `field` it concerns (`"password"`, `"profile.name"`) and the `facts` that say
 * what would pass. Never prose, never what was typed: words come from the languages in `messages/`.
 */
export type ProblemOf<Facts> = {
  readonly [K in keyof Facts]: { readonly code: K; readonly field?: string; readonly facts: Readonly<Facts[K]> };
}[keyof Facts];

/** The facts of a problem that needs none. */
export type None = Record<never, never>;
