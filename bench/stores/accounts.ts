import { printTable } from "../table.js";
import { type Crowd, createCrowd } from "./crowd.js";
import type { Kept, Kind } from "./kept.js";
import { type ByRound, inRounds, middle, type Rounds, spread, times } from "./rounds.js";
import { timed } from "./timed.js";

/** A database with so many accounts in it, and people who sign up beside them. */
interface House {
  readonly title: string;
  readonly kept: Kept;
  readonly crowd: Crowd;
  /** What the store's verbs took so far, in milliseconds, one added to the other. */
  readonly spent: () => number;
}

/**
 * Prints what a sign-up costs among so many accounts, as a multiple of the first size. That size is there twice: how far
 * the second of the two is from 1 is how far noise alone goes.
 */
export async function benchAccounts(kind: Kind, how: Rounds & { readonly sizes: readonly number[] }): Promise<void> {
  const [first = 0, ...others] = how.sizes;
  const houses: House[] = [];
  houses.push(await furnish(kind, first, ""), await furnish(kind, first, " again"));
  for (const accounts of others) houses.push(await furnish(kind, accounts, ""));
  for (const { kept } of houses) await kept.tidy();

  for (const atOnce of [1, 8]) {
    const inStore = houses.map((): number[] => []);
    const whole = await inRounds([...houses.entries()], how, async ([n, { crowd, spent }]) => {
      const before = spent();
      // Nobody follows those who begin together: the shorter a turn, the more alike is what the turns meet.
      const { micros, people } = await crowd.signUp(atOnce, 0);
      inStore[n]?.push(((spent() - before) * 1_000) / people);
      return micros;
    });
    report(`${kind.name}: a sign-up, ${atOnce} at once`, whole);
    if (atOnce === 1) report(`${kind.name}: its calls of the store alone`, inStore.map(byRound));
  }
  for (const { crowd, kept } of houses) {
    await crowd.close();
    await kept.drop();
  }

  /** The turns of each round together, without those that warm up. */
  function byRound(turns: ByRound): ByRound {
    return Array.from({ length: how.rounds }, (_, round) =>
      middle[how.of](turns.slice((round + 1) * how.turns, (round + 2) * how.turns)),
    );
  }

  function report(title: string, costs: readonly ByRound[]): void {
    const [least = []] = costs;
    printTable(
      title,
      ["accounts already there", "µs", "times the first"],
      costs.map((cost, n) => [houses[n]?.title ?? "", spread(cost), spread(times(cost, least))]),
    );
  }
}

async function furnish(kind: Kind, accounts: number, again: string): Promise<House> {
  const begun = performance.now();
  const kept = await kind.open(accounts);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  let ms = 0;
  const store = timed(kept.store, (_, __, took) => {
    ms += took;
  });
  const title = `${accounts.toLocaleString("en")}${again} (filled in ${seconds} s)`;
  return { title, kept, crowd: createCrowd(store), spent: () => ms };
}
