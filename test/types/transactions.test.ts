import type { PGlite, Transaction } from "@electric-sql/pglite";
import pg from "pg";
import { expectTypeOf, it } from "vitest";
import type { Store } from "../../src/index.js";
import { postgresStore } from "../../src/store/postgres.js";

// Types only: nothing here connects.
it("hands the host pg's own client inside a transaction", () => {
  const store = () => postgresStore(new pg.Pool());
  expectTypeOf(store).returns.toEqualTypeOf<Store<pg.PoolClient>>();
});

it("hands the host the same client where statements are prepared", () => {
  const store = (prepared: boolean) => postgresStore(new pg.Pool(), { prepared });
  expectTypeOf(store).returns.toEqualTypeOf<Store<pg.PoolClient>>();
});

it("prepares no statements in PGlite", () => {
  const store = (database: PGlite) => {
    // @ts-expect-error it has no connections that could keep them
    return postgresStore(database, { prepared: true });
  };
  expectTypeOf(store).toBeFunction();
});

it("hands the host PGlite's own transaction", () => {
  const store = (database: PGlite) => postgresStore(database);
  expectTypeOf(store).returns.toEqualTypeOf<Store<Transaction>>();
});
