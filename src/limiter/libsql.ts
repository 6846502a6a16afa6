import type { Clock, Limiter } from "../ports.js";
import { type LibsqlClient, type LibsqlTransaction, libsqlDatabase } from "../sql/libsql.js";
import { limiterTables } from "../sql/migration.js";
import type { TimeLimit } from "../sql/patience.js";
import { countingLimiter } from "./counters.js";
import { sqliteCounters } from "./sqlite-counters.js";

/** `timeoutSeconds` bounds each statement: 1 to 60, default 5. */
export interface LibsqlLimiterOptions extends TimeLimit {
  readonly clock?: Clock | undefined;
}

/**
 * Counts hits in the libSQL database of the store, for all processes that share it: a file, memory or a server.
 *
 * A call that is refused or only reads is 1 round trip, a hit 2. Its table,
 * `porchlight_counter`, comes with the store's `migrate`. Above a max of 100 it may refuse a hundredth of the window
 * too long. A key is at most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { createClient } from "@libsql/client";
 * import { libsqlLimiter } from "porchlight/limiter/libsql";
 * import { migrate } from "porchlight/store/libsql";
 * const client = createClient({ url: "file:porchlight.db" });
 * await migrate(client);
 * const limiter = libsqlLimiter(client);
 * ```
 */
export function libsqlLimiter<Tx extends LibsqlTransaction>(
  client: LibsqlClient<Tx>,
  { clock = Date, ...limit }: LibsqlLimiterOptions = {},
): Limiter {
  return countingLimiter(libsqlDatabase(client, limit, limiterTables), sqliteCounters, clock);
}
