import type { Clock, Limiter } from "../ports.js";
import { limiterTables } from "../sql/migration.js";
import { type MysqlConnection, type MysqlPool, mysqlDatabase } from "../sql/mysql.js";
import type { TimeLimit } from "../sql/patience.js";
import { type CounterStatements, countingLimiter } from "./counters.js";

/** `timeoutSeconds` bounds each statement: 1 to 60, default 5. */
export interface MysqlLimiterOptions extends TimeLimit {
  readonly clock?: Clock | undefined;
}

/**
 * Counts hits in the MySQL or MariaDB of the store, for all processes that share it.
 *
 * A call that is refused or only reads is 1 round trip; a hit of one key 2; of several 7. Its table,
 * `porchlight_counter`, comes with the store's `migrate`. Above a max of 100 it may refuse a hundredth of the window
 * too long. A key is at most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { createPool } from "mysql2/promise";
 * import { mysqlLimiter } from "porchlight/limiter/mysql";
 * import { migrate } from "porchlight/store/mysql";
 * const pool = createPool("mysql://app@db.example/app");
 * await migrate(pool);
 * const limiter = mysqlLimiter(pool);
 * ```
 */
export function mysqlLimiter<Tx extends MysqlConnection>(
  pool: MysqlPool<Tx>,
  { clock = Date, ...limit }: MysqlLimiterOptions = {},
): Limiter {
  return countingLimiter(mysqlDatabase(pool, limit, limiterTables), statements, clock);
}

const places = (values: readonly unknown[], place: string): string => values.map(() => place).join(", ");

const statements: CounterStatements = {
  read: (keys) => [
    `select counter_key, hits from porchlight_counter where counter_key in (${places(keys, "?")})`,
    keys,
  ],

  swap([counter], [seen, ...others]) {
    // READ COMMITTED does not see what comes to one row while it waits for another.
    if (counter === undefined || seen === undefined || others.length > 0) return undefined;
    const { key, hits, endsAt } = counter;
    const [, was] = seen;
    if (was === undefined) {
      const insert = "insert ignore into porchlight_counter (counter_key, hits, ends_at) values (?, ?, ?)";
      return [insert, [key, hits, endsAt]];
    }
    return [
      "update porchlight_counter set hits = ?, ends_at = ? where counter_key = ? and hits = ?",
      [hits, endsAt, key, was],
    ];
  },

  // Those who lose it wait in line for the lock; to read and try again beside them is slower for all.
  swaps: 1,

  // An update that changes nothing takes each row for this transaction alone. `insert ignore` would share it first, and
  // two that share a row and both want to write it are a deadlock.
  lock: (keys) => [
    [
      `insert into porchlight_counter (counter_key, hits, ends_at) values ${places(keys, "(?, '[]', 0)")}
on duplicate key update ends_at = ends_at`,
      keys,
    ],
    [`select counter_key, hits from porchlight_counter where counter_key in (${places(keys, "?")}) for update`, keys],
  ],

  write: (counters) => [
    `insert into porchlight_counter (counter_key, hits, ends_at) values ${places(counters, "(?, ?, ?)")}
on duplicate key update hits = values(hits), ends_at = values(ends_at)`,
    counters.flatMap(({ key, hits, endsAt }) => [key, hits, endsAt]),
  ],

  clear: (key) => ["delete from porchlight_counter where counter_key = ?", [key]],

  purge: (before, limit) => [
    "delete from porchlight_counter where ends_at <= ? order by ends_at limit ?",
    [before, limit],
  ],
};
