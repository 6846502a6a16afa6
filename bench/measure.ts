import { Bench } from "tinybench";

/** One thing to measure: `run` does it `times` times, so that one reading of the clock is spread over all of them. */
export interface Subject {
  readonly name: string;
  readonly times: number;
  run(): unknown;
}

/** What one subject costs: microseconds for one time, in the median and three quarters of all samples. */
export interface Figure {
  readonly name: string;
  readonly median: number;
  readonly upper: number;
  /** The median of each round, for ratios that were measured side by side. */
  readonly byRound: readonly number[];
}

/**
 * Measures all subjects in turn, again and again: a noisy neighbour meets each of them alike.
 *
 * A figure is the median over the rounds of tinybench's median latency in each.
 */
export async function measure(
  subjects: readonly Subject[],
  how: { readonly rounds: number; readonly roundMs: number },
): Promise<readonly Figure[]> {
  const medians = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  const uppers = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < how.rounds; round += 1) {
    const warmupTime = round === 0 ? how.roundMs : how.roundMs / 10;
    const bench = new Bench({ time: how.roundMs, iterations: 3, warmupTime, warmupIterations: 3, throws: true });
    // To and fro, because whoever runs second meets the garbage of the first.
    const inTurn = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const { name, run } of inTurn) bench.add(name, run);
    for (const { name, result } of await bench.run()) {
      if (result.state !== "completed") throw new Error(`"${name}" was not measured: ${result.state}.`);
      const times = subjects.find((subject) => subject.name === name)?.times ?? 1;
      medians.get(name)?.push((result.latency.p50 * 1_000) / times);
      uppers.get(name)?.push((result.latency.p75 * 1_000) / times);
    }
  }
  return subjects.map(({ name }) => {
    const byRound = medians.get(name) ?? [];
    return { name, median: median(byRound), upper: median(uppers.get(name) ?? []), byRound };
  });
}

/** Does `work` many times in one go. */
export function often(name: string, times: number, work: () => unknown): Subject {
  return {
    name,
    times,
    run() {
      for (let time = 0; time < times; time += 1) work();
    },
  };
}

/** Does `work` many times, one after the other. */
export function oneByOne(name: string, times: number, work: () => Promise<unknown>): Subject {
  return {
    name,
    times,
    async run() {
      for (let time = 0; time < times; time += 1) await work();
    },
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How many times dearer `one` was than `other`, in the median of the rounds in which they ran side by side. */
export function ratio(one: Figure, other: Figure): number {
  return median(one.byRound.map((cost, round) => cost / (other.byRound[round] ?? Number.NaN)));
}
