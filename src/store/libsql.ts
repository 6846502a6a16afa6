import type { Store } from "../ports.js";
import { type LibsqlClient, type LibsqlTransaction, libsqlDatabase, rawLibsql } from "../sql/libsql.js";
import type { TimeLimit } from "../sql/patience.js";
import { migrateSqlite } from "../sql/sqlite-schema.js";
import { sqliteVerbs } from "./sqlite-verbs.js";

export type { LibsqlClient, LibsqlTransaction } from "../sql/libsql.js";
export { schema } from "../sql/sqlite-schema.js";

/**
 * Keeps registrations, accounts and the outbox in SQLite through `@libsql/client` 0.18 or later: a file, memory or a server.
 *
 * On a server each call is one round trip, save a commit with rows of the host: the callback's statements, and two. Its
 * `tx` is the client's own `Transaction`. On a file or in memory a call waits for those before it, so that a callback
 * that calls the store waits for itself; while a callback waits, the host's other writes meet its lock. Who waits longer
 * than `timeoutSeconds` (1 to 60, default 5), for its turn or an answer, gets ERR_STORE_TIMEOUT. While another process
 * writes, a call tries again for as long, then throws the client's error; with `pragma journal_mode = wal`, which is the
 * host's to say, it reads meanwhile.
 *
 * @example
 * ```ts
 * import { createClient } from "@libsql/client";
 * import { libsqlStore, migrate } from "porchlight/store/libsql";
 * const client = createClient({ url: ":memory:" });
 * await migrate(client);
 * const store = libsqlStore(client);
 * ```
 */
export function libsqlStore<Tx extends LibsqlTransaction>(client: LibsqlClient<Tx>, limit: TimeLimit = {}): Store<Tx> {
  return sqliteVerbs(libsqlDatabase(client, limit), limit);
}

/**
 * Brings a database to the schema that this version needs; safe when many processes start at once, and cheap when there is nothing to do.
 *
 * @example
 * ```ts
 * import { createClient } from "@libsql/client";
 * import { migrate } from "porchlight/store/libsql";
 * await migrate(createClient({ url: ":memory:" }));
 * ```
 */
export async function migrate<Tx extends LibsqlTransaction>(client: LibsqlClient<Tx>): Promise<void> {
  await migrateSqlite(rawLibsql(client, { timeoutSeconds: 60 }));
}
