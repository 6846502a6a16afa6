/** What a column may hold and a parameter may be; a driver may give bytes for text, and text or bigint for a number. */
export type Value = string | number | boolean | null | readonly (string | number | null)[];

export type Row = Readonly<Record<string, unknown>>;

/** What one statement came to; `changed` counts the rows that it wrote. */
export interface Ran {
  readonly rows: readonly Row[];
  readonly changed: number;
}

/** Runs one statement with its parameters: one round trip. */
export type Run = (statement: string, values?: readonly Value[]) => Promise<Ran>;

/** What a transaction came to, and whether it is kept or rolled back. */
export interface Outcome<T> {
  readonly keep: boolean;
  readonly value: T;
}

/**
 * A database as stores and limiters use it, whatever client is behind it.
 *
 * Every statement is bounded in time; what the database asks to try again (deadlock, serialisation, busy) is tried
 * again here, so `work` may run more than once. `Tx` is the client's own handle, for the rows of a host.
 */
export interface Database<Tx> {
  readonly run: Run;
  /** READ COMMITTED, on one connection. What `work` throws rolls back and comes through. */
  transaction<T>(work: (run: Run, tx: Tx) => Promise<Outcome<T>>): Promise<T>;
}
