import { type Migration, readVersion } from "./migration.js";
import { untilItHolds } from "./patience.js";
import { isMissingTable, rawPostgres } from "./postgres.js";
import type { PostgresClient } from "./postgres-clients.js";

// Ids, keys and accounts compare bytewise: collate "C". JSON is text, because jsonb refuses the escape of NUL. No
// sequence and no advisory lock, which CockroachDB has not.
const steps: readonly (readonly string[])[] = [
  [
    `create table if not exists porchlight_registration (
  id varchar(40) collate "C" primary key,
  version integer not null,
  state varchar(9) not null check (state in ('pending', 'activated', 'closed')),
  committed_at bigint not null,
  ends_at bigint not null,
  address_key varchar(320) collate "C",
  serial integer,
  guesses smallint,
  password_tries smallint,
  delivery varchar(6),
  account_id varchar(128) collate "C",
  outcome varchar(9),
  body text
)`,
    "create index if not exists porchlight_registration_ends_at on porchlight_registration (ends_at)",
    "create index if not exists porchlight_registration_address_key on porchlight_registration (address_key) where address_key is not null",
    "create index if not exists porchlight_registration_account_id on porchlight_registration (account_id) where account_id is not null",
    `create table if not exists porchlight_account (
  id varchar(128) collate "C" primary key,
  password text,
  profile text not null,
  metadata text not null,
  activated_at bigint not null
)`,
    `create table if not exists porchlight_identifier (
  address_key varchar(320) collate "C" primary key,
  account_id varchar(128) collate "C" not null references porchlight_account (id) on delete cascade,
  channel varchar(5) not null check (channel in ('email', 'phone')),
  address varchar(320) not null,
  country varchar(2),
  phone_type varchar(20)
)`,
    "create unique index if not exists porchlight_identifier_account_id on porchlight_identifier (account_id)",
    `create table if not exists porchlight_consent (
  account_id varchar(128) collate "C" references porchlight_account (id) on delete cascade,
  position smallint not null,
  document varchar(64) not null,
  version varchar(64) not null,
  locale varchar(64) not null,
  agreed_at bigint not null,
  primary key (account_id, position)
)`,
    `create table if not exists porchlight_message (
  id varchar(40) collate "C" primary key,
  registration_id varchar(40) collate "C" not null,
  kind varchar(10) not null check (kind in ('activation', 'activated')),
  channel varchar(5) not null check (channel in ('email', 'phone')),
  serial integer not null,
  locale varchar(64) not null,
  due_at bigint not null,
  attempt integer not null default 0,
  lease varchar(40),
  leased_until bigint not null default 0
)`,
    "create index if not exists porchlight_message_due_at on porchlight_message (channel, due_at, id)",
    "create index if not exists porchlight_message_registration_id on porchlight_message (registration_id)",
    `create table if not exists porchlight_event (
  id varchar(40) collate "C" primary key,
  registration_id varchar(40) collate "C" not null,
  position bigint not null,
  body text not null,
  due_at bigint not null,
  attempt integer not null default 0,
  lease varchar(40),
  leased_until bigint not null default 0
)`,
    "create index if not exists porchlight_event_due_at on porchlight_event (due_at, id)",
    "create index if not exists porchlight_event_registration_id on porchlight_event (registration_id, position, id)",
    `create table if not exists porchlight_counter (
  counter_key varchar(255) collate "C" primary key,
  hits text not null,
  ends_at bigint not null
)`,
    "create index if not exists porchlight_counter_ends_at on porchlight_counter (ends_at)",
  ],
];

const versions = "create table if not exists porchlight_schema (version integer primary key)";
/**
 * What the loser meets where two create one table at once, whatever `if not exists` promises: a row of the catalogue
 * (23505), the table's row type (42710 duplicate_object), or the table itself (42P07).
 */
const createdMeanwhile: ReadonlySet<unknown> = new Set(["23505", "42710", "42P07"]);
const reached = (version: number): string =>
  `insert into porchlight_schema (version) values (${version}) on conflict do nothing`;

/**
 * Gives the schema's SQL, one entry for each of its versions, for a host that runs it itself or keeps it among its own migrations.
 *
 * Each entry may be run again without harm.
 *
 * @example
 * ```ts
 * import { schema } from "porchlight/store/postgres";
 * for (const { version, sql } of schema()) console.log(`-- porchlight ${version}\n${sql}`);
 * ```
 */
export function schema(): readonly Migration[] {
  return steps.map((statements, n) => ({
    version: n + 1,
    sql: `${[versions, ...statements, reached(n + 1)].join(";\n\n")};\n`,
  }));
}

/**
 * Brings a database to the schema that this version needs; safe when many processes start at once, and cheap when there is nothing to do.
 *
 * @example
 * ```ts
 * import { PGlite } from "@electric-sql/pglite";
 * import { migrate } from "porchlight/store/postgres";
 * await migrate(new PGlite());
 * ```
 */
export async function migrate(client: PostgresClient): Promise<void> {
  const database = rawPostgres(client, { timeoutSeconds: 60 });
  if ((await readVersion(database, isMissingTable)) >= steps.length) return;
  await untilItHolds(
    () => database.run(versions),
    (code) => createdMeanwhile.has(code),
  );
  await database.run(reached(0));
  await database.transaction(async (run) => {
    // A pool's own limits are for requests; an index over a million rows takes longer.
    for (const limit of ["statement_timeout", "lock_timeout"]) await run(`set local ${limit} = '60s'`);
    // The one row that is always there: whoever holds it migrates, the others wait and find nothing left to do.
    await run("select version from porchlight_schema where version = 0 for update");
    const version = await readVersion({ run }, isMissingTable);
    for (const [n, statements] of steps.entries()) {
      if (n < version) continue;
      for (const statement of [...statements, reached(n + 1)]) await run(statement);
    }
    return { keep: true, value: undefined };
  });
}
