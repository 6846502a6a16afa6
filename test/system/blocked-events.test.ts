import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import type mysql from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Leased, Store } from "../../src/ports.js";
import { libsqlStore, migrate as migrateLibsql } from "../../src/store/libsql.js";
import { migrate as migrateMysql, mysqlStore } from "../../src/store/mysql.js";
import { migrate as migratePostgres, postgresStore } from "../../src/store/postgres.js";
import { eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "../../src/testing/examples.js";
import { drained, minute } from "../../src/testing/store-scenes.js";
import { describeMysql, describePostgres } from "./servers.js";

/** A store, and its database: each statement gives the `n` of its first row. */
interface Opened {
  readonly store: Store<never>;
  ask(statement: string): Promise<number>;
}

/** Events that wait for one which is told to nobody yet: a lease reads past them, and others commit meanwhile. */
const blocked = `insert into porchlight_event (id, registration_id, position, body, due_at, leased_until) values
${Array.from({ length: 3_000 }, (_, n) => `('blocked-${n}', 'blocked', ${n}, '{}', 0, ${n === 0 ? newYear + minute : 0})`).join()}`;

const dueBy = (now: number): string => `select count(*) as n from porchlight_event where due_at <= ${now}`;

function holdsEventsBack(open: () => Opened): void {
  it("puts what waits for an event off with it, and tells all in order afterwards", async () => {
    const { store, ask } = open();
    const ada = pendingRegistration();
    const outbox = [messageOf(ada), eventOf(ada.id, "first"), eventOf(ada.id, "second")];
    await store.commit({ base: 0, registration: ada, outbox });
    const [first] = await store.lease(newYear, newYear + minute, 10, "event");
    await store.commit({ base: 1, registration: ada, outbox: [eventOf(ada.id, "third")] });
    await settle(store, first, newYear + 10 * minute);
    expect(await ask(dueBy(newYear + 10 * minute - 1))).toBe(0);

    await store.commit({ base: 2, registration: ada, outbox: [eventOf(ada.id, "fourth")] });
    const [message] = await store.lease(newYear, newYear + minute, 10, "email");
    if (message === undefined) throw new Error("The message is not due.");
    const event = eventOf(ada.id, "fifth");
    await store.settle([{ id: message.id, lease: message.lease, outcome: "failed", event }]);
    expect(await ask(dueBy(newYear + 10 * minute - 1))).toBe(0);
    expect(await ask(dueBy(newYear + 10 * minute))).toBe(5);

    expect(await drained(store, newYear + 10 * minute)).toEqual(["first", "second", "third", "fourth", "fifth"]);
  });

  it("puts off no event of another registration, and brings none forward", async () => {
    const { store, ask } = open();
    for (const id of ["a", "b"]) {
      const outbox = [eventOf(id, `first of ${id}`), eventOf(id, `second of ${id}`, newYear + 5 * minute)];
      await store.commit({ base: 0, registration: pendingFor(id, id), outbox });
    }
    const leased = await store.lease(newYear, newYear + minute, 10, "event");
    const [ofA, ofB] = ["a", "b"].map((id) => leased.find(({ registrationId }) => registrationId === id));
    await settle(store, ofA, newYear + 10 * minute);
    expect(await ask(dueBy(newYear + 5 * minute))).toBe(2);
    await settle(store, ofB, newYear + minute);
    expect(await ask(dueBy(newYear + 5 * minute - 1))).toBe(1);
    expect(await ask(dueBy(newYear + 5 * minute))).toBe(2);
  });

  it("leases no event beside an older one or before it, however commits and leases meet", async () => {
    const { store, ask } = open();
    await ask(blocked);
    const told = new Map<string, string[]>();
    let committing = true;
    const commitAll = async (worker: number): Promise<void> => {
      for (let n = 0; n < 80; n += 1) {
        const id = `${worker}-${n}`;
        const outbox = ["1", "2", "3"].map((place) => eventOf(id, `${id}-${place}`));
        await store.commit({ base: 0, registration: pendingFor(id, id), outbox });
      }
    };
    const tellAll = async (): Promise<void> => {
      for (let leased: readonly Leased[] = []; committing || leased.length > 0; ) {
        leased = await store.lease(newYear, newYear + minute, 20, "event");
        for (const { id, registrationId } of leased)
          told.set(registrationId, [...(told.get(registrationId) ?? []), id.slice(-1)]);
        await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
      }
    };
    const commits = Promise.all([0, 1, 2, 3, 4, 5].map(commitAll)).finally(() => {
      committing = false;
    });
    await Promise.all([commits, tellAll(), tellAll()]);
    await tellAll();
    expect(told.size).toBe(480);
    expect([...told.values()].filter((places) => places.join("") !== "123")).toEqual([]);
  });
}

async function settle(store: Store<never>, leased: Leased | undefined, dueAt: number): Promise<void> {
  if (leased === undefined) throw new Error("The event is not due.");
  await store.settle([{ id: leased.id, lease: leased.lease, outcome: "retry", dueAt }]);
}

describePostgres("postgresStore", (database) => {
  beforeAll(() => migratePostgres(database().pool));
  beforeEach(() => database().empty());
  holdsEventsBack(() => ({
    store: postgresStore(database().pool),
    ask: async (statement) => Number((await database().pool.query<{ n: string }>(statement)).rows[0]?.n),
  }));
});

describeMysql("mysqlStore", (database) => {
  beforeAll(() => migrateMysql(database().pool));
  beforeEach(() => database().empty());
  holdsEventsBack(() => ({
    store: mysqlStore(database().pool),
    ask: async (statement) => Number((await database().pool.query<mysql.RowDataPacket[]>(statement))[0][0]?.n),
  }));
});

describe("libsqlStore over a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "porchlight-"));
  const client = createClient({ url: `file:${join(folder, "porchlight.db")}` });
  beforeAll(async () => {
    await client.execute("pragma journal_mode = wal");
    await migrateLibsql(client);
  });
  beforeEach(async () => {
    await client.batch(["registration", "message", "event"].map((name) => `delete from porchlight_${name}`));
  });
  afterAll(() => {
    client.close();
    rmSync(folder, { recursive: true });
  });
  holdsEventsBack(() => ({
    store: libsqlStore(client),
    ask: async (statement) => Number((await client.execute(statement)).rows[0]?.n),
  }));
});
