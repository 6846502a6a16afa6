import pg from "pg";
import { freshName, isLeftOver } from "./fresh-name.js";
import { demanded, postgresUrl, withDatabase } from "./server-urls.js";

/** An empty database on the real server, with a pool of its own. */
export interface FreshPostgres {
  readonly pool: pg.Pool;
  readonly url: string;
  /** Deletes the rows of every table that begins with `porchlight_`; the schema's version stays. */
  empty(): Promise<void>;
  /** Closes the pool and drops the database. Throws where a connection was never given back to the pool. */
  drop(): Promise<void>;
}

/**
 * Makes a database that nobody else uses: one per test file, emptied between tests.
 *
 * `connections` bounds the pool, default 20: a server allows 100 in all, and four files may run at once. `url` names
 * another server than the one of PORCHLIGHT_POSTGRES_URL, such as a private one.
 *
 * @example
 * ```ts
 * const { pool, url, drop } = await freshPostgres();
 * await pool.query("create table porchlight_sample (id text primary key)");
 * await drop();
 * ```
 */
export async function freshPostgres(
  options: { readonly connections?: number; readonly url?: string } = {},
): Promise<FreshPostgres> {
  const server = options.url ?? demanded(postgresUrl, "PORCHLIGHT_POSTGRES_URL");
  const name = freshName();
  await asAdmin(server, (admin) => admin.query(`create database ${name}`));
  const url = withDatabase(server, name);
  const pool = new pg.Pool({ connectionString: url, max: options.connections ?? 20 });
  // A server that stops says so to idle connections; the pool throws them away, which is all that is to be done.
  pool.on("error", () => {});

  return {
    pool,
    url,
    async empty() {
      const { rows } = await pool.query<{ name: string }>(emptied);
      // One transaction, blind to foreign keys: a hundred times as quick as truncate, which makes new files.
      const deletes = rows.map(({ name }) => `delete from ${name}`);
      await pool.query(["set local session_replication_role = replica", ...deletes].join(";"));
    },
    async drop() {
      const kept = pool.totalCount - pool.idleCount;
      if (kept === 0 && !pool.ended) await pool.end();
      await asAdmin(server, (admin) => admin.query(`drop database ${name} with (force)`));
      if (kept > 0) throw new Error(`${kept} connections of the pool were never given back.`);
    },
  };
}

const emptied = String.raw`select quote_ident(tablename) as name from pg_tables
  where schemaname = current_schema() and tablename like 'porchlight\_%' and tablename not like 'porchlight\_schema%'`;

/** Drops the databases that runs of more than an hour ago left on the server. */
export async function dropPostgresLeftovers(server: string): Promise<void> {
  await asAdmin(server, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>("select datname from pg_database");
    for (const { datname } of rows.filter((row) => isLeftOver(row.datname))) {
      // Another run may be dropping it at the same time, and fails or wins.
      await admin.query(`drop database if exists ${datname} with (force)`).catch(() => {});
    }
  });
}

async function asAdmin(server: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: server, connectionTimeoutMillis: 5_000 });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
