import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createClient, type InStatement, type TransactionMode } from "@libsql/client";
import type mysql from "mysql2/promise";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/index.js";
import type { Value } from "../../src/sql/database.js";
import { libsqlStore, migrate as migrateLibsql } from "../../src/store/libsql.js";
import { migrate as migrateMysql, mysqlStore } from "../../src/store/mysql.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { type Prices, pricesOf, type Statements } from "./price-list.js";
import { describeMysql, describePostgres } from "./servers.js";

/** Whoever proves an address or its password, the delivery, and the host itself; nobody else. */
const mayAsk = ["deliver", "confirm", "activate", "sign in", "account", "erase"];

function itCosts(prices: Prices, open: () => Promise<{ store: Store<never>; statements: Statements }>): void {
  it("costs as many round trips as its documentation says, and asks for the owner of an address only at delivery or after a proof", async () => {
    const { store, statements } = await open();
    const found = await pricesOf(store, statements);
    expect(found.prices).toEqual(prices);
    expect(found.asked.filter((name) => !mayAsk.includes(name))).toEqual([]);
    expect(found.asked).toContain("deliver");
  });
}

const onPostgres: Prices = {
  submit: 1,
  submitAgain: 1,
  status: 1,
  resend: 2,
  change: 2,
  inspect: 1,
  confirmWrong: 1,
  confirm: 2,
  activate: 2,
  cancel: 2,
  disown: 2,
  signIn: 1,
  account: 1,
  deliverNothing: 1,
  deliverOne: 2,
  deliverTwenty: 3,
  purgeNothing: 1,
  erase: 4,
};

describe("postgresStore over PGlite", () => {
  const database = new PGlite();
  beforeAll(() => migrate(database));
  itCosts(onPostgres, async () => {
    const statements: Statements = [];
    const noted = (statement: string): void => void statements.push(statement);
    const store = postgresStore({
      query: (text: string, values?: Value[]) => {
        noted(text);
        return database.query(text, values);
      },
      // PGlite sends what begins and ends a transaction itself.
      transaction: async <T>(work: (tx: Pick<PGlite, "query">) => Promise<T>) => {
        noted("begin");
        const value = await database.transaction((tx) =>
          work({
            query: (text: string, values?: Value[]) => {
              noted(text);
              return tx.query(text, values);
            },
          }),
        );
        noted("commit");
        return value;
      },
    });
    return { store, statements };
  });
});

describePostgres("postgresStore over a pool", (database) => {
  beforeAll(() => migrate(database().pool));
  itCosts(onPostgres, async () => {
    const statements: Statements = [];
    return { store: postgresStore(counted(database().pool, statements)), statements };
  });
});

function counted(pool: pg.Pool, statements: Statements) {
  return {
    async connect() {
      const connection = await pool.connect();
      return {
        release: (broken?: boolean) => connection.release(broken),
        query(text: string, values?: Value[]) {
          statements.push(text);
          return connection.query(text, values);
        },
      };
    },
  };
}

/** Whatever takes more than one statement is a transaction: its isolation, its begin and its end are round trips too. */
const onMysql: Prices = {
  ...onPostgres,
  submit: 5,
  resend: 6,
  change: 6,
  confirmWrong: 2,
  confirm: 9,
  activate: 8,
  deliverNothing: 4,
  deliverOne: 11,
  deliverTwenty: 15,
  purgeNothing: 4,
  erase: 6,
};

describeMysql("mysqlStore", (database) => {
  beforeAll(() => migrateMysql(database().pool));
  itCosts(onMysql, async () => {
    const statements: Statements = [];
    return { store: mysqlStore(countedMysql(database().pool, statements)), statements };
  });
});

function countedMysql(pool: mysql.Pool, statements: Statements) {
  return {
    async getConnection() {
      const connection = await pool.getConnection();
      return {
        release: () => connection.release(),
        destroy: () => connection.destroy(),
        query(text: string) {
          statements.push(text);
          return connection.query(text);
        },
        execute(text: string, values: (string | null)[]) {
          statements.push(text);
          return connection.execute(text, values);
        },
      };
    },
  };
}

/** On a server each batch is one round trip. */
const onLibsql: Prices = { ...onPostgres, erase: 1 };

describe("libsqlStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "porchlight-"));
  const client = createClient({ url: `file:${join(folder, "porchlight.db")}` });
  beforeAll(() => migrateLibsql(client));
  afterAll(() => {
    client.close();
    rmSync(folder, { recursive: true });
  });
  itCosts(onLibsql, async () => {
    const statements: Statements = [];
    const noted = (statement: { readonly sql: string }): void => void statements.push(statement.sql);
    const store = libsqlStore({
      // As over the network: one call is one round trip.
      protocol: "http",
      transaction: (mode: TransactionMode) => client.transaction(mode),
      execute(statement: { readonly sql: string; readonly args: (string | number | null)[] }) {
        noted(statement);
        return client.execute(statement);
      },
      batch(batch: { readonly sql: string; readonly args: (string | number | null)[] }[], mode?: "write") {
        noted({ sql: batch.map(({ sql }) => sql).join(";") });
        return client.batch(batch satisfies InStatement[], mode);
      },
    });
    return { store, statements };
  });
});
