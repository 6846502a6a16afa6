import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKey, decide, keysOf } from "../../../src/limiter/window.js";
import type { Limit } from "../../../src/ports.js";
import { fixedClock } from "../../../src/testing/clock.js";
import { limiterContract } from "../../../src/testing/limiter-contract.js";
import { begin, histories, steps } from "./histories.js";
import { kept, limiterInMap } from "./kept.js";

const second = 1000;

/**
 * The promise word for word: every hit with its moment, moved to now where it lies in the future. A hit that was over
 * when its key was last written stays forgotten, though the clock jump back.
 */
function log() {
  const hits = new Map<string, readonly number[]>();
  return (limits: readonly Limit[], now: number) => {
    const live = ({ key, perSeconds }: Limit) =>
      (hits.get(key) ?? []).map((at) => Math.min(at, now)).filter((at) => at + perSeconds * second > now);
    const moved = limits.filter(({ key }) => hits.get(key)?.some((at) => at > now));
    const paid: Limit[] = [];
    const paidFor = ({ key }: Limit) => paid.filter((limit) => limit.key === key).map(() => now);

    let wait = 0;
    for (const limit of limits) {
      const counted = [...live(limit), ...paidFor(limit)];
      if (counted.length + 1 > limit.max) {
        const makesRoom = counted[counted.length - limit.max] ?? now;
        wait = makesRoom + limit.perSeconds * second - now;
        paid.length = 0;
        break;
      }
      if (limit.cost !== 0) paid.push(limit);
    }
    for (const limit of new Map([...moved, ...paid].map((one) => [one.key, one])).values()) {
      hits.set(limit.key, [...live(limit), ...paidFor(limit)]);
    }
    return { allowed: wait === 0, retryAfterSeconds: Math.ceil(wait / second) };
  };
}

const limit = (key: string, max = 2, perSeconds = 60): Limit => ({ key, max, perSeconds });

describe("the decision of a call", () => {
  it("is that of a log of every hit, for any calls at any moments of any clock", () => {
    fc.assert(
      fc.property(histories, (calls) => {
        const { call } = kept();
        const naive = log();
        let now = begin;
        for (const { after, limits } of calls) {
          now += after;
          const { written: _, ...answer } = call(limits, now);
          expect(answer).toEqual(naive(limits, now));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("at a max above 100 never lets more than max through, and refuses a hundredth of the window too long at most", () => {
    let refusals = 0;
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 140 }), steps, (max, afters) => {
        const { call, hits } = kept();
        const allowed: number[] = [];
        let now = begin;
        for (const after of afters) {
          now += after;
          const inLast = (ms: number) => allowed.filter((moment) => moment + ms > now).length;
          if (call([limit("many", max)], now).allowed) {
            expect(inLast(60_000)).toBeLessThan(max);
            allowed.push(now);
          } else {
            refusals += 1;
            expect(inLast(60_600)).toBeGreaterThanOrEqual(max);
          }
          expect(hits("many").length).toBeLessThanOrEqual(102);
        }
      }),
      { numRuns: 40 },
    );
    expect(refusals).toBeGreaterThan(100);
  });

  it("keeps a counter small where two clocks disagree", () => {
    const { call, hits } = kept();
    for (let n = 0; n < 2_000; n += 1) call([limit("many", 5_000)], begin + n * 10 + (n % 2) * 2_000);
    expect(hits("many").length).toBeLessThanOrEqual(203);
  });

  it("writes nothing for a call that only reads or is refused", () => {
    const { call } = kept();
    expect(call([{ ...limit("a"), cost: 0 }], begin).written).toBe(0);
    expect(call([limit("a"), limit("b"), limit("a")], begin)).toMatchObject({ allowed: true, written: 2 });
    expect(call([limit("c"), limit("a")], begin)).toEqual({ allowed: false, retryAfterSeconds: 60, written: 0 });
  });

  it("moves future hits to now, refused or only read, and only once", () => {
    const { call } = kept();
    call([limit("a", 1), limit("b", 1)], begin);
    const early = begin - 3_600_000;
    expect(call([limit("a", 1), limit("b", 1)], early)).toEqual({ allowed: false, retryAfterSeconds: 60, written: 2 });
    expect(call([limit("b", 1)], early + 59_999)).toEqual({ allowed: false, retryAfterSeconds: 1, written: 0 });

    const { call: read } = kept();
    read([limit("a", 3)], begin);
    expect(read([{ ...limit("a", 3), cost: 0 }], early)).toMatchObject({ allowed: true, written: 1 });
    expect(read([{ ...limit("a", 1), cost: 0 }], early + 59_999)).toMatchObject({ allowed: false, written: 0 });
    expect(read([{ ...limit("a", 1), cost: 0 }], early + 60_000)).toMatchObject({ allowed: true, written: 0 });
  });

  it("moves those hits of an entry that lie in the future, and leaves the others", () => {
    const { call, hits } = kept();
    for (const after of [0, 300]) call([limit("many", 1_000)], begin + after);
    call([{ ...limit("many", 1_000), cost: 0 }], begin + 100);
    expect(hits("many")).toEqual([[begin, begin + 100, 2]]);
  });

  it("keeps hits apart that were counted exactly, though a greater max reads them", () => {
    const { call, hits } = kept();
    for (const after of [0, 100, 200]) call([limit("a", 3)], begin + after);
    call([{ ...limit("a", 1_000), cost: 0 }], begin + 150);
    expect(hits("a")).toEqual([0, 100, 150].map((after) => [begin + after, begin + after, 1]));
  });

  it("writes when the window of the last hit ends, in whole milliseconds", () => {
    const { call, counters } = kept();
    call([limit("a", 2, 0.0015)], begin);
    expect(counters.get("a")?.endsAt).toBe(begin + 2);
    call([limit("b", 2, Number.MAX_VALUE)], begin);
    expect(counters.get("b")?.endsAt).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("forgets hits whose window is over", () => {
    const { call, hits } = kept();
    call([limit("a")], begin);
    call([limit("a")], begin + 30_000);
    call([limit("a")], begin + 60_000);
    expect(hits("a")).toEqual([
      [begin + 30_000, begin + 30_000, 1],
      [begin + 60_000, begin + 60_000, 1],
    ]);
  });

  it.each([
    ["no JSON", "x"],
    ["no list", "{}"],
    ["a list of something else", '[["2026", 1, 1]]'],
    ["half an entry", "[[1, 1]]"],
  ])("is none where a counter holds %s", (_, text) => {
    expect(() => decide([limit("a")], new Map([["a", text]]), begin)).toThrow();
  });

  it("is none without a moment", () => {
    expect(() => decide([limit("a")], new Map(), Number.NaN)).toThrow(TypeError);
  });
});

describe("decisions kept in a map keep the contract of a limiter:", () => {
  const subject = async () => {
    const clock = fixedClock();
    return { limiter: limiterInMap(clock), clock };
  };
  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});

describe("the keys of a call", () => {
  it.each([0, -0, 1, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
    "are taken at a max of %s",
    (max) => {
      expect(keysOf([{ key: "a", max, perSeconds: 0.001 }])).toEqual(["a"]);
    },
  );

  it("come sorted, each once", () => {
    expect(keysOf([limit("b"), limit("a"), limit("b")])).toEqual(["a", "b"]);
  });

  it.each(["", "a".repeat(255), "é".repeat(127), "😀".repeat(63), "' or 1=1--", "\u0001"])("may be %j", (key) => {
    expect(() => checkKey(key)).not.toThrow();
  });

  it.each(["a".repeat(256), "é".repeat(128), "😀".repeat(64), "a\0b", "\ud800", "a\udc00"])("may not be %j", (key) => {
    expect(() => keysOf([limit("fine"), limit(key)])).toThrow(TypeError);
  });

  it.each([
    { key: "a", max: Number.NaN, perSeconds: 60 },
    { key: "a", max: Number.NEGATIVE_INFINITY, perSeconds: 60 },
    { key: "a", max: -1, perSeconds: 60 },
    { key: "a", max: 2.5, perSeconds: 60 },
    { key: "a", max: 1, perSeconds: 0 },
    { key: "a", max: 1, perSeconds: -1 },
    { key: "a", max: 1, perSeconds: Number.NaN },
    { key: "a", max: 1, perSeconds: Number.POSITIVE_INFINITY },
  ])("are none where a limit is %j", (wrong) => {
    expect(() => keysOf([limit("fine"), wrong])).toThrow(TypeError);
  });
});
