import type { Value } from "./database.js";

export interface PostgresAnswer {
  readonly rows: unknown[];
  readonly rowCount?: number | null;
  readonly affectedRows?: number;
}

/** The sliver of a PostgreSQL client that is needed: pg, PGlite and their like. */
export interface PostgresQueryable {
  query(text: string, values?: Value[]): Promise<PostgresAnswer>;
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
