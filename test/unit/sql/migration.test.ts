import { PGlite } from "@electric-sql/pglite";
import { createClient } from "@libsql/client";
import Database from "libsql";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { libsqlLimiter } from "../../../src/limiter/libsql.js";
import { postgresLimiter } from "../../../src/limiter/postgres.js";
import { sqliteLimiter } from "../../../src/limiter/sqlite.js";
import type { Limiter, Store } from "../../../src/ports.js";
import { limiterTables, lookAtSchema, schemaVersion, storeTables } from "../../../src/sql/migration.js";
import * as libsql from "../../../src/store/libsql.js";
import * as mysql from "../../../src/store/mysql.js";
import * as postgres from "../../../src/store/postgres.js";
import * as sqlite from "../../../src/store/sqlite.js";

/** An empty database of its own, with what uses it. */
interface Opened {
  readonly store: Pick<Store, "ready" | "find">;
  readonly limiter: Limiter;
  /** What the database calls a table that is not there. */
  readonly noTable: string;
  migrate(): Promise<void>;
  exec(sql: string): Promise<unknown>;
  schema(): readonly { readonly sql: string }[];
  /** The statement that drops a table, whatever refers to it. */
  drop(table: string): string;
  close(): unknown;
}

/** One for all, because each takes seconds to start. */
const pglite = new PGlite();
afterAll(() => pglite.close());

const places: Readonly<Record<string, () => Promise<Opened>>> = {
  async SQLite() {
    const database = new Database(":memory:");
    return {
      store: sqlite.sqliteStore(database),
      limiter: sqliteLimiter(database),
      noTable: "SQLITE_ERROR",
      migrate: () => sqlite.migrate(database),
      exec: async (sql) => database.exec(sql),
      schema: sqlite.schema,
      drop: (table) => `drop table ${table}`,
      close: () => database.close(),
    };
  },
  async libSQL() {
    const client = createClient({ url: ":memory:" });
    return {
      store: libsql.libsqlStore(client),
      limiter: libsqlLimiter(client),
      noTable: "SQLITE_ERROR",
      migrate: () => libsql.migrate(client),
      exec: (sql) => client.executeMultiple(sql),
      schema: libsql.schema,
      drop: (table) => `drop table ${table}`,
      close: () => client.close(),
    };
  },
  async PGlite() {
    await pglite.exec("drop schema public cascade; create schema public");
    return {
      store: postgres.postgresStore(pglite),
      limiter: postgresLimiter(pglite),
      noTable: "42P01",
      migrate: () => postgres.migrate(pglite),
      exec: (sql) => pglite.exec(sql),
      schema: postgres.schema,
      drop: (table) => `drop table ${table} cascade`,
      close: () => undefined,
    };
  },
};

const outdated = (table: string, code: string) => ({ code: "ERR_SCHEMA_OUTDATED", cause: { name: table, code } });

describe.each(Object.entries(places))("ready, over %s,", (_, open) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  it("is refused by store and limiter where there is no schema, and given where there is", async () => {
    const { store, limiter, noTable, migrate } = opened;
    for (const port of [store, limiter])
      await expect(port.ready?.()).rejects.toMatchObject(outdated("porchlight_schema", noTable));
    await migrate();
    for (const port of [store, limiter]) await port.ready?.();
  });

  it("is refused where the version is older, which is no table's fault", async () => {
    await opened.migrate();
    await opened.exec("delete from porchlight_schema where version > 0");
    for (const port of [opened.store, opened.limiter]) {
      const refusal = await port.ready?.().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
      expect(refusal).not.toHaveProperty("cause");
    }
  });

  it("is refused, with its name, for want of any table that the port uses, whatever was seen before", async () => {
    const { store, limiter, noTable, migrate, exec, schema, drop } = opened;
    await migrate();
    for (const port of [store, limiter]) await port.ready?.();
    const uses = [
      { port: store, others: limiter, tables: storeTables },
      { port: limiter, others: store, tables: limiterTables },
    ];
    for (const { port, others, tables } of uses) {
      for (const table of tables) {
        await exec(drop(table));
        await expect(port.ready?.()).rejects.toMatchObject(outdated(table, noTable));
        await others.ready?.();
        // What the version vouches for, it does not make anew: an empty table in place of a lost one is the host's to want.
        await migrate();
        await expect(port.ready?.()).rejects.toMatchObject(outdated(table, noTable));
        for (const { sql } of schema()) await exec(sql);
        await port.ready?.();
      }
    }
  });

  it("looks at tables that others do without, and no other call does", async () => {
    await opened.migrate();
    await opened.exec("drop table porchlight_event");
    expect(await opened.store.find("registration-1")).toBeUndefined();
    await expect(opened.store.ready?.()).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    expect(await opened.store.find("registration-1")).toBeUndefined();
  });
});

describe("a look at the schema", () => {
  const tables = ["porchlight_one", "porchlight_two"];
  const version = { rows: [{ version: schemaVersion }], changed: 0 };

  function look(fail: (statement: string) => Error | undefined) {
    const said: string[] = [];
    const run = async (statement: string) => {
      said.push(statement);
      const failure = fail(statement);
      if (failure) throw failure;
      return version;
    };
    return { said, schema: lookAtSchema({ run }, (error) => error instanceof RangeError, tables) };
  }

  it("is one statement before all others, and one more, for all tables, where it is asked for", async () => {
    const { said, schema } = look(() => undefined);
    await schema.once();
    await schema.once();
    expect(said).toEqual(["select max(version) as version from porchlight_schema"]);
    said.length = 0;
    await schema.now();
    expect(said).toEqual([
      "select max(version) as version from porchlight_schema",
      "select 1 from porchlight_one, porchlight_two where 1 = 0",
    ]);
  });

  it("vouches for the calls after it", async () => {
    const { said, schema } = look(() => undefined);
    await schema.now();
    said.length = 0;
    await schema.once();
    expect(said).toEqual([]);
  });

  it("gives any other failure as it is", async () => {
    const failure = new Error("permission denied");
    for (const part of ["porchlight_schema", "porchlight_one"]) {
      const { schema } = look((statement) => (statement.includes(part) ? failure : undefined));
      await expect(schema.now()).rejects.toBe(failure);
    }
  });

  it("finds nothing amiss where the table came between two of its statements", async () => {
    let failures = 1;
    const { schema } = look((statement) => {
      if (!statement.includes("_one") || failures === 0) return undefined;
      failures -= 1;
      return new RangeError("no such table");
    });
    await expect(schema.now()).resolves.toBeUndefined();
  });
});

it.each(Object.entries({ sqlite, libsql, mysql, postgres }))(
  "store and limiter name between them every table of the schema of %s",
  (_, { schema }) => {
    const sql = schema()
      .map((one) => one.sql)
      .join("\n");
    const made = Array.from(sql.matchAll(/create table if not exists (\w+)/g), ([, name]) => name);
    expect([...new Set(made)].sort()).toEqual([...storeTables, ...limiterTables, "porchlight_schema"].sort());
  },
);
