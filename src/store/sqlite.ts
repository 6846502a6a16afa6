import type { Store } from "../ports.js";
import type { TimeLimit } from "../sql/patience.js";
import { rawSqlite, type SqliteConnection, sqliteDatabase } from "../sql/sqlite.js";
import { migrateSqlite } from "../sql/sqlite-schema.js";
import { sqliteVerbs } from "./sqlite-verbs.js";

export type { SqliteConnection } from "../sql/sqlite.js";
export { schema } from "../sql/sqlite-schema.js";

/**
 * Keeps registrations, accounts and the outbox in SQLite 3.38 or later, through better-sqlite3, `node:sqlite` or `bun:sqlite`.
 *
 * Each call is one statement or one transaction that is begun and committed at once, with those of other calls that come
 * in the same turn of the event loop. Only a commit with rows of the host stays open, while its callback waits: `tx` is the connection itself, whatever else is written on it meanwhile
 * goes or stays with the commit, and the store's other calls wait, so that a callback that calls the store waits for
 * itself. Give such a store a connection of its own. A callback that was given up on still has the database: what it
 * writes then is kept by itself, or goes with whichever transaction is open.
 *
 * Who waits longer than `timeoutSeconds` (1 to 60, default 5) gets ERR_STORE_TIMEOUT and has begun nothing; a running
 * statement cannot be interrupted. While another process writes, a call tries again for as long, then throws the
 * driver's error; with `pragma journal_mode = wal`, which is the host's to say, it reads meanwhile. Open better-sqlite3
 * with `timeout: 0`: its default of five seconds is spent inside SQLite and stops the whole process, while the store's
 * own waiting stops nobody.
 *
 * @example
 * ```ts
 * import { migrate, type SqliteConnection, sqliteStore } from "porchlight/store/sqlite";
 * async function open(connection: SqliteConnection) {
 *   await migrate(connection);
 *   return sqliteStore(connection);
 * }
 * ```
 */
export function sqliteStore<Connection extends SqliteConnection>(
  connection: Connection,
  limit: TimeLimit = {},
): Store<Connection> {
  return sqliteVerbs(sqliteDatabase(connection, limit), limit);
}

/**
 * Brings a database to the schema that this version needs; safe when many processes start at once, and cheap when there is nothing to do.
 *
 * @example
 * ```ts
 * import { migrate, type SqliteConnection } from "porchlight/store/sqlite";
 * const prepare = (connection: SqliteConnection) => migrate(connection);
 * ```
 */
export async function migrate(connection: SqliteConnection): Promise<void> {
  await migrateSqlite(rawSqlite(connection, { timeoutSeconds: 60 }));
}
