import mysql from "mysql2/promise";
import { expect, it } from "vitest";
import { schemaVersion } from "../../../src/sql/migration.js";
import { migrate, mysqlStore, schema } from "../../../src/store/mysql.js";
import { pendingRegistration } from "../../../src/testing/examples.js";
import { describeMysql, freshMysql } from "../../system/servers.js";

const names = ["account", "consent", "counter", "event", "identifier", "message", "registration", "schema"];

/** How each table would be made. */
async function tablesOf(pool: mysql.Pool): Promise<ReadonlyMap<string, unknown>> {
  const [tables] = await pool.query<mysql.RowDataPacket[]>("show tables");
  const made = new Map<string, unknown>();
  for (const name of tables.flatMap((row) => Object.values(row)).sort()) {
    const [[table]] = await pool.query<mysql.RowDataPacket[]>("show create table ??", [name]);
    made.set(name, table?.["Create Table"]);
  }
  return made;
}

describeMysql("the schema of MySQL and MariaDB", (database) => {
  it("is asked for by name, before the first statement and as often as it is missing", async () => {
    const { pool, drop } = await freshMysql({ connections: 2 });
    const store = mysqlStore(pool);
    for (const ask of [store.ready, () => store.find("registration-1")])
      await expect(ask?.()).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await migrate(pool);
    await store.ready?.();
    expect(await store.find("registration-1")).toBeUndefined();
    await drop();
  });

  it("is made by ten processes at once, and whole for each of them", async () => {
    const pools = Array.from({ length: 10 }, () => mysql.createPool({ uri: database().url, connectionLimit: 2 }));
    const registration = pendingRegistration();
    await Promise.all(
      pools.map(async (pool, n) => {
        await migrate(pool);
        const id = `registration-${n}`;
        expect(await mysqlStore(pool).commit({ base: 0, registration: { ...registration, id }, outbox: [] })).toBe(
          "committed",
        );
      }),
    );
    const [versions] = await database().pool.query("select version from porchlight_schema");
    expect(versions).toEqual([{ version: schemaVersion }]);
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it("is left alone where it is there, with a single look", async () => {
    const asked: string[] = [];
    const { pool } = database();
    await migrate(pool);
    const watched = {
      async getConnection() {
        const connection = await pool.getConnection();
        return {
          query(text: string) {
            asked.push(text);
            return connection.query(text);
          },
          execute: (text: string, values: (string | null)[]) => connection.execute(text, values),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        };
      },
    };
    await migrate(watched);
    expect(asked).toEqual(["select max(version) as version from porchlight_schema"]);
  });

  it("is the same by schema() as by migrate(), however often its SQL is run", async () => {
    const { pool, url, drop } = await freshMysql({ connections: 1 });
    const byHand = await mysql.createConnection({ uri: url, multipleStatements: true });
    expect(schema().map(({ version }) => version)).toEqual(Array.from({ length: schemaVersion }, (_, n) => n + 1));
    for (const { sql } of [...schema(), ...schema()]) await byHand.query(sql);
    await byHand.end();
    await migrate(database().pool);
    const tables = await tablesOf(pool);
    expect([...tables.keys()]).toEqual(names.map((name) => `porchlight_${name}`));
    expect(tables).toEqual(await tablesOf(database().pool));
    await drop();
  });
});
