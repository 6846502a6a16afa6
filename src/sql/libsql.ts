import type { Ran, Run } from "./database.js";
import { limitMs, type TimeLimit, withinTime } from "./patience.js";
import {
  type Batch,
  bindable,
  isRead,
  isRow,
  type ReadySqliteDatabase,
  readySqlite,
  type SqliteDatabase,
  type Statement,
} from "./sqlite-dialect.js";
import { isLocked, turnsOf, whenFree } from "./turns.js";

/** The sliver of `@libsql/client` that is needed: a file, memory, or a server. */
export interface LibsqlClient<Tx extends LibsqlTransaction = LibsqlTransaction> extends LibsqlQueryable {
  /** `"file"` for a database in this process; `"http"` or `"ws"` for a server. */
  readonly protocol: string;
  transaction(mode: "write" | "deferred"): Promise<Tx>;
}

export interface LibsqlTransaction extends LibsqlQueryable {
  executeMultiple(script: string): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): void;
}

export interface LibsqlQueryable {
  execute(statement: LibsqlStatement): Promise<LibsqlResult>;
  batch(statements: LibsqlStatement[], mode?: "write"): Promise<LibsqlResult[]>;
}

export interface LibsqlStatement {
  readonly sql: string;
  readonly args: (string | number | null)[];
}

export interface LibsqlResult {
  readonly rows: readonly unknown[];
  readonly rowsAffected: number;
}

/** A database that has been found to have the schema; `tables` are those that are used. */
export function libsqlDatabase<Tx extends LibsqlTransaction>(
  client: LibsqlClient<Tx>,
  limit: TimeLimit = {},
  tables?: readonly string[],
): ReadySqliteDatabase<Tx> {
  return readySqlite(rawLibsql(client, limit), tables);
}

/** As {@link libsqlDatabase}, whatever is there: for `migrate`. */
export function rawLibsql<Tx extends LibsqlTransaction>(
  client: LibsqlClient<Tx>,
  limit: TimeLimit = {},
): SqliteDatabase<Tx> {
  const ms = limitMs(limit);
  return client.protocol === "file" ? inProcess(client, ms) : onServer(client, ms);
}

/** One call is one round trip; who comes first is the server's to say. */
function onServer<Tx extends LibsqlTransaction>(client: LibsqlClient<Tx>, ms: number): SqliteDatabase<Tx> {
  const run = runOn(client, ms);
  const batch = batchOn(client, ms);
  return {
    run: (...statement) => whenFree(ms, () => run(...statement)),
    batch: (statements) => whenFree(ms, () => batch(statements)),
    transaction: (work) =>
      whenFree(ms, async () => {
        const tx = await withinTime(ms, client.transaction("write"), (late) => late.close());
        try {
          const { keep, value } = await work(runOn(tx, ms), tx, batchOn(tx, ms));
          await withinTime(ms, keep ? tx.commit() : tx.rollback());
          return value;
        } finally {
          // Of one that was not committed the server hears that its stream has ended, and rolls back.
          tx.close();
        }
      }),
  };
}

// Up to 0.18 at least, a statement that meets another's lock is left in progress: its connection then sees an old state
// of the file, and commits no more (github.com/tursodatabase/libsql-client-ts/issues/352). A script is ended whatever it
// meets. So scripts take the lock, which a deferred begin leaves alone, and commit; what is between them meets no lock.
const lockToRead = "select 1 from sqlite_master limit 1";
const lockToWrite = "rollback; begin immediate";

// How each step knows that the one before it went through, although nobody waits for it: who finds no savepoint stops.
const passOn: Statement = ["savepoint porchlight"];
const takeOver: Statement = ["release porchlight"];

/** One at a time, since in memory there is but one connection, and two writers on a file meet in its lock at once. */
function inProcess<Tx extends LibsqlTransaction>(client: LibsqlClient<Tx>, ms: number): SqliteDatabase<Tx> {
  const takeTurn = turnsOf(client);

  const inTurn = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    whenFree(ms, (left) =>
      takeTurn(left, async () => {
        const tx = await client.transaction("deferred");
        try {
          return await work(tx);
        } finally {
          tx.close();
        }
      }),
    );
  // Without a write-ahead log it waits for readers in other processes.
  const commit = (tx: Tx) => whenFree(ms, () => tx.executeMultiple("commit"));

  /** Nothing is awaited from lock to commit, so that nobody else in this process ever meets the lock. */
  async function atOnce(lock: string, statements: readonly Statement[]): Promise<readonly Ran[]> {
    const wanted = [takeOver, ...statements, passOn].map(given);
    return inTurn(async (tx) => {
      const [locked, ran, committed] = await Promise.allSettled([
        tx.executeMultiple(`${lock}; ${passOn[0]}`),
        tx.batch(wanted),
        tx.executeMultiple(`${takeOver[0]}; commit`),
      ]);
      if (locked.status === "rejected") throw locked.reason;
      if (ran.status === "rejected") throw ran.reason;
      if (committed.status === "rejected") {
        if (!isLocked(committed.reason)) throw committed.reason;
        await commit(tx);
      }
      return ran.value.slice(1, -1).map(ranOf);
    });
  }

  return {
    async run(...statement) {
      const [ran = { rows: [], changed: 0 }] = await atOnce(isRead(statement[0]) ? lockToRead : lockToWrite, [
        statement,
      ]);
      return ran;
    },
    batch: (statements) => atOnce(lockToWrite, statements),
    transaction: (work) =>
      inTurn(async (tx) => {
        await tx.executeMultiple(lockToWrite);
        const { keep, value } = await work(runOn(tx, ms), tx, batchOn(tx, ms));
        if (keep) await commit(tx);
        return value;
      }),
  };
}

function runOn(queryable: LibsqlQueryable, ms: number): Run {
  return async (...statement) => ranOf(await withinTime(ms, queryable.execute(given(statement))));
}

function batchOn(queryable: LibsqlQueryable, ms: number): Batch {
  return async (statements) => (await withinTime(ms, queryable.batch(statements.map(given), "write"))).map(ranOf);
}

function given([sql, values]: Statement): LibsqlStatement {
  return { sql, args: bindable(values) };
}

function ranOf({ rows, rowsAffected }: LibsqlResult): Ran {
  // Of a statement that gives rows, a file's client does not say how many it wrote.
  return { rows: rows.filter(isRow), changed: Math.max(rowsAffected, rows.length) };
}
