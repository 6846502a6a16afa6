import type { Database, Outcome, Ran, Run, Value } from "./database.js";
import { lookAtSchema, type ReadyDatabase, storeTables } from "./migration.js";

/** One statement with its parameters, each a `?`. */
export type Statement = readonly [text: string, values?: readonly Value[] | undefined];

/** Runs statements one after another in one transaction of their own, or in the one that is open: one round trip. */
export type Batch = (statements: readonly Statement[]) => Promise<readonly Ran[]>;

/** A {@link Database} of SQLite: a transaction holds the only lock for writing from its begin on. */
export interface SqliteDatabase<Tx> extends Database<Tx> {
  readonly batch: Batch;
  transaction<T>(work: (run: Run, tx: Tx, batch: Batch) => Promise<Outcome<T>>): Promise<T>;
}

export interface ReadySqliteDatabase<Tx> extends SqliteDatabase<Tx>, ReadyDatabase<Tx> {
  transaction<T>(work: (run: Run, tx: Tx, batch: Batch) => Promise<Outcome<T>>): Promise<T>;
}

/** Lets no statement through before the schema was found new enough, once per process. */
export function readySqlite<Tx>(
  database: SqliteDatabase<Tx>,
  tables: readonly string[] = storeTables,
): ReadySqliteDatabase<Tx> {
  const schema = lookAtSchema(database, isMissingTable, tables);
  return {
    ready: schema.now,
    async run(text, values) {
      await schema.once();
      return database.run(text, values);
    },
    async batch(statements) {
      await schema.once();
      return database.batch(statements);
    },
    async transaction(work) {
      await schema.once();
      return database.transaction(work);
    },
  };
}

/** SQLite has one code for every wrong statement (1 SQLITE_ERROR), so only the words tell. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof Error && /no such table: (main\.)?porchlight_/.test(error.message);
}

/**
 * What every driver binds: 1 and 0 for a boolean, JSON for a list.
 *
 * @throws TypeError for text that would come back changed: drivers replace lone surrogates, and some functions of SQLite
 * end a text at its NUL
 */
export function bindable(values: readonly Value[] = []): (string | number | null)[] {
  return values.map((value) => {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
    if (typeof value !== "string" || (value.isWellFormed() && !value.includes("\0"))) return value;
    throw new TypeError("A text does not fit: it has a NUL or a lone surrogate.");
  });
}

/** Whether a statement gives rows: some drivers must be asked for them in another way. */
export function givesRows(text: string): boolean {
  return isRead(text) || /\breturning\b/i.test(text);
}

export function isRead(text: string): boolean {
  return /^\s*select\b/i.test(text);
}

export function isRow(row: unknown): row is Ran["rows"][number] {
  return typeof row === "object" && row !== null;
}
