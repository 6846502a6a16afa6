import { type Migration, readVersion } from "./migration.js";
import { isMissingTable, type SqliteDatabase, type Statement } from "./sqlite-dialect.js";

// Text compares bytewise in SQLite, so nothing is said of it. `strict`, because a column takes any type otherwise. No
// foreign key is declared: whether one is kept is a setting of each connection, and rows are deleted explicitly. Small
// rows lie in their primary key's own index.
const steps: readonly (readonly string[])[] = [
  [
    `create table if not exists porchlight_registration (
  id text primary key not null check (length(id) <= 40),
  version integer not null,
  state text not null check (state in ('pending', 'activated', 'closed')),
  committed_at integer not null,
  ends_at integer not null,
  address_key text check (length(address_key) <= 320),
  serial integer,
  guesses integer,
  password_tries integer,
  delivery text check (delivery in ('queued', 'sent', 'failed')),
  account_id text check (length(account_id) <= 128),
  outcome text,
  body text
) strict`,
    "create index if not exists porchlight_registration_ends_at on porchlight_registration (ends_at)",
    "create index if not exists porchlight_registration_address_key on porchlight_registration (address_key) where address_key is not null",
    "create index if not exists porchlight_registration_account_id on porchlight_registration (account_id) where account_id is not null",
    `create table if not exists porchlight_account (
  id text primary key not null check (length(id) <= 128),
  password text check (length(password) <= 1024),
  profile text not null,
  metadata text not null,
  activated_at integer not null
) strict`,
    `create table if not exists porchlight_identifier (
  address_key text primary key not null check (length(address_key) <= 320),
  account_id text not null check (length(account_id) <= 128),
  channel text not null check (channel in ('email', 'phone')),
  address text not null check (length(address) <= 320),
  country text,
  phone_type text
) strict, without rowid`,
    "create index if not exists porchlight_identifier_account_id on porchlight_identifier (account_id)",
    `create table if not exists porchlight_consent (
  account_id text not null check (length(account_id) <= 128),
  position integer not null,
  document text not null check (length(document) <= 64),
  version text not null check (length(version) <= 64),
  locale text not null check (length(locale) <= 64),
  agreed_at integer not null,
  primary key (account_id, position)
) strict, without rowid`,
    `create table if not exists porchlight_message (
  id text primary key not null check (length(id) <= 40),
  registration_id text not null check (length(registration_id) <= 40),
  kind text not null check (kind in ('activation', 'activated')),
  channel text not null check (channel in ('email', 'phone')),
  serial integer not null,
  locale text not null check (length(locale) <= 64),
  due_at integer not null,
  attempt integer not null default 0,
  lease text check (length(lease) <= 40),
  leased_until integer not null default 0
) strict, without rowid`,
    "create index if not exists porchlight_message_due_at on porchlight_message (channel, due_at)",
    "create index if not exists porchlight_message_registration_id on porchlight_message (registration_id)",
    "create index if not exists porchlight_message_lease on porchlight_message (lease) where lease is not null",
    `create table if not exists porchlight_event (
  id text primary key not null check (length(id) <= 40),
  registration_id text not null check (length(registration_id) <= 40),
  position integer not null,
  body text not null,
  due_at integer not null,
  attempt integer not null default 0,
  lease text check (length(lease) <= 40),
  leased_until integer not null default 0
) strict, without rowid`,
    "create index if not exists porchlight_event_due_at on porchlight_event (due_at)",
    "create index if not exists porchlight_event_registration_id on porchlight_event (registration_id, position, id)",
    "create index if not exists porchlight_event_lease on porchlight_event (lease) where lease is not null",
    `create table if not exists porchlight_counter (
  counter_key text primary key not null check (length(counter_key) <= 255),
  hits text not null,
  ends_at integer not null
) strict, without rowid`,
    "create index if not exists porchlight_counter_ends_at on porchlight_counter (ends_at)",
  ],
];

const versions = "create table if not exists porchlight_schema (version integer primary key not null) strict";
const reached = (version: number): string =>
  `insert into porchlight_schema (version) values (${version}) on conflict do nothing`;

/**
 * Gives the schema's SQL, one entry for each of its versions, for a host that runs it itself or keeps it among its own migrations.
 *
 * Each entry may be run again without harm. It needs SQLite 3.38 or later, as the store does.
 *
 * @example
 * ```ts
 * import { schema } from "porchlight/store/sqlite";
 * for (const { version, sql } of schema()) console.log(`-- porchlight ${version}\n${sql}`);
 * ```
 */
export function schema(): readonly Migration[] {
  return steps.map((statements, n) => ({
    version: n + 1,
    sql: `${[versions, ...statements, reached(n + 1)].join(";\n\n")};\n`,
  }));
}

/** Brings a database to the schema that this version needs, in one transaction: others wait, and find nothing left to do. */
export async function migrateSqlite(database: SqliteDatabase<unknown>): Promise<void> {
  if ((await readVersion(database, isMissingTable)) >= steps.length) return;
  await database.transaction(async (run, _, batch) => {
    await run(versions);
    const version = await readVersion({ run }, isMissingTable);
    const missing = steps.flatMap((statements, n) => (n < version ? [] : [...statements, reached(n + 1)]));
    await batch(missing.map((statement): Statement => [statement]));
    return { keep: true, value: undefined };
  });
}
