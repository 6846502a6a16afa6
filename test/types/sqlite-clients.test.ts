// Mostly read by the compiler: `npm run check` fails where an expected type error is missing.
import { type Client, createClient, type Transaction } from "@libsql/client";
import Database from "libsql";
import type { Store } from "porchlight";
import { libsqlStore, migrate as migrateLibsql } from "porchlight/store/libsql";
import { migrate, sqliteStore } from "porchlight/store/sqlite";
import { describe, expect, it } from "vitest";
import type { DatabaseSync } from "../runtime/node-sqlite.js";

/** The parts of `bun:sqlite` that matter, as bun-types 1.4 declares them. */
type SQLQueryBindings = string | bigint | NodeJS.TypedArray | number | boolean | null | Record<string, string | bigint>;
interface Changes {
  changes: number;
  lastInsertRowid: number | bigint;
}
interface BunStatement<ReturnType, ParamsType extends SQLQueryBindings[]> {
  all(...params: ParamsType): ReturnType[];
  run(...params: ParamsType): Changes;
}
interface BunDatabase {
  prepare<ReturnType, ParamsType extends SQLQueryBindings | SQLQueryBindings[]>(
    sql: string,
    params?: ParamsType,
  ): BunStatement<ReturnType, ParamsType extends SQLQueryBindings[] ? ParamsType : [ParamsType]>;
  exec<ParamsType extends SQLQueryBindings[]>(sql: string, ...bindings: ParamsType[]): Changes;
  readonly inTransaction: boolean;
}

describe("the types of the SQLite stores", () => {
  it("take the clients that people have, without a cast, and hand them to those who join a transaction", async () => {
    const of = {
      betterSqlite3: (database: Database.Database): Store<Database.Database> => sqliteStore(database),
      node: (database: DatabaseSync): Store<DatabaseSync> => sqliteStore(database),
      bun: (database: BunDatabase): Store<BunDatabase> => sqliteStore(database),
      libsql: (client: Client): Store<Transaction> => libsqlStore(client),
    };
    const client = createClient({ url: ":memory:" });
    await migrateLibsql(client);
    const database = new Database(":memory:");
    await migrate(database);
    expect([await of.libsql(client).find("x"), await of.betterSqlite3(database).find("x")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("know the handle of a transaction", async () => {
    const client = createClient({ url: ":memory:" });
    const byServer = (store: Store<Transaction>) => store;
    const store = byServer(libsqlStore(client));
    // @ts-expect-error a transaction of libSQL is no connection of node:sqlite
    const wrong: Store<DatabaseSync> = libsqlStore(client);
    await expect(store.find("x")).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await expect(wrong.find("x")).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
  });

  it("refuse an asynchronous client where a synchronous one is wanted, and the reverse", async () => {
    // @ts-expect-error the client of libSQL prepares no statements
    expect(() => sqliteStore(createClient({ url: ":memory:" }))).not.toThrow();
    // @ts-expect-error a synchronous connection has no batches
    expect(() => libsqlStore(new Database(":memory:"))).not.toThrow();
  });
});
