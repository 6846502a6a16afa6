import fc from "fast-check";
import type { Limit } from "../../../src/ports.js";

/** One call of a limiter, `after` so many milliseconds; a clock that jumps back has a negative number. */
export interface Call {
  readonly after: number;
  readonly limits: readonly Limit[];
}

/** A key belongs to one window. */
const windows = { short: 1, middling: 60, long: 3600.5 };

const limit: fc.Arbitrary<Limit> = fc
  .record({
    key: fc.constantFrom("short", "middling", "long"),
    max: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(100, Number.POSITIVE_INFINITY)),
    cost: fc.constantFrom(0, 1, undefined),
  })
  .map(({ key, max, cost }) => ({ key, max, perSeconds: windows[key], cost: max > 100 ? 0 : cost }));

const after = fc.oneof(
  fc.constantFrom(0, 0.3, 1, 999, 1000, 59_999, 60_000, 3_600_500),
  fc.integer({ min: 0, max: 90_000 }),
  fc.integer({ min: -4_000_000, max: -1 }),
);

/** Calls at small limits, with jumps of the clock among them. A max of Infinity is only read: hits at it may be counted together. */
export const histories: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.record({ after, limits: fc.array(limit, { maxLength: 5 }) }),
  { minLength: 1, maxLength: 40 },
);

const often = { weight: 40, arbitrary: fc.integer({ min: 0, max: 600 }) };
const pauses = { weight: 1, arbitrary: fc.constantFrom(30_000, 60_000) };
const jumpsBack = { weight: 1, arbitrary: fc.integer({ min: -2_000, max: -1 }) };

/** Milliseconds between hits of one key that come often. */
export const steps: fc.Arbitrary<readonly number[]> = fc.array(fc.oneof(often, pauses), {
  minLength: 300,
  maxLength: 500,
});

/** As {@link steps}, of a clock that is set back now and then. */
export const unsteadySteps: fc.Arbitrary<readonly number[]> = fc.array(fc.oneof(often, pauses, jumpsBack), {
  minLength: 300,
  maxLength: 500,
});

export const begin: number = Date.UTC(2026, 0, 1);
