import type { Database, Outcome, Ran, Run, Value } from "./database.js";
import { type ReadyDatabase, requireSchema, storeTables } from "./migration.js";
import { isTimeOut, limitMs, type TimeLimit, untilItHolds, withinTime } from "./patience.js";

/** The sliver of a mysql2 connection that is needed: `execute` binds on the server, and never quotes here. */
export interface MysqlConnection {
  query(text: string): Promise<readonly [unknown, unknown]>;
  execute(text: string, values: (string | null)[]): Promise<readonly [unknown, unknown]>;
  release(): void;
  destroy(): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
}

/** A pool such as that of `mysql2/promise`. It speaks utf8mb4, which is its default. */
export interface MysqlPool<Tx> {
  getConnection(): Promise<Tx>;
}

/** A database that has been found to have the schema; `tables` are those that are used. */
export function mysqlDatabase<Tx extends MysqlConnection>(
  pool: MysqlPool<Tx>,
  limit: TimeLimit = {},
  tables: readonly string[] = storeTables,
): ReadyDatabase<Tx> {
  return requireSchema(rawMysql(pool, limit), isMissingTable, tables);
}

/** As {@link mysqlDatabase}, whatever is there: for `migrate`. */
export function rawMysql<Tx extends MysqlConnection>(pool: MysqlPool<Tx>, limit: TimeLimit = {}): Database<Tx> {
  const ms = limitMs(limit);
  return {
    run: async (text, values) => {
      const given = values?.map(bound);
      const run = (connection: Tx) => ask(connection, ms, text, given);
      return untilItHolds(() => onConnection(pool, ms, run, isRefusal), mayTryAgain);
    },
    transaction: (work) =>
      untilItHolds(
        () => onConnection(pool, ms, (connection) => inTransaction(connection, ms, work), rollBack(ms)),
        mayTryAgain,
      ),
  };
}

// MySQL's error reference: 1213 ER_LOCK_DEADLOCK, 1205 ER_LOCK_WAIT_TIMEOUT. MariaDB's 1020 ER_CHECKREAD says that a row
// has changed since the transaction first looked.
const mayTryAgain = (code: unknown): boolean => code === 1213 || code === 1205 || code === 1020;

// 1146 ER_NO_SUCH_TABLE; and 1142 ER_TABLEACCESS_DENIED_ERROR, which the server also gives for a table that is not there
// where the user has no right to all of the database.
const missing: ReadonlySet<unknown> = new Set([1146, 1142]);

export function isMissingTable(error: unknown): boolean {
  return missing.has(errnoOf(error));
}

/** The server's own refusal, after which it is ready for the next statement. */
async function isRefusal(error: unknown): Promise<boolean> {
  return errnoOf(error) !== undefined && !isGoing(error);
}

// 1053 ER_SERVER_SHUTDOWN, 1927 ER_CONNECTION_KILLED; and 1290, 1792, 1836 of a server that takes no writes any more:
// a new connection may lead to the one that does.
const going: ReadonlySet<unknown> = new Set([1053, 1927, 1290, 1792, 1836]);

function isGoing(error: unknown): boolean {
  return going.has(errnoOf(error)) || (error instanceof Error && Reflect.get(error, "fatal") === true);
}

/** The number of what the server itself has said: only that has an SQL state. */
function errnoOf(error: unknown): unknown {
  return error instanceof Error && "sqlState" in error ? Reflect.get(error, "errno") : undefined;
}

/** A connection that is lost between two statements says so by an event, and unheard it would end the process. */
const heard = (): void => undefined;

/** Lends one connection. After a failure `mend` says whether it is fit for others; what is not is closed. */
export async function onConnection<Tx extends MysqlConnection, T>(
  pool: MysqlPool<Tx>,
  ms: number,
  use: (connection: Tx) => Promise<T>,
  mend: (error: unknown, connection: Tx) => Promise<boolean>,
): Promise<T> {
  const connection = await withinTime(ms, pool.getConnection(), (late) => late.release());
  connection.on?.("error", heard);
  let sound = true;
  try {
    return await use(connection);
  } catch (error) {
    sound = await mend(error, connection);
    throw error;
  } finally {
    if (sound) {
      connection.off?.("error", heard);
      connection.release();
    } else connection.destroy();
  }
}

/** What a statement came to; `open` is whether the server then was in a transaction, where it says so. */
type Told = Ran & { readonly open: boolean | undefined };

// The protocol's SERVER_STATUS_IN_TRANS.
const inTransactionFlag = 1;

/** One round trip, two where this connection has not prepared the statement yet; without values it is not prepared. */
export async function ask(
  connection: MysqlConnection,
  ms: number,
  text: string,
  values?: (string | null)[],
): Promise<Told> {
  const asked = values ? connection.execute(text, values) : connection.query(text);
  const [result] = await withinTime(ms, asked);
  if (Array.isArray(result)) return { rows: result.filter(isRow), changed: 0, open: undefined };
  const { affectedRows, serverStatus } = isRow(result) ? result : {};
  const open = typeof serverStatus === "number" ? (serverStatus & inTransactionFlag) !== 0 : undefined;
  return { rows: [], changed: Number(affectedRows ?? 0), open };
}

function isRow(row: unknown): row is Ran["rows"][number] {
  return typeof row === "object" && row !== null;
}

/** A number goes as text, for mysql2 makes a double of it, which MySQL refuses in `limit`; the server reads it exactly. */
function bound(value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError("MySQL is given texts and whole numbers.");
}

async function inTransaction<Tx extends MysqlConnection, T>(
  connection: Tx,
  ms: number,
  work: (run: Run, tx: Tx) => Promise<Outcome<T>>,
): Promise<T> {
  await ask(connection, ms, "set transaction isolation level read committed");
  const begun = await ask(connection, ms, "start transaction");
  const run: Run = async (text, values) => {
    const told = await ask(connection, ms, text, values?.map(bound));
    // Outside it each statement is kept for itself. A host that swallows a deadlock, which rolls back all, gets there.
    if (begun.open && told.open === false) throw new Error("The transaction was ended by another than the store.");
    return told;
  };
  const { keep, value } = await work(run, connection);
  await ask(connection, ms, keep ? "commit" : "rollback");
  return value;
}

/** One that still waits for its answer is closed instead, and the server rolls back when it goes. */
function rollBack(ms: number): (error: unknown, connection: MysqlConnection) => Promise<boolean> {
  return async (error, connection) => {
    if (isTimeOut(error) || isGoing(error)) return false;
    return ask(connection, ms, "rollback").then(
      () => true,
      () => false,
    );
  };
}
