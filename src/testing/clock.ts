import type { Clock } from "../ports.js";

/** A clock that moves only when it is told to. */
export interface FixedClock extends Clock {
  /** Moves on by `ms`; a negative number moves back. */
  advance(ms: number): void;
  /** Jumps to `at`, in epoch milliseconds. */
  set(at: number): void;
}

/**
 * Makes a clock that stands, so that no test sleeps.
 *
 * @example
 * ```ts
 * import { fixedClock } from "porchlight/testing";
 * const clock = fixedClock();
 * clock.advance(60_000);
 * ```
 * @param at where it stands at first, in epoch milliseconds; default the start of 2026 (UTC)
 */
export function fixedClock(at: number = Date.UTC(2026, 0, 1)): FixedClock {
  let now = at;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    set(to) {
      now = to;
    },
  };
}
