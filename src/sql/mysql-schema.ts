import { PorchlightError } from "../errors.js";
import { type Migration, readVersion } from "./migration.js";
import { ask, isMissingTable, type MysqlConnection, type MysqlPool, onConnection, rawMysql } from "./mysql.js";

// Ids, keys and accounts are bytes: the collations that tell every letter apart still take "a" and "a " for one. Texts
// without a bound are longtext, which nothing outgrows, so that no sql_mode ever cuts one off.
const table = (name: string, ...lines: readonly string[]): string =>
  `create table if not exists porchlight_${name} (\n  ${lines.join(",\n  ")}\n) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin`;

const leased = [
  "due_at bigint not null",
  "attempt integer not null default 0",
  "lease varbinary(40)",
  "leased_until bigint not null default 0",
];

// A statement that creates a table commits by itself, so its indexes are part of it: there is no half of one.
const steps: readonly (readonly string[])[] = [
  [
    table(
      "registration",
      "id varbinary(40) primary key",
      "version integer not null",
      "state varchar(9) not null check (state in ('pending', 'activated', 'closed'))",
      "committed_at bigint not null",
      "ends_at bigint not null",
      "address_key varbinary(320)",
      "serial integer",
      "guesses smallint",
      "password_tries smallint",
      "delivery varchar(6)",
      "account_id varbinary(128)",
      "outcome varchar(9)",
      "body longtext",
      "key porchlight_registration_ends_at (ends_at)",
      "key porchlight_registration_address_key (address_key)",
      "key porchlight_registration_account_id (account_id)",
    ),
    table(
      "account",
      "id varbinary(128) primary key",
      "password varbinary(1024)",
      "profile longtext not null",
      "metadata longtext not null",
      "activated_at bigint not null",
    ),
    table(
      "identifier",
      "address_key varbinary(320) primary key",
      "account_id varbinary(128) not null",
      "channel varchar(5) not null check (channel in ('email', 'phone'))",
      "address varchar(320) not null",
      "country varchar(2)",
      "phone_type varchar(20)",
      "key porchlight_identifier_account_id (account_id)",
      "foreign key (account_id) references porchlight_account (id) on delete cascade",
    ),
    table(
      "consent",
      "account_id varbinary(128) not null",
      "position smallint not null",
      "document varchar(64) not null",
      "version varchar(64) not null",
      "locale varchar(64) not null",
      "agreed_at bigint not null",
      "primary key (account_id, position)",
      "foreign key (account_id) references porchlight_account (id) on delete cascade",
    ),
    table(
      "message",
      "id varbinary(40) primary key",
      "registration_id varbinary(40) not null",
      "kind varchar(10) not null check (kind in ('activation', 'activated'))",
      "channel varchar(5) not null check (channel in ('email', 'phone'))",
      "serial integer not null",
      "locale varchar(64) not null",
      ...leased,
      "key porchlight_message_due_at (channel, due_at)",
      "key porchlight_message_registration_id (registration_id)",
    ),
    table(
      "event",
      "id varbinary(40) primary key",
      "registration_id varbinary(40) not null",
      "position bigint not null",
      "body longtext not null",
      ...leased,
      "key porchlight_event_due_at (due_at)",
      "key porchlight_event_registration_id (registration_id, position, id)",
    ),
    table(
      "counter",
      "counter_key varbinary(255) primary key",
      "hits longtext not null",
      "ends_at bigint not null",
      "key porchlight_counter_ends_at (ends_at)",
    ),
  ],
];

const versions = table("schema", "version integer primary key");
const reached = (version: number): string => `insert ignore into porchlight_schema (version) values (${version})`;

/**
 * Gives the schema's SQL, one entry for each of its versions, for a host that runs it itself or keeps it among its own migrations.
 *
 * Each entry may be run again without harm.
 *
 * @example
 * ```ts
 * import { schema } from "porchlight/store/mysql";
 * for (const { version, sql } of schema()) console.log(`-- porchlight ${version}\n${sql}`);
 * ```
 */
export function schema(): readonly Migration[] {
  return steps.map((statements, n) => ({
    version: n + 1,
    sql: `${[versions, ...statements, reached(n + 1)].join(";\n\n")};\n`,
  }));
}

const longestMs = 60_000;

/**
 * Brings a database to the schema that this version needs; safe when many processes start at once, and cheap when there is nothing to do.
 *
 * Whoever comes second waits, for up to a minute.
 *
 * @example
 * ```ts
 * import { createPool } from "mysql2/promise";
 * import { migrate } from "porchlight/store/mysql";
 * await migrate(createPool("mysql://app@db.example/app"));
 * ```
 */
export async function migrate<Tx extends MysqlConnection>(pool: MysqlPool<Tx>): Promise<void> {
  if ((await readVersion(rawMysql(pool), isMissingTable)) >= steps.length) return;
  // The lock belongs to the connection, and ends with it whatever happens.
  await onConnection(
    pool,
    longestMs,
    async (connection) => {
      const run = (text: string) => ask(connection, longestMs, text);
      const { rows } = await run("select get_lock('porchlight_migrate', 50) as held");
      if (Number(rows[0]?.held) !== 1) throw new PorchlightError("ERR_STORE_TIMEOUT");
      const version = await readVersion({ run }, isMissingTable);
      for (const [n, statements] of steps.entries()) {
        if (n < version) continue;
        for (const statement of [versions, ...statements, reached(n + 1)]) await run(statement);
      }
      await run("do release_lock('porchlight_migrate')");
    },
    async () => false,
  );
}
