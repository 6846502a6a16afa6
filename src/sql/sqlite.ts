import type { Ran } from "./database.js";
import { limitMs, type TimeLimit } from "./patience.js";
import {
  bindable,
  givesRows,
  isRow,
  type ReadySqliteDatabase,
  readySqlite,
  type SqliteDatabase,
  type Statement,
} from "./sqlite-dialect.js";
import { type Done, inGroups } from "./sqlite-groups.js";
import { turnsOf, whenFree } from "./turns.js";

/** The sliver of a synchronous SQLite that is needed: better-sqlite3, `node:sqlite`, `bun:sqlite` and their like. */
export interface SqliteConnection {
  prepare(text: string): SqliteStatement;
  exec(text: string): unknown;
  /** Whether a transaction is open, as better-sqlite3 and Bun name it. */
  readonly inTransaction?: boolean;
  /** The same, as `node:sqlite` names it. */
  readonly isTransaction?: boolean;
}

export interface SqliteStatement {
  all(...values: (string | number | null)[]): unknown[];
  run(...values: (string | number | null)[]): { readonly changes: number | bigint };
}

/** A database that has been found to have the schema; `tables` are those that are used. */
export function sqliteDatabase<Db extends SqliteConnection>(
  db: Db,
  limit: TimeLimit = {},
  tables?: readonly string[],
): ReadySqliteDatabase<Db> {
  return readySqlite(rawSqlite(db, limit), tables);
}

/** As {@link sqliteDatabase}, whatever is there: for `migrate`. */
export function rawSqlite<Db extends SqliteConnection>(db: Db, limit: TimeLimit = {}): SqliteDatabase<Db> {
  const ms = limitMs(limit);
  const takeTurn = turnsOf(db);
  const ran = runOn(db);
  const run = async (...statement: Statement): Promise<Ran> => ran(statement);
  const batch = async (statements: readonly Statement[]): Promise<readonly Ran[]> => {
    if (!isOpen(db)) throw new Error("The transaction was ended by another than the store.");
    return statements.map(ran);
  };
  const runAll = (statements: readonly Statement[]) => ({ rans: statements.map(ran) });
  /** One that fails is undone by itself, and the others of its transaction go on. */
  function runApart(statements: readonly Statement[]): Done {
    db.exec("savepoint porchlight_batch");
    try {
      const done = runAll(statements);
      db.exec("release porchlight_batch");
      return done;
    } catch (error) {
      // Where SQLite itself has rolled back, nothing is left of any.
      if (!isOpen(db)) throw error;
      db.exec("rollback to porchlight_batch");
      db.exec("release porchlight_batch");
      return { error };
    }
  }
  /** Others wait until this has ended, since there is but one connection; they go first while another process writes. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => whenFree(ms, (left) => takeTurn(left, work));
  // Without a write-ahead log a commit waits for readers in other processes.
  const commit = () => whenFree(ms, async () => db.exec("commit"));

  async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
    db.exec("begin immediate");
    try {
      return await work();
    } catch (error) {
      if (isOpen(db)) rollBack(db);
      throw error;
    }
  }

  return {
    run: (...statement) => inTurn(() => run(...statement)),
    batch: inGroups((batches) =>
      inTurn(() =>
        inTransaction(async () => {
          // Nothing is awaited from begin to commit: no other user of the connection comes in between.
          const done = batches.length === 1 ? batches.map(runAll) : batches.map(runApart);
          await commit();
          return done;
        }),
      ),
    ),
    transaction: (work) =>
      inTurn(() =>
        inTransaction(async () => {
          const { keep, value } = await work(run, db, batch);
          if (keep) await commit();
          else db.exec("rollback");
          return value;
        }),
      ),
  };
}

/** Runs statements that are prepared once per connection: there are a few dozen of them. */
function runOn(db: SqliteConnection): (statement: Statement) => Ran {
  const prepared = statements.get(db) ?? new Map<string, Prepared>();
  statements.set(db, prepared);

  return ([text, values]) => {
    const given = bindable(values);
    const known = prepared.get(text) ?? { statement: db.prepare(text), gives: givesRows(text) };
    try {
      const ran = execute(known, given);
      prepared.set(text, known);
      return ran;
    } catch (error) {
      // A connection that was closed and opened again has lost it.
      prepared.delete(text);
      throw error;
    }
  };
}

interface Prepared {
  readonly statement: SqliteStatement;
  readonly gives: boolean;
}

const statements = new WeakMap<SqliteConnection, Map<string, Prepared>>();

function execute({ statement, gives }: Prepared, values: (string | number | null)[]): Ran {
  if (!gives) return { rows: [], changed: Number(statement.run(...values).changes) };
  const rows = statement.all(...values).filter(isRow);
  return { rows, changed: rows.length };
}

/** SQLite itself rolls back when a disk is full, and a host's callback may hide that. True where the driver does not say. */
function isOpen({ inTransaction, isTransaction }: SqliteConnection): boolean {
  return inTransaction ?? isTransaction ?? true;
}

function rollBack(db: SqliteConnection): void {
  try {
    db.exec("rollback");
  } catch {
    // Nothing was open any more: SQLite had rolled back by itself.
  }
}
