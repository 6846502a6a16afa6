import mysql from "mysql2/promise";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Lane } from "../../../src/ports.js";
import { isMissingTable, mysqlDatabase, rawMysql } from "../../../src/sql/mysql.js";
import { migrate, mysqlStore } from "../../../src/store/mysql.js";
import { activationOf, eventOf, messageOf, newYear, pendingRegistration } from "../../../src/testing/examples.js";
import { describeMysql } from "../../system/servers.js";

const ada = pendingRegistration();

describeMysql("a MySQL or MariaDB database", (database) => {
  let pool: mysql.Pool;
  const connectionId = async () => (await rawMysql(pool).run("select connection_id() as id")).rows[0]?.id;
  const sampleOf = async (id: number) =>
    (await database().pool.query<mysql.RowDataPacket[]>("select value from host_sample where id = ?", [id]))[0][0]
      ?.value;

  beforeAll(async () => {
    await migrate(database().pool);
    await database().pool.query("create table host_sample (id integer primary key, value integer not null)");
  });

  beforeEach(async () => {
    await database().pool.query("replace into host_sample values (1, 0), (2, 0)");
    pool = mysql.createPool({ uri: database().url, connectionLimit: 1 });
  });

  afterEach(async () => {
    await pool.end();
    await database().empty();
  });

  it("gives up on a statement that hangs, closes its connection, and goes on with another", async () => {
    const { run } = rawMysql(pool, { timeoutSeconds: 1 });
    const before = await connectionId();
    await expect(run("select sleep(3)")).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    expect(await connectionId()).not.toBe(before);
  });

  it("gives up on a row that somebody holds, and writes it once it is free", async () => {
    const holder = await database().pool.getConnection();
    await holder.query("start transaction");
    await holder.query("update host_sample set value = 1 where id = 1");
    const { run, transaction } = rawMysql(pool, { timeoutSeconds: 1 });
    const raise = "update host_sample set value = value + 1 where id = ?";
    await expect(run(raise, [1])).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    await expect(
      transaction(async (inside) => {
        await inside(raise, [2]);
        await inside(raise, [1]);
        return { keep: true, value: undefined };
      }),
    ).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    await holder.query("rollback");
    holder.release();
    expect((await run(raise, [1])).changed).toBe(1);
  });

  it("gives up on a pool that has nothing to lend, and gives back what it lends too late", async () => {
    const held = await pool.getConnection();
    const { run } = rawMysql(pool, { timeoutSeconds: 1 });
    await expect(run("select 1")).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    held.release();
    expect((await run("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("keeps a connection whose statement was refused", async () => {
    const before = await connectionId();
    const refusal = await rawMysql(pool)
      .run("select * from porchlight_nothing")
      .catch((error: unknown) => error);
    expect(isMissingTable(refusal)).toBe(true);
    expect(await connectionId()).toBe(before);
  });

  it("leaves a connection that takes no writes, for a new one may lead to the server that does", async () => {
    const { run, transaction } = rawMysql(pool);
    const write = "update host_sample set value = 9 where id = ?";
    const inTransaction = () =>
      transaction(async (inside) => ({ keep: true, value: (await inside(write, [2])).changed }));
    for (const work of [async () => (await run(write, [1])).changed, inTransaction]) {
      await run("set session transaction read only");
      await expect(work()).rejects.toMatchObject({ errno: 1792 });
      expect(await work()).toBe(1);
    }
  });

  it("tries a transaction again that lost a deadlock, from its beginning", async () => {
    const { transaction } = rawMysql(database().pool);
    const both = gate(2);
    let runs = 0;
    const raise = (first: number, second: number) =>
      transaction(async (run) => {
        runs += 1;
        await run("update host_sample set value = value + 1 where id = ?", [first]);
        await both();
        await run("update host_sample set value = value + 1 where id = ?", [second]);
        return { keep: true, value: first };
      });
    expect(await Promise.all([raise(1, 2), raise(2, 1)])).toEqual([1, 2]);
    expect([runs, await sampleOf(1), await sampleOf(2)]).toEqual([3, 2, 2]);
  });

  it("rolls back what is not to be kept, and what throws", async () => {
    const { transaction } = rawMysql(pool);
    const raise = "update host_sample set value = value + 1 where id = ?";
    const before = await connectionId();
    const value = await transaction(async (run) => ({ keep: false, value: (await run(raise, [1])).changed }));
    const failure = new Error("the host's own failure");
    const thrown = transaction(async (run) => {
      await run(raise, [1]);
      throw failure;
    });
    await expect(thrown).rejects.toBe(failure);
    expect([value, await sampleOf(1), await connectionId()]).toEqual([1, 0, before]);
  });

  it("reads what others have committed meanwhile, whatever the session's own isolation", async () => {
    const { run, transaction } = rawMysql(pool);
    await run("set session transaction isolation level repeatable read");
    const read = async (inside: typeof run) =>
      (await inside("select value from host_sample where id = ?", [1])).rows[0]?.value;
    const values = await transaction(async (inside) => {
      const before = await read(inside);
      await database().pool.query("update host_sample set value = 7 where id = 1");
      return { keep: true, value: [before, await read(inside)] };
    });
    expect(values).toEqual([0, 7]);
  });

  it("survives a connection that is lost between two statements", async () => {
    const { run, transaction } = rawMysql(pool);
    const lost = transaction(async (inside, tx) => {
      const gone = new Promise((resolve) => tx.on("end", resolve));
      const { rows } = await inside("select connection_id() as id");
      await database().pool.query("kill ?", [rows[0]?.id]);
      await gone;
      return { keep: true, value: await inside("select 1") };
    });
    await expect(lost).rejects.toThrow();
    expect((await run("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("binds texts and whole numbers, and nothing that would be rounded or spread", async () => {
    const { run } = rawMysql(pool);
    const { rows } = await run("select ? as text, ? + 0 as number, ? as nothing", ["'; --", 2 ** 53 - 1, null]);
    expect(rows[0]).toEqual({ text: "'; --", number: 2 ** 53 - 1, nothing: null });
    for (const value of [1.5, Number.NaN, 2 ** 53, [1, 2]])
      await expect(run("select ?", [value])).rejects.toThrow(TypeError);
  });

  it("counts the rows that it found or changed, and gives those that it read", async () => {
    const { run } = rawMysql(pool);
    expect(await run("select id from host_sample where id = ?", [1])).toMatchObject({ rows: [{ id: 1 }], changed: 0 });
    expect(await run("delete from host_sample where id in (?, ?)", [1, 2])).toMatchObject({ rows: [], changed: 2 });
  });

  it("refuses a limit outside of 1 to 60 seconds", () => {
    for (const timeoutSeconds of [0, 61, Number.NaN]) {
      expect(() => mysqlDatabase(pool, { timeoutSeconds })).toThrow(TypeError);
    }
  });

  it("leases and purges what nobody holds, without a wait for what somebody does", async () => {
    const store = mysqlStore(pool, { timeoutSeconds: 1 });
    for (const id of ["a", "b", "c"]) {
      const registration = pendingRegistration({ id });
      const outbox = [messageOf(registration, { id }), eventOf(id, id)];
      await store.commit({ base: 0, registration, outbox });
    }
    const holder = await database().pool.getConnection();
    await holder.query("start transaction");
    for (const table of ["registration", "message", "event"]) {
      await holder.query(`select id from porchlight_${table} where id = 'b' for update`);
    }
    const leasedIds = async (lane: Lane) =>
      (await store.lease(newYear, newYear + 1, 10, lane)).map(({ id }) => id).sort();
    expect([await leasedIds("email"), await leasedIds("event")]).toEqual([
      ["a", "c"],
      ["a", "c"],
    ]);
    expect(await store.purge(ada.expiresAt, 10)).toBe(2);
    await holder.query("rollback");
    holder.release();
    expect([await leasedIds("email"), await leasedIds("event")]).toEqual([["b"], ["b"]]);
    expect(await store.purge(ada.expiresAt, 10)).toBe(1);
  });

  it("writes nothing where the host has ended the transaction that it was lent", async () => {
    const store = mysqlStore(database().pool);
    await store.commit({ base: 0, registration: ada, outbox: [] });
    const activation = activationOf(ada, "account-1");
    const ended = store.commit({ ...activation, inTransaction: async (tx) => void (await tx.query("commit")) });
    await expect(ended).rejects.toThrow("ended by another");
    expect(await store.find(ada.id)).toEqual({ version: 1, registration: ada });
    expect(await store.commit(activation)).toBe("committed");
  });

  it("writes nothing where the host swallowed a deadlock, which has ended the transaction", async () => {
    const store = mysqlStore(database().pool);
    await store.commit({ base: 0, registration: ada, outbox: [] });
    const both = gate(2);
    const rival = await database().pool.getConnection();
    await rival.query("start transaction");
    // The server gives up whoever has written less.
    await rival.query("insert into host_sample values (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0)");
    await rival.query("update host_sample set value = 5 where id = 2");
    const [swallowed] = await Promise.allSettled([
      store.commit({
        ...activationOf(ada, "account-1"),
        async inTransaction(tx) {
          await tx.query("update host_sample set value = 6 where id = 1");
          await both();
          await tx.query("update host_sample set value = 6 where id = 2").catch(() => {});
        },
      }),
      both().then(() => rival.query("update host_sample set value = 5 where id = 1")),
    ]);
    await rival.query("rollback");
    rival.release();
    expect(swallowed).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("ended by another") },
    });
    expect(await store.find(ada.id)).toEqual({ version: 1, registration: ada });
  });
});

/** Opens when so many have come, and stays open. */
function gate(count: number): () => Promise<void> {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let come = 0;
  return () => {
    come += 1;
    if (come === count) open();
    return opened;
  };
}
