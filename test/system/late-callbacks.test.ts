import type mysql from "mysql2/promise";
import type pg from "pg";
import { beforeAll, expect, it } from "vitest";
import { PorchlightError } from "../../src/errors.js";
import { migrate as migrateMysql, mysqlStore } from "../../src/store/mysql.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { activationOf, pendingRegistration } from "../../src/testing/examples.js";
import { describeMysql, describePostgres } from "./servers.js";

const ada = pendingRegistration();
/** What the registrar throws where a host's callback takes too long; the callback itself knows nothing of it. */
const givenUp = new PorchlightError("ERR_HOST_CALLBACK", { cause: { code: "ETIMEDOUT" } });
const lateRow = "insert into host_user (id) values (1)";

describePostgres("a callback that was given up on", (database) => {
  beforeAll(async () => {
    await migrate(database().pool);
    await database().pool.query("create table host_user (id integer primary key)");
  });

  it("writes nothing afterwards in PostgreSQL, and no other caller gets its connection", async () => {
    const store = postgresStore(database().pool);
    await store.commit({ base: 0, registration: ada, outbox: [] });
    let held: pg.PoolClient | undefined;
    const inTransaction = async (tx: pg.PoolClient): Promise<never> => {
      held = tx;
      throw givenUp;
    };
    await expect(store.commit({ ...activationOf(ada, "account-1"), inTransaction })).rejects.toBe(givenUp);
    await expect(held?.query(lateRow)).rejects.toThrow();
    expect((await database().pool.query("select id from host_user")).rows).toEqual([]);
    expect(await store.commit(activationOf(ada, "account-1"))).toBe("committed");
  });
});

describeMysql("a callback that was given up on", (database) => {
  beforeAll(async () => {
    await migrateMysql(database().pool);
    await database().pool.query("create table host_user (id integer primary key)");
  });

  it("writes nothing afterwards in MySQL, and no other caller gets its connection", async () => {
    const store = mysqlStore(database().pool);
    await store.commit({ base: 0, registration: ada, outbox: [] });
    let held: mysql.PoolConnection | undefined;
    const inTransaction = async (tx: mysql.PoolConnection): Promise<never> => {
      held = tx;
      throw givenUp;
    };
    await expect(store.commit({ ...activationOf(ada, "account-1"), inTransaction })).rejects.toBe(givenUp);
    await expect(held?.query(lateRow)).rejects.toThrow();
    expect((await database().pool.query("select id from host_user"))[0]).toEqual([]);
    expect(await store.commit(activationOf(ada, "account-1"))).toBe("committed");
  });
});
