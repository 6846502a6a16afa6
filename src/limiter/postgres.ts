import type { Clock, Limiter } from "../ports.js";
import { limiterTables } from "../sql/migration.js";
import { type PostgresOptions, postgresDatabase } from "../sql/postgres.js";
import type { PostgresClient } from "../sql/postgres-clients.js";
import type { PreparingPool } from "../sql/postgres-prepared.js";
import { type CounterStatements, countingLimiter } from "./counters.js";

/** `timeoutSeconds` bounds each statement: 1 to 60, default 5. `prepared` is as in the store. */
export interface PostgresLimiterOptions extends PostgresOptions {
  readonly clock?: Clock | undefined;
}

/**
 * Counts hits in the PostgreSQL of the store, or in PGlite, for all processes that share it.
 *
 * A call that is refused or only reads is 1 round trip; a hit of one key 2; of several 5. Its table,
 * `porchlight_counter`, comes with the store's `migrate`. Above a max of 100 it may refuse a hundredth of the window
 * too long. A key is at most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { PGlite } from "@electric-sql/pglite";
 * import { postgresLimiter } from "porchlight/limiter/postgres";
 * import { migrate } from "porchlight/store/postgres";
 * const database = new PGlite();
 * await migrate(database);
 * const limiter = postgresLimiter(database);
 * ```
 */
export function postgresLimiter(
  client: PostgresClient,
  options?: PostgresLimiterOptions & { readonly prepared?: false },
): Limiter;
export function postgresLimiter(client: PreparingPool, options: PostgresLimiterOptions): Limiter;
export function postgresLimiter(
  client: PostgresClient,
  { clock = Date, ...options }: PostgresLimiterOptions = {},
): Limiter {
  return countingLimiter(postgresDatabase(client, options, limiterTables), statements, clock);
}

const statements: CounterStatements = {
  read: (keys) => ["select counter_key, hits from porchlight_counter where counter_key = any($1)", [keys]],

  swap([counter], [seen, ...others]) {
    // READ COMMITTED does not see what comes to one row while it waits for another.
    if (counter === undefined || seen === undefined || others.length > 0) return undefined;
    const { key, hits, endsAt } = counter;
    const [, was] = seen;
    if (was === undefined) {
      const insert = "insert into porchlight_counter (counter_key, hits, ends_at) values ($1, $2, $3)";
      return [`${insert} on conflict do nothing`, [key, hits, endsAt]];
    }
    return [
      "update porchlight_counter set hits = $2, ends_at = $3 where counter_key = $1 and hits = $4",
      [key, hits, endsAt, was],
    ];
  },

  // Those who lose it wait in line for the lock; to read and try again beside them is slower for all.
  swaps: 1,

  // An update that changes nothing locks the row, waits for whoever holds it, and gives what that one wrote.
  lock: (keys) => [
    [
      `insert into porchlight_counter (counter_key, hits, ends_at)
select wanted.counter_key, '[]', 0 from unnest($1::text[]) as wanted (counter_key)
on conflict (counter_key) do update set ends_at = porchlight_counter.ends_at
returning counter_key, hits`,
      [keys],
    ],
  ],

  write: (counters) => [
    `update porchlight_counter set hits = counted.hits, ends_at = counted.ends_at
from unnest($1::text[], $2::text[], $3::bigint[]) as counted (counter_key, hits, ends_at)
where porchlight_counter.counter_key = counted.counter_key`,
    [counters.map(({ key }) => key), counters.map(({ hits }) => hits), counters.map(({ endsAt }) => endsAt)],
  ],

  clear: (key) => ["delete from porchlight_counter where counter_key = $1", [key]],

  // Rows that a call holds are skipped: they are about to count anew. As an array, the choice is made once; a plan that
  // asked `in` again would delete more than the limit.
  purge: (before, limit) => [
    `delete from porchlight_counter where counter_key = any(array(
  select counter_key from porchlight_counter where ends_at <= $1 order by ends_at limit $2 for update skip locked
))`,
    [before, limit],
  ],
};
