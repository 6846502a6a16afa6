import pg from "pg";
import { beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import type { Settlement, Store } from "../../src/ports.js";
import { nameOf } from "../../src/sql/postgres-prepared.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { selectRegistration } from "../../src/store/postgres-statements.js";
import { activationOf, eventOf, messageOf, newYear, pendingFor } from "../../src/testing/examples.js";
import { describePostgres } from "./servers.js";

const longEnough = newYear + 90_000;

/** What a sign-up asks for, with none to three rows of each kind. */
async function signUps(store: Store<pg.PoolClient>): Promise<void> {
  for (const many of [0, 1, 3]) {
    const rows = Array.from({ length: many }, (_, n) => n);
    for (const kind of ["messages", "events", "both"] as const) {
      const pending = pendingFor(`${kind} ${many}`, `${kind}.${many}@example.com`);
      const outbox = (at: string) =>
        rows.flatMap((n) => [
          ...(kind === "events" ? [] : [messageOf(pending, { id: `message ${at} ${kind} ${n} of ${many}` })]),
          ...(kind === "messages" ? [] : [eventOf(pending.id, `event ${at} ${kind} ${n} of ${many}`)]),
        ]);
      await store.commit({ base: 0, registration: pending, outbox: outbox("insert") });
      await store.commit({ base: 1, registration: pending, outbox: outbox("update") });
      const activation = activationOf(pending, `account ${kind} ${many}`, 2);
      await store.commit({ ...activation, outbox: outbox("activate") });
      await store.find(pending.id);
      await store.charge(pending.id, "newest", "code", 5);
      await store.accountByKey(pending.identifier.key);
    }
  }
  for (const lane of ["email", "event"] as const) {
    for (const outcome of ["retry", "failed", "sent"] as const) {
      const leased = await store.lease(newYear, longEnough, 2, lane);
      await store.settle(
        leased.map(({ id, lease, registrationId }): Settlement => {
          if (outcome === "sent") return { id, lease, outcome };
          if (outcome === "retry") return { id, lease, outcome, dueAt: newYear };
          return { id, lease, outcome, event: eventOf(registrationId, `failure of ${id}`) };
        }),
      );
    }
  }
}

describePostgres("prepared statements", (database) => {
  beforeAll(() => migrate(database().pool));
  beforeEach(() => database().empty());

  /** A pool of one connection, so that each statement finds what those before it have left. */
  function single(): pg.Pool {
    const pool = new pg.Pool({ connectionString: database().url, max: 1 });
    pool.on("error", () => {});
    onTestFinished(() => pool.end());
    return pool;
  }

  async function namesIn(pool: pg.Pool): Promise<readonly string[]> {
    const { rows } = await pool.query<{ name: string }>("select name from pg_prepared_statements");
    return rows.map(({ name }) => name);
  }

  it("are a few dozen, however many rows come, and all bear Porchlight's name", async () => {
    const pool = single();
    const store = postgresStore(pool, { prepared: true });
    const limiter = postgresLimiter(pool, { prepared: true });
    await signUps(store);
    for (const keys of [["a"], ["a", "b"], ["a", "b", "c"]]) {
      await limiter.hit(keys.map((key) => ({ key, max: 10, perSeconds: 60 })));
    }
    const names = await namesIn(pool);
    expect(names.length).toBeGreaterThan(20);
    expect(names.length).toBeLessThan(40);
    expect(names.filter((name) => !/^porchlight_[0-9a-f]{16}$/.test(name))).toEqual([]);
    await database().empty();
    await signUps(store);
    expect(await namesIn(pool)).toHaveLength(names.length);
  });

  it("are none where nobody asked for them", async () => {
    const pool = single();
    await signUps(postgresStore(pool));
    expect(await namesIn(pool)).toEqual([]);
  });

  it("read no whole table for long after it was small when they were planned", async () => {
    const pool = single();
    const store = postgresStore(pool, { prepared: true });
    const planOfFind = async () => {
      const { rows } = await pool.query(`explain execute ${nameOf(selectRegistration)} ('nobody')`);
      return JSON.stringify(rows);
    };
    await store.commit({ base: 0, registration: pendingFor("one", "one@example.com"), outbox: [] });
    await pool.query("vacuum analyze porchlight_registration");
    for (let n = 0; n < 10; n += 1) await store.find("one");
    expect(await planOfFind()).toContain("Seq Scan");
    await pool.query(`insert into porchlight_registration (id, version, state, committed_at, ends_at, outcome)
      select 'stub ' || n, 1, 'closed', 0, 0, 'cancelled' from generate_series(1, 10000) as n`);
    for (let n = 0; n < 1_000; n += 1) await store.find("one");
    expect(await planOfFind()).toContain("Index Scan");
  });

  it("go on while a newer version adds columns", async () => {
    const pool = single();
    const store = postgresStore(pool, { prepared: true });
    await signUps(store);
    const names = await namesIn(pool);
    const tables = ["registration", "account", "identifier", "consent", "message", "event"];
    await pool.query(tables.map((name) => `alter table porchlight_${name} add column of_later text`).join(";"));
    await database().empty();
    await signUps(store);
    // On the same connection: one that was given up would have come with none.
    expect(await namesIn(pool)).toEqual(names);
    await pool.query(tables.map((name) => `alter table porchlight_${name} drop column of_later`).join(";"));
  });
});
