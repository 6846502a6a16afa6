import Database from "libsql";
import { beforeEach, describe, expect, it } from "vitest";
import { sqliteDatabase } from "../../../src/sql/sqlite.js";
import type { Statement } from "../../../src/sql/sqlite-dialect.js";
import { inGroups } from "../../../src/sql/sqlite-groups.js";
import { migrate } from "../../../src/store/sqlite.js";

const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const nothing: readonly Statement[] = [];

describe("batches of one turn of the event loop", () => {
  it("share a transaction behind the first, which goes at once", async () => {
    const sizes: number[] = [];
    const batch = inGroups(async (batches) => {
      sizes.push(batches.length);
      return batches.map(() => ({ rans: [] }));
    });
    const first = batch(nothing);
    const others = [batch(nothing), batch(nothing)];
    expect(sizes).toEqual([1]);
    await first;
    others.push(batch(nothing));
    await Promise.all(others);
    expect(sizes).toEqual([1, 3]);
  });

  it("go at once again in a turn that nobody else has begun", async () => {
    const sizes: number[] = [];
    const batch = inGroups(async (batches) => {
      sizes.push(batches.length);
      return batches.map(() => ({ rans: [] }));
    });
    await batch(nothing);
    await endOfTurn();
    await endOfTurn();
    void batch(nothing);
    expect(sizes).toEqual([1, 1]);
  });

  it("are at most a hundred, and the others of the next turn", async () => {
    const sizes: number[] = [];
    const batch = inGroups(async (batches) => {
      sizes.push(batches.length);
      return batches.map(() => ({ rans: [] }));
    });
    await Promise.all(Array.from({ length: 251 }, () => batch(nothing)));
    expect(sizes).toEqual([1, 100, 100, 50]);
  });

  it("all fail where nothing of any was kept", async () => {
    const lost = new Error("lost");
    const batch = inGroups(() => Promise.reject(lost));
    const ends = await Promise.allSettled([batch(nothing), batch(nothing), batch(nothing)]);
    expect(ends).toEqual(ends.map(() => ({ status: "rejected", reason: lost })));
  });
});

describe("a shared transaction of SQLite", () => {
  let connection = new Database(":memory:");
  beforeEach(async () => {
    connection = new Database(":memory:");
    await migrate(connection);
    connection.exec("create table host_user (id integer primary key)");
  });
  const users = () => connection.prepare("select id from host_user order by id").all();
  const insert = (id: number): Statement => ["insert into host_user values (?)", [id]];

  it("keeps what succeeds, and nothing of a batch that fails in its midst", async () => {
    const { batch } = sqliteDatabase(connection);
    await batch([insert(1)]);
    const ends = await Promise.allSettled([
      batch([insert(2)]),
      batch([insert(3)]),
      batch([insert(4), insert(1), insert(5)]),
      batch([insert(6)]),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(users()).toEqual([1, 2, 3, 6].map((id) => ({ id })));
    expect(connection.inTransaction).toBe(false);
  });

  it("answers nobody before it is kept", async () => {
    const { batch } = sqliteDatabase(connection);
    await batch([insert(1)]);
    const inside: boolean[] = [];
    await Promise.all([2, 3, 4].map((id) => batch([insert(id)]).then(() => inside.push(connection.inTransaction))));
    expect(inside).toEqual([false, false, false]);
  });

  it("tells everybody where SQLite itself has rolled back, and keeps nothing of theirs", async () => {
    const { batch } = sqliteDatabase(connection);
    await batch([insert(1)]);
    // As a full disk does: the whole transaction is gone, the savepoint with it.
    connection.exec(`create trigger no_two before insert on host_user when new.id = 2
begin select raise(rollback, 'gone'); end`);
    const ends = await Promise.allSettled([3, 2, 4].map((id) => batch([insert(id)])));
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(users()).toEqual([{ id: 1 }]);
    await batch([insert(5)]);
    expect(users()).toEqual([{ id: 1 }, { id: 5 }]);
  });
});
