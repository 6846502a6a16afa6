/** The mean of a sample, and its variance by the unbiased estimate. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** Two samples that would be alike if nothing leaked, such as times of calls for a free and for a taken address. */
export interface Samples {
  readonly free: readonly number[];
  readonly taken: readonly number[];
}

/** Welch's t of two samples of unequal variance: how many standard errors their means are apart. */
export function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [momentsOf(one), momentsOf(other)];
  if (a.count < 2 || b.count < 2) return 0;
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
  if (error > 0) return (a.mean - b.mean) / error;
  return a.mean === b.mean ? 0 : Math.sign(a.mean - b.mean) * Number.POSITIVE_INFINITY;
}

function momentsOf(sample: readonly number[]): Moments {
  const count = sample.length;
  const mean = sample.reduce((sum, value) => sum + value, 0) / count;
  const squares = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: squares / (count - 1) };
}

/** Of twenty: "raw", then each share of the fastest calls that is looked at by itself. */
export const crops = 20;

/**
 * The share of all measurements that the n-th of {@link crops} keeps, from 0.293 to 0.999: 1 − 2^(−10 n / crops), as
 * dudect crops (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", 2017). What is slow for reasons of
 * its own, such as a collection of garbage, is above most of them.
 */
export function keptShare(crop: number): number {
  return 1 - 0.5 ** ((10 * crop) / crops);
}

/** One comparison of the two samples. */
export interface Statistic {
  readonly name: string;
  readonly t: number;
}

/** Welch's t of all measurements, and of those under each of the percentiles of both samples together. */
export function statisticsOf({ free, taken }: Samples): readonly Statistic[] {
  const pooled = [...free, ...taken].sort((a, b) => a - b);
  const cropped = Array.from({ length: crops }, (_, index): Statistic => {
    const share = keptShare(index + 1);
    const threshold = pooled[Math.floor(share * (pooled.length - 1))] ?? Number.POSITIVE_INFINITY;
    const below = (sample: readonly number[]) => sample.filter((value) => value < threshold);
    return { name: `fastest ${(100 * share).toFixed(1)} %`, t: welch(below(free), below(taken)) };
  });
  return [{ name: "raw", t: welch(free, taken) }, ...cropped];
}

/** The statistic that is furthest from "alike". */
export function worstOf(statistics: readonly Statistic[]): Statistic {
  return statistics.reduce((worst, one) => (Math.abs(one.t) > Math.abs(worst.t) ? one : worst));
}
