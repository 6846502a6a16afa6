import { median } from "../measure.js";

/** What one subject came to in each round. */
export type ByRound = readonly number[];

/**
 * Each round is so many turns. What a subject comes to in a round is the mean of its turns, with every pause in it, or
 * their median, which a neighbour's noise moves less.
 */
export interface Rounds {
  readonly rounds: number;
  readonly turns: number;
  readonly of: "mean" | "median";
}

/** What one turn of a subject gave, by its rounds. */
export type Turns<Turn> = readonly (readonly Turn[])[];

/**
 * Runs every subject once in each turn, to and fro, so that a noisy neighbour meets all alike; the first round warms up
 * and is not counted.
 */
export async function sideBySide<Subject, Turn>(
  subjects: readonly Subject[],
  { rounds, turns }: Pick<Rounds, "rounds" | "turns">,
  run: (subject: Subject) => Promise<Turn>,
): Promise<readonly Turns<Turn>[]> {
  const came = subjects.map((): Turn[][] => []);
  for (let round = 0; round <= rounds; round += 1) {
    const turned = subjects.map((): Turn[] => []);
    for (let turn = 0; turn < turns; turn += 1) {
      const order = [...subjects.entries()];
      for (const [n, subject] of turn % 2 === round % 2 ? order : order.reverse()) {
        turned[n]?.push(await run(subject));
      }
    }
    if (round > 0) for (const [n, one] of turned.entries()) came[n]?.push(one);
  }
  return came;
}

/** As {@link sideBySide}, where a turn gives one number. */
export async function inRounds<Subject>(
  subjects: readonly Subject[],
  how: Rounds,
  run: (subject: Subject) => Promise<number>,
): Promise<readonly ByRound[]> {
  const came = await sideBySide(subjects, how, run);
  return came.map((rounds) => rounds.map(middle[how.of]));
}

export const middle: Readonly<Record<Rounds["of"], (costs: readonly number[]) => number>> = {
  mean: (costs) => costs.reduce((sum, cost) => sum + cost, 0) / costs.length,
  median,
};

/** How many times as much as `other`, round by round: both ran side by side. */
export function times(one: ByRound, other: ByRound): ByRound {
  return one.map((cost, round) => cost / (other[round] ?? Number.NaN));
}

/** The median, and the lowest and highest round. */
export function spread(values: ByRound): string {
  const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    Number(value.toPrecision(3)).toLocaleString("en"),
  );
  return `${middle} (${low} to ${high})`;
}
