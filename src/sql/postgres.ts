import { PorchlightError } from "../errors.js";
import type { Database, Ran, Run, Value } from "./database.js";
import { type ReadyDatabase, requireSchema, storeTables } from "./migration.js";
import { isTimeOut, limitMs, type TimeLimit, untilItHolds, withinTime } from "./patience.js";

/** The sliver of a PostgreSQL client that is needed: pg, PGlite and their like. */
export interface PostgresQueryable {
  query(
    text: string,
    values?: Value[],
  ): Promise<{ readonly rows: unknown[]; readonly rowCount?: number | null; readonly affectedRows?: number }>;
}

/** A connection of a pool, such as pg's. */
export interface PostgresConnection extends PostgresQueryable {
  release(broken?: boolean): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
}

/** A pool, such as pg's: a transaction has a connection of its own. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
}

/** An embedded database, such as PGlite: it has one connection and runs transactions itself. */
export interface EmbeddedPostgres extends PostgresQueryable {
  transaction<T>(work: (tx: PostgresQueryable) => Promise<T>): Promise<T>;
}

export type PostgresClient = PostgresPool | EmbeddedPostgres;

/** What a client hands to those who join its transaction: pg's `PoolClient`, PGlite's `Transaction`. */
export type TransactionOf<Client> = Client extends { connect: Overloaded<infer Tx> }
  ? Tx
  : Client extends { connect(): Promise<infer Tx> }
    ? Tx
    : Client extends { transaction(work: (tx: infer Tx) => Promise<unknown>): unknown }
      ? Tx
      : never;

/** pg's `connect` takes a callback as well, and inference would look at that form alone. */
interface Overloaded<Tx> {
  (): Promise<Tx>;
  (callback: never): unknown;
}

/** A database that has been found to have the schema; `tables` are those that are used. */
export function postgresDatabase(
  client: PostgresClient,
  limit: TimeLimit = {},
  tables: readonly string[] = storeTables,
): ReadyDatabase<PostgresQueryable> {
  return requireSchema(rawPostgres(client, limit), isMissingTable, tables);
}

/** As {@link postgresDatabase}, whatever is there: for `migrate`. */
export function rawPostgres(client: PostgresClient, limit: TimeLimit = {}): Database<PostgresQueryable> {
  const ms = limitMs(limit);
  const database = "connect" in client ? pooled(client, ms) : embedded(client, ms);
  return {
    run: (text, values) => untilItHolds(() => database.run(text, values), mayTryAgain),
    transaction: (work) => untilItHolds(() => database.transaction(work), mayTryAgain),
  };
}

// PostgreSQL's appendix A: 40001 serialization_failure, 40P01 deadlock_detected.
const mayTryAgain = (code: unknown): boolean => code === "40001" || code === "40P01";

/** 42P01 undefined_table. A table that the role may not read is there, and 42501 insufficient_privilege comes through. */
export function isMissingTable(error: unknown): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, "code") === "42P01";
}

function runOn(connection: PostgresQueryable, ms: number): Run {
  return async (text, values) => {
    // A copy for its mutability only: clients do not declare that they leave the list alone.
    const asked = connection.query(text, values && [...values]).catch(told);
    const { rows, rowCount, affectedRows } = await withinTime(ms, asked);
    return { rows: rows.filter(isRow), changed: rowCount ?? affectedRows ?? 0 } satisfies Ran;
  };
}

/** 57014 query_canceled, by the server's own `statement_timeout`, and 55P03 lock_not_available, by its `lock_timeout`. */
const gaveUp: ReadonlySet<unknown> = new Set(["57014", "55P03"]);

/** The client's error, in our words where it has none: pg gives no code to a connection that went away. */
function told(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const code: unknown = Reflect.get(error, "code");
  if (gaveUp.has(code)) throw new PorchlightError("ERR_STORE_TIMEOUT", { cause: error });
  if (error.name !== "Error" || code !== undefined) throw error;
  throw new PorchlightError("ERR_STORE", { cause: { name: error.name, code: "NO_CONNECTION" } });
}

function isRow(row: unknown): row is Ran["rows"][number] {
  return typeof row === "object" && row !== null;
}

/** A connection that is lost between two statements says so by an event, and unheard it would end the process. */
const heard = (): void => undefined;

function pooled(pool: PostgresPool, ms: number): Database<PostgresQueryable> {
  /** `use` says at its end whether the connection is fit for others; one that still waits for an answer is not. */
  async function onConnection<T>(
    use: (connection: PostgresConnection, isSound: (sound: boolean) => void) => Promise<T>,
  ): Promise<T> {
    const connection = await withinTime(ms, pool.connect().catch(told), (late) => late.release());
    connection.on?.("error", heard);
    let sound = false;
    try {
      return await use(connection, (said) => {
        sound = said;
      });
    } finally {
      connection.off?.("error", heard);
      connection.release(!sound);
    }
  }

  return {
    run: (text, values) =>
      onConnection(async (connection, isSound) => {
        try {
          const ran = await runOn(connection, ms)(text, values);
          isSound(true);
          return ran;
        } catch (error) {
          isSound(isRefusal(error));
          throw error;
        }
      }),
    transaction: (work) =>
      onConnection(async (connection, isSound) => {
        const run = runOn(connection, ms);
        try {
          await run("begin isolation level read committed");
          const { keep, value } = await work(run, connection);
          await run(keep ? "commit" : "rollback");
          isSound(true);
          return value;
        } catch (error) {
          // One that still waits for its answer is closed instead, and the server rolls back when it goes.
          if (!isTimeOut(error) && !isGoing(error)) await run("rollback").then(() => isSound(true), heard);
          throw error;
        }
      }),
  };
}

/** The server's own refusal, after which it is ready for the next statement: a code of five characters. */
function isRefusal(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(sqlState(error)) && !isGoing(error);
}

/** 57P01 to 57P03: the server goes down. 25006: it takes no writes, and a new connection may lead to the one that does. */
function isGoing(error: unknown): boolean {
  return /^(57P|25006)/.test(sqlState(error));
}

function sqlState(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}

function embedded(client: EmbeddedPostgres, ms: number): Database<PostgresQueryable> {
  return {
    run: runOn(client, ms),
    async transaction(work) {
      let value: { readonly kept: Awaited<ReturnType<typeof work>>["value"] } | undefined;
      try {
        return await client.transaction(async (tx) => {
          const outcome = await work(runOn(tx, ms), tx);
          if (outcome.keep) return outcome.value;
          value = { kept: outcome.value };
          throw rollBack;
        });
      } catch (error) {
        if (error === rollBack && value !== undefined) return value.kept;
        throw error;
      }
    },
  };
}

const rollBack = new Error("Rolled back, as decided.");
