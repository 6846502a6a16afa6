import { randomBytes } from "node:crypto";
import mysql from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createRegistrar, type Limiter, type Store } from "../../src/index.js";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { storeTables } from "../../src/sql/migration.js";
import { memoryStore } from "../../src/store/memory.js";
import { migrate as migrateMysql, mysqlStore } from "../../src/store/mysql.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { activationOf, eventOf, messageOf, newYear, pendingRegistration } from "../../src/testing/examples.js";
import { describeMysql, describePostgres } from "./servers.js";
import { plainWiring } from "./store-faults-verbs.js";

/** A name for a role, which belongs to the whole server; MySQL takes at most 32 characters. */
const freshRole = (): string => `porchlight_role_${randomBytes(5).toString("hex")}`;

function as(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

/** What `ready()` of a registrar comes to over a store, or over a limiter, of this role. */
async function readinessOf({ store, limiter }: { readonly store?: Store; readonly limiter?: Limiter }) {
  const { wiring } = plainWiring();
  const options = { ...wiring, store: store ?? memoryStore(), limiter: limiter ?? wiring.limiter };
  const ready = createRegistrar(options).ready();
  return ready.then(
    () => "ready",
    (error: unknown) => error,
  );
}

/** Counts, of one key and of several, and deletes. */
async function useAll(limiter: Limiter): Promise<void> {
  const limit = (key: string) => ({ key, max: 10, perSeconds: 60 });
  for (const limits of [[limit("a")], [limit("a")], [limit("a"), limit("b")]])
    expect(await limiter.hit(limits)).toEqual({ allowed: true, retryAfterSeconds: 0 });
  await limiter.clear("a");
  expect(await limiter.purge?.(Date.now() + 120_000, 10)).toBe(1);
}

/** Signs somebody up, activates, tells of it and removes it all. */
async function useEverything(store: Store): Promise<void> {
  const ada = pendingRegistration();
  const outbox = [messageOf(ada), eventOf(ada.id, "event")];
  expect(await store.commit({ base: 0, registration: ada, outbox })).toBe("committed");
  expect((await store.charge(ada.id, 1, "code", 5))?.paid).toBe(true);
  for (const lane of ["email", "event"] as const) {
    const leased = await store.lease(newYear, newYear + 1, 10, lane);
    expect(leased).toHaveLength(1);
    await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
  }
  const activation = activationOf(ada, "account-1");
  expect(await store.commit({ ...activation, inTransaction: async () => undefined })).toBe("committed");
  expect(await store.setPassword("account-1", "hash")).toBe(true);
  await store.erase(ada.identifier.key);
  expect(await store.account("account-1")).toBeUndefined();
  await store.purge(newYear, 10);
}

describePostgres("a role of PostgreSQL that", (database) => {
  const role = freshRole();
  const password = randomBytes(12).toString("hex");
  let pool: pg.Pool;
  const admin = (sql: string) => database().pool.query(sql);

  beforeAll(async () => {
    await migrate(database().pool);
    await admin(`create role ${role} login password '${password}'`);
    pool = new pg.Pool({ connectionString: as(database().url, role, password), max: 2 });
  });
  beforeEach(async () => {
    await admin(`revoke all on all tables in schema public from ${role}`);
  });
  afterAll(async () => {
    await pool?.end();
    await admin(`drop owned by ${role}`);
    await admin(`drop role ${role}`);
  });

  const forbidden = { cause: { code: "42501" } };

  it("may not read porchlight_schema is told so, and not that the schema is old", async () => {
    expect(await readinessOf({ store: postgresStore(pool) })).toMatchObject({ ...forbidden, code: "ERR_STORE" });
    expect(await readinessOf({ limiter: postgresLimiter(pool) })).toMatchObject({ ...forbidden, code: "ERR_LIMITER" });
  });

  it("may read no more than the version is told so at start-up", async () => {
    await admin(`grant select on porchlight_schema to ${role}`);
    expect(await readinessOf({ store: postgresStore(pool) })).toMatchObject({ ...forbidden, code: "ERR_STORE" });
    expect(await readinessOf({ limiter: postgresLimiter(pool) })).toMatchObject({ ...forbidden, code: "ERR_LIMITER" });
  });

  it("may use the limiter's table alone is good for the limiter, and not for the store", async () => {
    await admin(`grant select on porchlight_schema to ${role}`);
    await admin(`grant select, insert, update, delete on porchlight_counter to ${role}`);
    const limiter = postgresLimiter(pool);
    expect(await readinessOf({ limiter })).toBe("ready");
    await useAll(limiter);
    expect(await readinessOf({ store: postgresStore(pool) })).toMatchObject({ ...forbidden, code: "ERR_STORE" });
  });

  it("may read, insert, update and delete in the store's tables needs no more for a store", async () => {
    await admin(`grant select on porchlight_schema to ${role}`);
    await admin(`grant select, insert, update, delete on ${storeTables.join()} to ${role}`);
    const store = postgresStore(pool);
    expect(await readinessOf({ store })).toBe("ready");
    await useEverything(store);
  });
});

describeMysql("a user of MySQL or MariaDB who", (database) => {
  const role = freshRole();
  const password = randomBytes(12).toString("hex");
  let pool: mysql.Pool;
  const admin = (sql: string) => database().pool.query(sql);

  beforeAll(async () => {
    await admin("create table porchlight_sample (id integer primary key)");
    await admin(`create user ${role} identified by '${password}'`);
    // Some table, or the user may not enter the database at all.
    await admin(`grant select on porchlight_sample to ${role}`);
    pool = mysql.createPool({ uri: as(database().url, role, password), connectionLimit: 2 });
  });
  afterAll(async () => {
    await pool?.end();
    await admin(`drop user ${role}`);
  });

  const lacking = (table: string) => ({ code: "ERR_SCHEMA_OUTDATED", cause: { name: table, errno: 1142 } });

  it("may not read porchlight_schema is told that the schema is missing, whether it is there or not", async () => {
    for (const prepare of [async () => {}, () => migrateMysql(database().pool)]) {
      await prepare();
      expect(await readinessOf({ store: mysqlStore(pool) })).toMatchObject(lacking("porchlight_schema"));
      expect(await readinessOf({ limiter: mysqlLimiter(pool) })).toMatchObject(lacking("porchlight_schema"));
      await expect(mysqlStore(pool).find("registration-1")).rejects.toMatchObject(lacking("porchlight_schema"));
    }
  });

  it("may use the limiter's table alone is good for the limiter, and not for the store", async () => {
    await migrateMysql(database().pool);
    await admin(`grant select on porchlight_schema to ${role}`);
    await admin(`grant select, insert, update, delete on porchlight_counter to ${role}`);
    const limiter = mysqlLimiter(pool);
    expect(await readinessOf({ limiter })).toBe("ready");
    await useAll(limiter);
    expect(await readinessOf({ store: mysqlStore(pool) })).toMatchObject(lacking("porchlight_registration"));
  });

  it("may read, insert, update and delete in the store's tables needs no more for a store", async () => {
    await migrateMysql(database().pool);
    await admin(`grant select on porchlight_schema to ${role}`);
    for (const table of storeTables) await admin(`grant select, insert, update, delete on ${table} to ${role}`);
    const store = mysqlStore(pool);
    expect(await readinessOf({ store })).toBe("ready");
    await useEverything(store);
  });
});
