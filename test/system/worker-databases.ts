import mysql from "mysql2/promise";
import pg from "pg";
import { createRegistrar, type Options, type Registrar, type Store } from "../../src/index.js";
import * as mysqlRoom from "../../src/store/mysql.js";
import * as postgresRoom from "../../src/store/postgres.js";

/** All of a registrar's options but those that name the type of a transaction. */
export type Wiring = Omit<Options<"email", null, never>, "store" | "accounts"> & {
  /** Stands before the store, for whoever watches it. */
  readonly watch?: <Tx>(store: Store<Tx>) => Store<Tx>;
  /** Whether each account gets a row of the host's own, in the activation's transaction. */
  readonly hostRows?: boolean | undefined;
};

type Row = Readonly<Record<string, unknown>>;

/** A database through a pool of its own, as workers and their tests use it. */
export interface OpenDatabase {
  registrar(wiring: Wiring): Registrar<"email", null>;
  /** Brings it to Porchlight's schema. */
  migrate(): Promise<void>;
  /** The same, with a host's own table. */
  prepare(): Promise<void>;
  query(statement: string): Promise<readonly Row[]>;
  /** Opens every connection of the pool, and gives the names that the server has for them. */
  warm(): Promise<readonly number[]>;
  /** Locks every table, until the function that it answers is called. */
  lock(): Promise<() => Promise<void>>;
  /** How many connections the server serves on this database. */
  count(): Promise<number>;
  /** Which of these connections the server still serves. */
  alive(names: readonly number[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface Choices {
  readonly connections?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** The pool as its driver makes it, without the limits that a host should give it. */
  readonly unlimited?: boolean | undefined;
}

const hostTable = "create table if not exists porchlight_host_user (account_id varchar(128) primary key)";

const tables = ["registration", "account", "identifier", "message", "event", "schema"].map(
  (name) => `porchlight_${name}`,
);

/** One entry for each kind of server on which several processes share a database. */
export const openDatabase = {
  postgres(url: string, { connections = 8, timeoutSeconds = 5, unlimited }: Choices = {}): OpenDatabase {
    const ms = timeoutSeconds * 1000;
    const limits = unlimited ? {} : { connectionTimeoutMillis: ms, statement_timeout: ms };
    const pool = new pg.Pool({ connectionString: url, max: connections, ...limits });
    pool.on("error", () => {});
    const store = postgresRoom.postgresStore(pool, { timeoutSeconds });
    return {
      registrar({ watch = (seen) => seen, hostRows, ...options }) {
        const insert = async (tx: pg.PoolClient, { id }: { readonly id: string }) => {
          await tx.query("insert into porchlight_host_user (account_id) values ($1)", [id]);
          return undefined;
        };
        return createRegistrar({ ...options, store: watch(store), ...(hostRows && { accounts: { insert } }) });
      },
      migrate: () => postgresRoom.migrate(pool),
      async prepare() {
        await postgresRoom.migrate(pool);
        await pool.query(hostTable);
      },
      query: async (statement) => (await pool.query(statement)).rows,
      async warm() {
        const held = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
        const named = await Promise.all(held.map((connection) => connection.query("select pg_backend_pid() as name")));
        for (const connection of held) connection.release();
        return named.map(({ rows }) => rows[0].name);
      },
      async lock() {
        const holder = await pool.connect();
        await holder.query(`begin; lock table ${tables.join()} in access exclusive mode`);
        return async () => {
          await holder.query("rollback");
          holder.release();
        };
      },
      async count() {
        const { rows } = await pool.query("select pid from pg_stat_activity where datname = current_database()");
        return rows.length;
      },
      async alive(names) {
        const { rows } = await pool.query<{ pid: number }>("select pid from pg_stat_activity where pid = any($1)", [
          names,
        ]);
        return rows.map(({ pid }) => pid);
      },
      close: () => pool.end(),
    };
  },

  mysql(url: string, { connections = 8, timeoutSeconds = 5, unlimited }: Choices = {}): OpenDatabase {
    const limits = unlimited ? {} : { connectTimeout: timeoutSeconds * 1000 };
    const pool = mysql.createPool({ uri: url, connectionLimit: connections, ...limits });
    const store = mysqlRoom.mysqlStore(pool, { timeoutSeconds });
    const query = async (statement: string) => {
      const [result] = await pool.query(statement);
      const rows = Array.isArray(result) ? result : [];
      return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)])));
    };
    return {
      registrar({ watch = (seen) => seen, hostRows, ...options }) {
        const insert = async (tx: mysql.PoolConnection, { id }: { readonly id: string }) => {
          await tx.execute("insert into porchlight_host_user (account_id) values (?)", [id]);
          return undefined;
        };
        return createRegistrar({ ...options, store: watch(store), ...(hostRows && { accounts: { insert } }) });
      },
      migrate: () => mysqlRoom.migrate(pool),
      async prepare() {
        await mysqlRoom.migrate(pool);
        await pool.query(hostTable);
      },
      query,
      async warm() {
        const held = await Promise.all(Array.from({ length: connections }, () => pool.getConnection()));
        for (const connection of held) connection.release();
        return held.map(({ threadId }) => threadId);
      },
      async lock() {
        const holder = await pool.getConnection();
        await holder.query(`lock tables ${tables.map((table) => `${table} write`).join()}`);
        return async () => {
          await holder.query("unlock tables");
          holder.release();
        };
      },
      count: async () => (await query("select id from information_schema.processlist where db = database()")).length,
      async alive(names) {
        const rows = await query(`select id as name from information_schema.processlist where id in (${names.join()})`);
        return rows.map(({ name }) => Number(name));
      },
      // It says goodbye on each connection, and fails on one that a test has cut.
      close: () => pool.end().catch(() => {}),
    };
  },
} satisfies Readonly<Record<string, (url: string, choices?: Choices) => OpenDatabase>>;

/** A binary column comes as its bytes. */
const textOf = (value: unknown): unknown => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);

export type Kind = keyof typeof openDatabase;
