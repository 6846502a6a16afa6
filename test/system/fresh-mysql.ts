import mysql from "mysql2/promise";
import { freshName, isLeftOver } from "./fresh-name.js";
import { demanded, mysqlUrl, withDatabase } from "./server-urls.js";

/** An empty database on the real MySQL or MariaDB server, with a pool of its own. */
export interface FreshMysql {
  readonly pool: mysql.Pool;
  readonly url: string;
  /** Deletes the rows of every table that begins with `porchlight_`; the schema's version stays. */
  empty(): Promise<void>;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/**
 * Makes a database that nobody else uses: one per test file, emptied between tests.
 *
 * Its collation is the server's own, which on most servers takes `a` and `A` for one letter. `connections` bounds the
 * pool, default 20. `url` names another server than the one of PORCHLIGHT_MYSQL_URL, such as a private one.
 *
 * @example
 * ```ts
 * const { pool, url, drop } = await freshMysql();
 * await pool.query("create table porchlight_sample (id varchar(30) primary key)");
 * await drop();
 * ```
 */
export async function freshMysql(
  options: { readonly connections?: number; readonly url?: string } = {},
): Promise<FreshMysql> {
  const server = options.url ?? demanded(mysqlUrl, "PORCHLIGHT_MYSQL_URL");
  const name = freshName();
  await asAdmin(server, (admin) => admin.query(`create database ${name}`));
  const url = withDatabase(server, name);
  const pool = mysql.createPool({ uri: url, connectionLimit: options.connections ?? 20 });

  return {
    pool,
    url,
    async empty() {
      const [tables] = await pool.query<mysql.RowDataPacket[]>(emptied);
      const connection = await pool.getConnection();
      try {
        // Rows that refer to each other go in any order; truncate would make every table's file anew, which is slow.
        await connection.query("set foreign_key_checks = 0");
        for (const { name: table } of tables) await connection.query("delete from ??", [table]);
      } finally {
        await connection.query("set foreign_key_checks = 1");
        connection.release();
      }
    },
    async drop() {
      await pool.end();
      await asAdmin(server, (admin) => admin.query(`drop database ${name}`));
    },
  };
}

const emptied = String.raw`select table_name as name from information_schema.tables
  where table_schema = database() and table_name like 'porchlight\_%' and table_name not like 'porchlight\_schema%'`;

/** Drops the databases that runs of more than an hour ago left on the server. */
export async function dropMysqlLeftovers(server: string): Promise<void> {
  await asAdmin(server, async (admin) => {
    const [rows] = await admin.query<mysql.RowDataPacket[]>(
      "select schema_name as name from information_schema.schemata",
    );
    for (const { name } of rows.filter((row) => isLeftOver(row.name)))
      await admin.query("drop database if exists ??", [name]).catch(() => {});
  });
}

async function asAdmin(server: string, work: (admin: mysql.Connection) => Promise<unknown>): Promise<void> {
  const admin = await mysql.createConnection({ uri: server, connectTimeout: 5_000 });
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
