import { describe, expect, it } from "vitest";
import { random } from "./seeded.js";
import { crops, keptShare, statisticsOf, welch, worstOf } from "./welch.js";

describe("Welch's t", () => {
  it.each([
    // Worked by hand: (3 - 6) / sqrt(2.5 / 5 + 10 / 5), 0, and (12 - 35) / sqrt(4 / 3 + 166.667 / 4).
    ["two small samples", [1, 2, 3, 4, 5], [2, 4, 6, 8, 10], -1.897367],
    ["samples of different sizes", [3, 4, 5], [1, 2, 3, 4, 5, 6, 7], 0],
    ["samples of unequal variance", [10, 12, 14], [20, 30, 40, 50], -3.507467],
  ])("of %s is known", (_, one, other, t) => {
    expect(welch(one, other)).toBeCloseTo(t, 6);
    expect(welch(other, one)).toBeCloseTo(-t, 6);
  });

  it("is nothing where nothing varies and nothing differs, and infinite where only the means do", () => {
    expect(welch([2, 2, 2], [2, 2])).toBe(0);
    expect(welch([2, 2, 2], [3, 3])).toBe(Number.NEGATIVE_INFINITY);
    expect(welch([1], [9, 9])).toBe(0);
  });
});

describe("the crops", () => {
  it("are dudect's: the first keeps three in ten, the last all but one in a thousand", () => {
    expect(keptShare(1)).toBeCloseTo(0.292893, 6);
    expect(keptShare(crops)).toBeCloseTo(0.999023, 6);
  });

  it("cut both samples at one threshold, that of all measurements together", () => {
    const ramp = Array.from({ length: 100 }, (_, n) => n);
    const statistics = statisticsOf({ free: ramp, taken: ramp.map((n) => n + 1_000) });
    expect(statistics).toHaveLength(crops + 1);
    expect(statistics[0]).toEqual({ name: "raw", t: expect.closeTo(-243.7, 1) });
    // The fastest three in ten are all of one class: there is nothing to compare them with.
    expect(statistics[1]).toEqual({ name: "fastest 29.3 %", t: 0 });
  });

  it("find a small difference under rare and huge outliers, which the raw t does not see", () => {
    const draw = random(1);
    const sample = (more: number) =>
      Array.from({ length: 5_000 }, () => 100 + 10 * draw() + more + (draw() < 0.01 ? 100_000 * draw() : 0));
    const samples = { free: sample(0), taken: sample(1) };
    expect(Math.abs(welch(samples.free, samples.taken))).toBeLessThan(4.5);
    expect(Math.abs(worstOf(statisticsOf(samples)).t)).toBeGreaterThan(10);
  });

  it("stay under 4.5 for two samples of one population, in 300 tries", () => {
    const draw = random(2);
    const sample = () => Array.from({ length: 500 }, () => 1 / (0.01 + draw()));
    const past = Array.from({ length: 300 }, () => worstOf(statisticsOf({ free: sample(), taken: sample() })));
    expect(past.filter(({ t }) => Math.abs(t) >= 4.5)).toEqual([]);
  });
});
