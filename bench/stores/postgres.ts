import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type pg from "pg";
import type { PostgresClient } from "../../src/sql/postgres-clients.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { freshPostgres } from "../../test/system/fresh-postgres.js";
import type { Kept, Kind } from "./kept.js";
import { encodedPassword, everyMs, factor, firstAt, proveFilled, range } from "./people.js";
import { counted } from "./trips.js";

/** The real server, through a pool of twenty. */
export const postgres: Kind = { name: "PostgreSQL", open: openPostgres };

/** With the pool and its address, for those who look behind the store. */
export async function openPostgres(accounts: number): Promise<Kept & { readonly pool: pg.Pool; readonly url: string }> {
  const { pool, url, drop } = await freshPostgres({ connections: 20 });
  const run = (sql: string) => pool.query(sql);
  return { ...(await filled(pool, run, accounts)), tidy: () => vacuum(run), drop, pool, url };
}

/** PGlite in a directory, as the README's first commands have it. */
export const pglite: Kind = {
  name: "PGlite",
  async open(accounts) {
    const folder = await mkdtemp(join(tmpdir(), "porchlight-pglite-"));
    const database = await PGlite.create(folder);
    const run = (sql: string) => database.exec(sql);
    return {
      ...(await filled(database, run, accounts)),
      tidy: () => vacuum(run),
      async drop() {
        await database.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

type RunSql = (sql: string) => Promise<unknown>;

async function filled(raw: PostgresClient, run: RunSql, accounts: number) {
  await migrate(raw);
  const { client, count } = counted(raw);
  const store = postgresStore(client);
  if (accounts > 0) {
    for (const sql of [...fillAccounts(accounts), "vacuum analyze", "checkpoint"]) await run(sql);
    await proveFilled({ store }, accounts);
  }
  return { store, trips: count };
}

/** What autovacuum would come to; only the outbox is written and deleted all the time. */
async function vacuum(run: RunSql): Promise<void> {
  for (const table of ["message", "event"]) await run(`vacuum porchlight_${table}`);
}

/** Three inserts, in the order in which the accounts came: then indexes on addresses fill at random, as they do in life. */
export function fillAccounts(accounts: number): readonly string[] {
  const people = `(
  select at, lpad(to_hex(at), 12, '0') || rpad(head, 22, 'r') as id, lpad(to_hex(at), 12, '0') || rpad(head, 22, 'a') as account_id,
    head || '.' || n || '@example.com' as address
  from (
    select n, ${firstAt(accounts)} + n::bigint * ${everyMs} as at,
      lpad(to_hex((n::bigint * ${factor}) % ${range}), 8, '0') as head
    from generate_series(1, ${accounts}) as n
  ) as person
) as person`;
  return [
    `insert into porchlight_account (id, password, profile, metadata, activated_at)
select account_id, '${encodedPassword}', 'null', '{}', at from ${people}`,
    `insert into porchlight_identifier (address_key, account_id, channel, address)
select address, account_id, 'email', address from ${people}`,
    `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome)
select id, 2, 'activated', at, at + 86400000, account_id, 'ticket' from ${people}`,
  ];
}
