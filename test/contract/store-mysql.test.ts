import mysql from "mysql2/promise";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate, mysqlStore } from "../../src/store/mysql.js";
import { activationOf, pendingRegistration } from "../../src/testing/examples.js";
import { storeContract } from "../../src/testing/store-contract.js";
import { describeMysql } from "../system/servers.js";

describeMysql("mysqlStore over a pool of twenty keeps the contract of a store:", (database) => {
  beforeAll(() => migrate(database().pool));
  for (const { promise, check } of storeContract) {
    it(promise, () =>
      check(async () => {
        await database().empty();
        return mysqlStore(database().pool);
      }),
    );
  }
});

describeMysql("mysqlStore over a pool with habits of its own keeps the contract of a store:", (database) => {
  let pool: mysql.Pool;

  beforeAll(async () => {
    pool = mysql.createPool({
      uri: database().url,
      connectionLimit: 20,
      // An update that leaves a row as it was counts it no more.
      flags: ["-FOUND_ROWS"],
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    pool.pool.on("connection", (connection) => {
      // It cuts what is too long, quotes names by double quotes, and knows no backslash.
      connection.query("set session sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'");
      connection.query("set session transaction isolation level serializable");
    });
    await migrate(pool);
  });
  afterAll(() => pool.end());

  for (const { promise, check } of storeContract) {
    it(promise, () =>
      check(async () => {
        await database().empty();
        return mysqlStore(pool);
      }),
    );
  }

  it("setPassword says true of a hash that was there already, and false of an account that is not", async () => {
    await database().empty();
    const store = mysqlStore(pool);
    const ada = pendingRegistration();
    await store.commit({ base: 0, registration: ada, outbox: [] });
    await store.commit(activationOf(ada, "account-1"));
    expect(await store.setPassword("account-1", ada.password)).toBe(true);
    expect(await store.setPassword("account-1", ada.password, ada.password)).toBe(true);
    expect(await store.setPassword("account-1", ada.password, "another hash")).toBe(false);
    expect(await store.setPassword("account-2", ada.password)).toBe(false);
  });
});
