import pg from "pg";
import { memoryLimiter } from "porchlight/limiter/memory";
import { memoryStore } from "porchlight/store/memory";
import { migrate, postgresStore } from "porchlight/store/postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describePostgres } from "./servers.js";
import { type Leak, type MakeGround, timeLives, type Verb, verbs } from "./timed-lives.js";
import { type Samples, type Statistic, statisticsOf, worstOf } from "./welch.js";

/** `npm run timing` measures the full number of calls per class; a run of all tests takes a share of them. */
const demanded = Number(process.env.PORCHLIGHT_TIMING_CALLS ?? 0);
/** Above it two samples are not of one population: of 21 statistics of a verb, one in 7,000 verbs is past it by chance. */
const mostT = 4.5;

const inMemory: MakeGround = async (clock) => ({
  store: memoryStore(),
  limiter: memoryLimiter({ clock }),
  accountsApart: true,
});

describe("no verb tells by its time whether an address is taken", () => {
  const perClass = demanded || 20_000;
  const measure = (seed: number) => timeLives(inMemory, { perClass, seed });
  alike(`on the memory store, over 2 x ${perClass} calls`, measure);
  catchesLeaks("on the memory store", 1_000, () => inMemory);
});

describePostgres("no verb tells by its time whether an address is taken", (database) => {
  let pool: pg.Pool;
  beforeAll(async () => {
    // A disk takes its time, which says nothing: what is committed need not be on it yet.
    pool = new pg.Pool({ connectionString: database().url, options: "-c synchronous_commit=off" });
    await migrate(pool);
  });
  afterAll(() => pool.end());
  const perClass = demanded || 2_000;
  const ground: MakeGround = async (clock) => {
    await database().empty();
    // Counters are the same whoever has the address, as the ledgers of the stories show; their round trips would only
    // drown what the store does.
    return { store: postgresStore(pool), limiter: memoryLimiter({ clock }) };
  };
  alike(`on PostgreSQL, over 2 x ${perClass} calls`, (seed) => timeLives(ground, { perClass, seed }));
  catchesLeaks("on PostgreSQL", 1_500, () => ground);
});

function alike(where: string, measure: (seed: number) => ReturnType<typeof timeLives>): void {
  describe(where, () => {
    let once: ReadonlyMap<Verb, Samples>;
    let twice: ReadonlyMap<Verb, Samples> | undefined;
    beforeAll(async () => {
      once = await measure(1);
      const past = verbs.filter((verb) => failing(once.get(verb)).length > 0);
      // A shared machine may be disturbed at just the wrong moments; a leak is there the second time, too.
      if (past.length > 0) twice = await measure(2);
      print(where, once, twice);
    }, 6 * 3_600_000);

    it.each(verbs)("%s", (verb) => {
      const again = new Set(failing(twice?.get(verb)).map(({ name }) => name));
      expect(failing(once.get(verb)).filter(({ name }) => again.has(name))).toEqual([]);
    });
  });
}

/** The test of the test: each of these must be caught. */
function catchesLeaks(where: string, perClass: number, ground: () => MakeGround): void {
  const leaks: Readonly<Record<string, Leak>> = {
    "a hash that is skipped": { noHash: true },
    "a query more": { more: ({ store }, key) => store.accountByKey(key) },
    "a millisecond more": { more: () => burn(1) },
  };

  describe(`the comparison of times ${where} catches`, () => {
    it.each(Object.entries(leaks))("%s", async (_, leak) => {
      const times = await timeLives(ground(), { perClass, seed: 3, only: ["start"], leak });
      expect(failing(times.get("start")).length).toBeGreaterThan(0);
    });
  });
}

function failing(samples: Samples | undefined): readonly Statistic[] {
  return samples === undefined ? [] : statisticsOf(samples).filter(({ t }) => Math.abs(t) >= mostT);
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function print(where: string, ...runs: readonly (ReadonlyMap<Verb, Samples> | undefined)[]): void {
  const rows = runs
    .flatMap((times) => [...(times ?? [])])
    .map(([verb, samples]) => {
      const [raw, ...cropped] = statisticsOf(samples);
      const worst = worstOf(cropped);
      const [free, taken] = [middle(samples.free), middle(samples.taken)];
      return `${verb.padEnd(17)} ${free} µs free, ${taken} µs taken; t ${raw?.t.toFixed(2)} raw, ${worst.t.toFixed(2)} at worst (${worst.name})`;
    });
  console.log([where, ...rows].join("\n"));
}

function middle(sample: readonly number[]): string {
  return (sample.toSorted((a, b) => a - b)[Math.floor(sample.length / 2)] ?? Number.NaN).toFixed(1);
}
