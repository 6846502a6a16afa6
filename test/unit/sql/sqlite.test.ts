import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SqliteConnection, sqliteDatabase } from "../../../src/sql/sqlite.js";
import { migrate, sqliteStore } from "../../../src/store/sqlite.js";
import { accountOf, activationOf, messageOf, pendingRegistration } from "../../../src/testing/examples.js";

const ada = pendingRegistration();
const insert = { base: 0, registration: ada, outbox: [] };

let connection: Database.Database;
beforeEach(async () => {
  connection = new Database(":memory:");
  await migrate(connection);
  connection.exec("create table host_user (id text primary key)");
});
afterEach(() => void connection.close());

const users = () => connection.prepare("select id from host_user").all();

/** The connection with something about it altered. */
function altered(change: Partial<SqliteConnection>): SqliteConnection {
  const prepare = (text: string) => connection.prepare<(string | number | null)[]>(text);
  return { prepare, exec: (text) => connection.exec(text), ...change };
}

describe("the database of a synchronous connection", () => {
  it("is refused before it was migrated, with the command that migrates it, and taken after", async () => {
    const fresh = new Database(":memory:");
    const store = sqliteStore(fresh);
    await expect(store.ready?.()).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await expect(store.find("x")).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await expect(store.commit(insert)).rejects.toMatchObject({ code: "ERR_SCHEMA_OUTDATED" });
    await migrate(fresh);
    await expect(store.commit(insert)).resolves.toBe("committed");
    fresh.close();
  });

  it("refuses a limit that is none", () => {
    for (const timeoutSeconds of [0, 61, Number.NaN]) {
      expect(() => sqliteStore(connection, { timeoutSeconds })).toThrow("timeoutSeconds: must be 1 to 60.");
    }
  });

  it("prepares each statement once", async () => {
    const prepared: string[] = [];
    const prepare = (text: string) => {
      prepared.push(text);
      return connection.prepare<(string | number | null)[]>(text);
    };
    const store = sqliteStore(altered({ prepare }));
    for (let n = 0; n < 5; n += 1) {
      await store.commit(insert);
      await store.charge(ada.id, 1, "code", 3);
    }
    expect(prepared).toEqual([...new Set(prepared)]);
  });

  it("prepares a statement anew after it failed", async () => {
    let fails = true;
    const { run } = sqliteDatabase(
      altered({
        prepare: (text) => {
          const statement = connection.prepare<(string | number | null)[]>(text);
          if (!fails || !text.includes("host_user")) return statement;
          const failing = () => {
            throw new Error("statement has been finalized");
          };
          return { all: failing, run: failing };
        },
      }),
    );
    await expect(run("select * from host_user")).rejects.toThrow("finalized");
    fails = false;
    await expect(run("select * from host_user")).resolves.toMatchObject({ rows: [] });
  });

  it("is never left in a transaction for another user of the connection, save by a commit with rows of the host", async () => {
    const store = sqliteStore(connection);
    const calls = Promise.all([
      store.commit(insert),
      store.charge(ada.id, 1, "code", 5),
      store.lease(0, 1, 5, "email"),
      store.commit(activationOf(ada, "account-1")),
    ]);
    let done: readonly unknown[] = [];
    void calls.then((answers) => {
      done = answers;
    });
    let open = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      if (connection.inTransaction) open += 1;
      // Between any two steps, and at the ends of turns of the event loop, where batches share a transaction.
      await (turn % 20 === 19 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
    }
    expect([done.at(-1), open]).toEqual(["committed", 0]);
  });

  it("refuses text that would come back changed before it is written", async () => {
    const { run } = sqliteDatabase(connection);
    for (const text of ["cut\0here", "a \ud800 alone"]) {
      await expect(run("insert into host_user values (?)", [text])).rejects.toThrow(TypeError);
    }
    expect(users()).toEqual([]);
  });
});

describe("a database that takes no writes", () => {
  const large = pendingRegistration({ profile: { about: "a".repeat(100_000) } });

  it.each([
    ["is full", "pragma max_page_count = 1", "pragma max_page_count = 100000", "SQLITE_FULL"],
    ["is read-only", "pragma query_only = on", "pragma query_only = off", "SQLITE_READONLY"],
  ])("because it %s says so, writes nothing, and takes the same call afterwards", async (_, from, until, code) => {
    const store = sqliteStore(connection);
    const outbox = [messageOf(large)];
    const activation = { ...activationOf(large, "account-1"), account: accountOf(large, "account-1") };
    await store.find(large.id);
    connection.exec(from);
    await expect(store.commit({ base: 0, registration: large, outbox })).rejects.toMatchObject({ code });
    expect(await store.find(large.id)).toBeUndefined();
    connection.exec(until);
    expect(await store.commit({ base: 0, registration: large, outbox })).toBe("committed");
    connection.exec(from);
    await expect(store.commit(activation)).rejects.toMatchObject({ code });
    await expect(store.commit({ ...activation, inTransaction: async () => undefined })).rejects.toMatchObject({ code });
    expect([(await store.find(large.id))?.version, await store.account("account-1")]).toEqual([1, undefined]);
    connection.exec(until);
    expect(await store.commit(activation)).toBe("committed");
  });
});

describe("the transaction that a host's rows join", () => {
  const activation = activationOf(ada, "account-1");

  it("hands over the connection itself, and keeps the host's row with the account", async () => {
    const store = sqliteStore(connection);
    await store.commit(insert);
    const answer = await store.commit({
      ...activation,
      inTransaction: async (tx) => {
        expect(tx).toBe(connection);
        tx.prepare("insert into host_user values (?)").run("ada");
        return undefined;
      },
    });
    expect([answer, users()]).toEqual(["committed", [{ id: "ada" }]]);
  });

  it("takes the host's row back where the commit is stale, taken or fails", async () => {
    const store = sqliteStore(connection);
    await store.commit(insert);
    const write = (then: () => Promise<"taken" | undefined>, base = 1) =>
      store.commit({
        ...activation,
        base,
        inTransaction: async (tx) => {
          tx.prepare("insert into host_user values (?)").run("ada");
          return then();
        },
      });
    expect(await write(async () => undefined, 7)).toBe("stale");
    expect(await write(async () => "taken")).toBe("taken");
    await expect(write(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(users()).toEqual([]);
    expect((await store.find(ada.id))?.version).toBe(1);
  });

  it("lets no other call of the store in between, so that none sees what may be rolled back", async () => {
    const store = sqliteStore(connection);
    await store.commit(insert);
    let seen: Promise<unknown> | undefined;
    const inTransaction = async (tx: Database.Database): Promise<"taken"> => {
      tx.prepare("update porchlight_registration set version = 9").run();
      seen = store.find(ada.id);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      return "taken";
    };
    await store.commit({ ...activation, inTransaction });
    expect(await seen).toEqual({ version: 1, registration: ada });
  });

  it("fails, with nothing written, where SQLite had rolled back and the callback hid it", async () => {
    const store = sqliteStore(connection);
    await store.commit(insert);
    const inTransaction = async (tx: Database.Database): Promise<undefined> => void tx.exec("rollback");
    await expect(store.commit({ ...activation, inTransaction })).rejects.toThrow("ended by another");
    expect((await store.find(ada.id))?.version).toBe(1);
    expect(await store.account("account-1")).toBeUndefined();
  });

  it("leaves the database to a callback that was given up on, and keeps what that writes then", async () => {
    const store = sqliteStore(connection);
    await store.commit(insert);
    const givenUp = new Error("late");
    let held: Database.Database | undefined;
    const inTransaction = async (tx: Database.Database): Promise<never> => {
      held = tx;
      tx.prepare("insert into host_user values (?)").run("in time");
      throw givenUp;
    };
    await expect(store.commit({ ...activation, inTransaction })).rejects.toBe(givenUp);
    held?.prepare("insert into host_user values (?)").run("late");
    expect(users()).toEqual([{ id: "late" }]);
    expect((await store.find(ada.id))?.version).toBe(1);
  });

  describe("that hangs", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it("keeps the others waiting until their time is over, and they never begin", async () => {
      const store = sqliteStore(connection, { timeoutSeconds: 1 });
      await store.commit(insert);
      let end = (): void => {};
      const ended = new Promise<undefined>((resolve) => {
        end = () => resolve(undefined);
      });
      const hanging = store.commit({ ...activation, inTransaction: () => ended });
      const charge = expect(store.charge(ada.id, 1, "code", 5)).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
      await vi.advanceTimersByTimeAsync(1_000);
      await charge;
      end();
      expect(await hanging).toBe("committed");
      const { registration } = (await store.find(ada.id)) ?? {};
      expect(registration).toEqual(activation.registration);
    });

    it("because it calls the store, ends when that call's time is over, with nothing written", async () => {
      const store = sqliteStore(connection, { timeoutSeconds: 1 });
      await store.commit(insert);
      const inTransaction = async () => void (await store.find(ada.id));
      const refused = expect(store.commit({ ...activation, inTransaction })).rejects.toMatchObject({
        code: "ERR_STORE_TIMEOUT",
      });
      await vi.advanceTimersByTimeAsync(1_000);
      await refused;
      expect((await store.find(ada.id))?.version).toBe(1);
    });
  });
});
