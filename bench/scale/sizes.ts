import { median } from "../measure.js";
import { type Rounds, sideBySide, spread, type Turns, times } from "../stores/rounds.js";
import { printTable } from "../table.js";
import { grown, type Pages, pagesTouched, processorMicros, sum } from "./counts.js";
import { type House, openHouse } from "./house.js";
import { type Operation, operations } from "./operations.js";

/** What an operation came to in one turn: each in the mean, save `micros` in the median. */
interface Cost {
  /** Wall time of the whole, rendering and sealing in this process included. */
  readonly micros: number;
  /** Processor time of the database's process. */
  readonly processor: number;
  readonly pages: Pages;
  readonly statements: number;
}

/**
 * Prints what each operation costs among so many accounts and waiting messages, as a multiple of the first size. That
 * size is there twice: how far the second of the two is from 1 is how far noise alone goes.
 */
export async function benchSizes(sizes: readonly number[], how: Pick<Rounds, "rounds" | "turns">): Promise<void> {
  const [first = 0, ...others] = sizes;
  const houses: House[] = [await openHouse(first), await openHouse(first, " again")];
  for (const accounts of others) houses.push(await openHouse(accounts));
  const places: (readonly string[])[] = [];
  for (const operation of operations) {
    const came = await sideBySide(houses, how, (house) => turnOf(operation, house));
    report(operation, houses, came);
    places.push(...byPlace(operation, came));
  }
  printTable("the pages of each, by where they are", ["", ...houses.map(({ title }) => title)], places);
  for (const house of houses) await house.drop();
}

async function turnOf({ times, prepare, run }: Operation, house: House): Promise<Cost> {
  await tidy(house);
  await prepare(house);
  const micros: number[] = [];
  const [pages, statements, processor] = [await pagesTouched(house.pool), house.statements(), micro(house)];
  for (let time = 0; time < times; time += 1) {
    const begun = performance.now();
    await run(house);
    micros.push((performance.now() - begun) * 1_000);
  }
  return {
    micros: median(micros),
    processor: (micro(house) - processor) / times,
    statements: (house.statements() - statements) / times,
    pages: grown(pages, await pagesTouched(house.pool), times),
  };
}

const micro = ({ backend }: House): number => processorMicros(backend);

/** What autovacuum comes to in time, so that it does not fall on one turn by chance. */
async function tidy({ pool }: House): Promise<void> {
  await pool.query("vacuum (index_cleanup on) porchlight_message");
}

function report({ name }: Operation, houses: readonly House[], came: readonly Turns<Cost>[]): void {
  const by = (count: (cost: Cost) => number) =>
    came.map((rounds) => rounds.map((turns) => median(turns.map(count).filter((value) => !Number.isNaN(value)))));
  const [wall, processor, pages] = [by(({ micros }) => micros), by((cost) => cost.processor), by(pagesOf)];
  const statements = by((cost) => cost.statements);
  const cells = (costs: ReturnType<typeof by>, n: number) => {
    const [cost = [], least = []] = [costs[n], costs[0]];
    return [spread(cost), spread(times(cost, least))];
  };
  printTable(
    name,
    ["accounts, and messages", "µs", "times", "database's processor µs", "times", "pages", "times", "statements"],
    houses.map(({ title }, n) => [
      title,
      ...cells(wall, n),
      ...cells(processor, n),
      ...cells(pages, n),
      median(statements[n] ?? []).toFixed(2),
    ]),
  );
}

const pagesOf = ({ pages }: Cost): number => sum(pages);

/** Which tables and indexes were touched, in the median of all turns. */
function byPlace({ name }: Operation, came: readonly Turns<Cost>[]): readonly (readonly string[])[] {
  const [kind = ""] = name.split(":");
  const places = new Set(came.flat(2).flatMap(({ pages }) => [...pages.keys()]));
  return [...places].toSorted().flatMap((place) => {
    const counts = came.map((rounds) => median(rounds.flat().map(({ pages }) => pages.get(place) ?? 0)));
    return counts.every((count) => count === 0) ? [] : [[`${kind}: ${place}`, ...counts.map((n) => n.toFixed(1))]];
  });
}
