import { PGlite } from "@electric-sql/pglite";
import { createClient } from "@libsql/client";
import { countingLimiter } from "../../../src/limiter/counters.js";
import { postgresLimiter } from "../../../src/limiter/postgres.js";
import { sqliteCounters } from "../../../src/limiter/sqlite-counters.js";
import type { Clock, Limiter } from "../../../src/ports.js";
import type { Run, Value } from "../../../src/sql/database.js";
import { libsqlDatabase } from "../../../src/sql/libsql.js";
import type { PostgresQueryable } from "../../../src/sql/postgres-clients.js";
import { migrate as migrateLibsql } from "../../../src/store/libsql.js";
import { migrate as migratePostgres } from "../../../src/store/postgres.js";

/** An embedded database with its counters. */
export interface CounterTable {
  open(): Promise<unknown>;
  close(): unknown;
  empty(): Promise<unknown>;
  keys(): Promise<readonly unknown[]>;
  /** A limiter of which `told` hears every statement when it has been answered, before the limiter does. */
  limiter(options: { readonly clock: Clock; readonly told: (text: string) => Promise<void> }): Limiter;
}

/** PostgreSQL's dialect. */
export function tableInPglite(): CounterTable {
  const database = new PGlite();
  return {
    open: () => migratePostgres(database),
    close: () => database.close(),
    empty: () => database.query("delete from porchlight_counter"),
    async keys() {
      const { rows } = await database.query<{ counter_key: string }>("select counter_key from porchlight_counter");
      return rows.map((row) => row.counter_key);
    },
    limiter({ clock, told }) {
      const heard = (client: PostgresQueryable) => ({
        async query(text: string, values?: Value[]) {
          const result = await client.query(text, values);
          await told(text);
          return result;
        },
      });
      return postgresLimiter(
        {
          ...heard(database),
          // PGlite sends what begins and ends a transaction itself.
          async transaction<T>(work: (tx: PostgresQueryable) => Promise<T>) {
            await told("begin");
            try {
              return await database.transaction((tx) => work(heard(tx)));
            } finally {
              await told("end");
            }
          },
        },
        { clock },
      );
    },
  };
}

/** SQLite's dialect. */
export function tableInLibsql(): CounterTable {
  const client = createClient({ url: ":memory:" });
  const database = libsqlDatabase(client);
  return {
    open: () => migrateLibsql(client),
    close: () => client.close(),
    empty: () => client.execute("delete from porchlight_counter"),
    async keys() {
      const { rows } = await client.execute("select counter_key from porchlight_counter");
      return rows.map((row) => row[0]);
    },
    limiter({ clock, told }) {
      const heard =
        (run: Run): Run =>
        async (text, values) => {
          const ran = await run(text, values);
          await told(text);
          return ran;
        };
      return countingLimiter(
        {
          ready: database.ready,
          run: heard(database.run),
          async transaction(work) {
            await told("begin");
            try {
              return await database.transaction((run, tx) => work(heard(run), tx));
            } finally {
              await told("end");
            }
          },
        },
        sqliteCounters,
        clock,
      );
    },
  };
}
