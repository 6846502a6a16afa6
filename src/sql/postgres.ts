import { PorchlightError } from "../errors.js";
import type { Database, Ran, Run, Value } from "./database.js";
import { type ReadyDatabase, requireSchema, storeTables } from "./migration.js";
import { isTimeOut, limitMs, type TimeLimit, untilItHolds, withinTime } from "./patience.js";
import type {
  EmbeddedPostgres,
  PostgresAnswer,
  PostgresClient,
  PostgresConnection,
  PostgresQueryable,
} from "./postgres-clients.js";
import { askPrepared, type PreparingPool, planKeeper } from "./postgres-prepared.js";

/** How a store or a limiter uses a client. */
export interface PostgresOptions extends TimeLimit {
  /**
   * Whether statements are named, so that each connection of the pool has them parsed and planned once: a third to a half
   * of the server's work. For pg's Pool and its like, straight to the server or through a proxy that knows prepared
   * statements (PgBouncer 1.21 or later). Default false.
   */
  readonly prepared?: boolean | undefined;
}

/** A database that has been found to have the schema; `tables` are those that are used. */
export function postgresDatabase(
  client: PostgresClient,
  options: PostgresOptions = {},
  tables: readonly string[] = storeTables,
): ReadyDatabase<PostgresQueryable> {
  return requireSchema(rawPostgres(client, options), isMissingTable, tables);
}

/** As {@link postgresDatabase}, whatever is there: for `migrate`. */
export function rawPostgres(
  client: PostgresClient,
  { prepared = false, ...limit }: PostgresOptions = {},
): Database<PostgresQueryable> {
  const database = databaseOf(client, prepared, limitMs(limit));
  return {
    run: (text, values) => untilItHolds(() => database.run(text, values), mayTryAgain),
    transaction: (work) => untilItHolds(() => database.transaction(work), mayTryAgain),
  };
}

function databaseOf(client: PostgresClient, prepared: boolean, ms: number): Database<PostgresQueryable> {
  if (prepared) {
    if (!isPreparing(client)) throw new TypeError("prepared: needs a pool, such as pg's.");
    return pooled(client, ms, askPrepared, planKeeper());
  }
  return "connect" in client ? pooled(client, ms, ask) : embedded(client, ms);
}

/** Whether its connections take a name only shows when they are asked. */
const isPreparing = (client: PostgresClient): client is PreparingPool => "connect" in client;

// PostgreSQL's appendix A: 40001 serialization_failure, 40P01 deadlock_detected.
const mayTryAgain = (code: unknown): boolean => code === "40001" || code === "40P01";

/** 42P01 undefined_table. A table that the role may not read is there, and 42501 insufficient_privilege comes through. */
export function isMissingTable(error: unknown): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, "code") === "42P01";
}

/** Puts one statement to a connection. */
type Ask<Connection> = (connection: Connection, text: string, values?: Value[]) => Promise<PostgresAnswer>;

const ask: Ask<PostgresQueryable> = (connection, text, values) => connection.query(text, values);

function runOn<Connection>(connection: Connection, ms: number, ask: Ask<Connection>): Run {
  return async (text, values) => {
    // A copy for its mutability only: clients do not declare that they leave the list alone.
    const asked = ask(connection, text, values && [...values]).catch(told);
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

function pooled<Connection extends PostgresConnection>(
  pool: { connect(): Promise<Connection> },
  ms: number,
  ask: Ask<Connection>,
  shouldPlan: (connection: Connection) => boolean = () => false,
): Database<PostgresQueryable> {
  /** `use` says at its end whether the connection is fit for others; one that still waits for an answer is not. */
  async function onConnection<T>(
    use: (connection: Connection, isSound: (sound: boolean) => void) => Promise<T>,
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
        const run = runOn(connection, ms, ask);
        try {
          // One that does not know the word goes on as it is; it plans as it thinks fit.
          if (shouldPlan(connection)) await run("discard plans").catch(passRefusal);
          const ran = await run(text, values);
          isSound(true);
          return ran;
        } catch (error) {
          isSound(isRefusal(error));
          throw error;
        }
      }),
    transaction: (work) =>
      onConnection(async (connection, isSound) => {
        const run = runOn(connection, ms, ask);
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

function passRefusal(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

/**
 * Whether a new connection may do better. 57P01 to 57P03: the server goes down. 25006: it takes no writes, and another may.
 * 26000, 42P05, 0A000: a prepared statement was forgotten, was there already, or gives other columns since a migration.
 */
function isGoing(error: unknown): boolean {
  return /^(57P|25006|26000|42P05|0A000)/.test(sqlState(error));
}

function sqlState(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}

function embedded(client: EmbeddedPostgres, ms: number): Database<PostgresQueryable> {
  return {
    run: runOn(client, ms, ask),
    async transaction(work) {
      let value: { readonly kept: Awaited<ReturnType<typeof work>>["value"] } | undefined;
      try {
        return await client.transaction(async (tx) => {
          const outcome = await work(runOn(tx, ms, ask), tx);
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
