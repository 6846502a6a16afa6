import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { schemaVersion } from "../../../src/sql/migration.js";
import { migrate, schema, sqliteStore } from "../../../src/store/sqlite.js";
import { activationOf, eventOf, messageOf, newYear, pendingRegistration } from "../../../src/testing/examples.js";

let connection: Database.Database;
beforeEach(() => {
  connection = new Database(":memory:");
});
afterEach(() => void connection.close());

const objects = (database: Database.Database) =>
  database.prepare("select type, name, sql from sqlite_master where sql is not null order by name").all();

describe("the schema of SQLite", () => {
  it("has as many versions as this version needs", () => {
    expect(schema().map(({ version }) => version)).toEqual(Array.from({ length: schemaVersion }, (_, n) => n + 1));
  });

  it("is the same whether a host runs it itself, even twice, or migrates", async () => {
    const own = new Database(":memory:");
    for (const { sql } of [...schema(), ...schema()]) own.exec(sql);
    await migrate(connection);
    await migrate(connection);
    expect(objects(connection)).toEqual(objects(own));
    await expect(sqliteStore(own).ready?.()).resolves.toBeUndefined();
    own.close();
  });

  it("is left as it is where it is newer than this version", async () => {
    await migrate(connection);
    connection.exec(`insert into porchlight_schema values (${schemaVersion + 1})`);
    await migrate(connection);
    await expect(sqliteStore(connection).ready?.()).resolves.toBeUndefined();
  });

  it("bounds its ids and keys, and takes no text for a number", async () => {
    await migrate(connection);
    const insert = connection.prepare<unknown[]>(
      "insert into porchlight_message (id, registration_id, kind, channel, serial, locale, due_at) values (?, ?, ?, ?, ?, ?, ?)",
    );
    const row = ["m", "r", "activation", "email", 1, "en", newYear];
    expect(insert.run(...row).changes).toBe(1);
    for (const [place, wrong] of [
      [0, "m".repeat(41)],
      [1, "r".repeat(41)],
      [2, "event"],
      [3, "event"],
      [4, "one"],
      [6, 0.5],
    ] as const) {
      expect(() => insert.run(...row.with(place, wrong))).toThrow(/constraint|cannot store/);
    }
  });

  it("has an index for every statement of the store, and no other", async () => {
    await migrate(connection);
    const texts = new Set<string>();
    const store = sqliteStore({
      exec: (text) => connection.exec(text),
      prepare: (text) => {
        texts.add(text);
        return connection.prepare<(string | number | null)[]>(text);
      },
    });
    const ada = pendingRegistration();
    await store.commit({ base: 0, registration: ada, outbox: [messageOf(ada), eventOf(ada.id, "event")] });
    await store.commit({ base: 1, registration: ada, outbox: [] });
    await store.charge(ada.id, 1, "code", 5);
    await store.charge(ada.id, 1, "password", 5);
    const leased = [
      ...(await store.lease(newYear, newYear + 1, 10, "email")),
      ...(await store.lease(newYear, newYear + 1, 10, "event")),
    ];
    const event = eventOf(ada.id, "failed");
    await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "retry", dueAt: newYear })));
    await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "failed", event })));
    await store.commit(activationOf(ada, "account-1", 2));
    await store.find(ada.id);
    await store.account("account-1");
    await store.accountByKey("ada@example.com");
    await store.setPassword("account-1", "hash");
    await store.erase("ada@example.com");
    await store.purge(newYear, 10);

    const steps = [...texts].flatMap((text) =>
      connection
        .prepare(`explain query plan ${text}`)
        .all(...Array.from(text.matchAll(/\?/g), () => ""))
        .map((step) => String(Reflect.get(Object(step), "detail"))),
    );
    // The parameter that is JSON, the rows of a lease, and what a subquery has chosen; but no table save that of versions.
    const scans = steps.filter((step) => step.startsWith("SCAN"));
    const harmless = /^SCAN (CONSTANT ROW|o VIRTUAL TABLE|entry$|\(subquery|porchlight_schema)/;
    expect(scans.filter((step) => !harmless.test(step))).toEqual([]);
    const indices = connection
      .prepare(
        "select name from sqlite_master where type = 'index' and name like 'porchlight_%' and tbl_name <> 'porchlight_counter'",
      )
      .all()
      .map((row) => String(Reflect.get(Object(row), "name")));
    expect(indices.length).toBeGreaterThan(5);
    expect(indices.filter((name) => !steps.some((step) => step.includes(`INDEX ${name} `)))).toEqual([]);
  });
});
