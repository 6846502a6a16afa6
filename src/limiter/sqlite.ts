import type { Clock, Limiter } from "../ports.js";
import { limiterTables } from "../sql/migration.js";
import type { TimeLimit } from "../sql/patience.js";
import { type SqliteConnection, sqliteDatabase } from "../sql/sqlite.js";
import { countingLimiter } from "./counters.js";
import { sqliteCounters } from "./sqlite-counters.js";

/** `timeoutSeconds` bounds each call: 1 to 60, default 5. */
export interface SqliteLimiterOptions extends TimeLimit {
  readonly clock?: Clock | undefined;
}

/**
 * Counts hits in the SQLite file of the store, for all processes that share it: better-sqlite3, `node:sqlite`, Bun.
 *
 * A call that is refused or only reads is 1 statement, a hit 2. Its table,
 * `porchlight_counter`, comes with the store's `migrate`. Above a max of 100 it may refuse a hundredth of the window
 * too long. A key is at most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { sqliteLimiter } from "porchlight/limiter/sqlite";
 * import { migrate, type SqliteConnection } from "porchlight/store/sqlite";
 * async function open(connection: SqliteConnection) {
 *   await migrate(connection);
 *   return sqliteLimiter(connection);
 * }
 * ```
 */
export function sqliteLimiter(
  connection: SqliteConnection,
  { clock = Date, ...limit }: SqliteLimiterOptions = {},
): Limiter {
  return countingLimiter(sqliteDatabase(connection, limit, limiterTables), sqliteCounters, clock);
}
