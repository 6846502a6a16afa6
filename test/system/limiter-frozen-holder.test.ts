import mysql from "mysql2/promise";
import pg from "pg";
import { beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import type { Limit, Limiter } from "../../src/ports.js";
import { migrate as migrateMysql } from "../../src/store/mysql.js";
import { migrate } from "../../src/store/postgres.js";
import { describeMysql, describePostgres } from "./servers.js";

/** The counter that every call of its kind shares. */
const day: Limit = { key: "sends-sms", max: 1_000, perSeconds: 86_400 };
const mine: Limit = { key: "mine", max: 1_000, perSeconds: 3_600 };
const allowed = { allowed: true, retryAfterSeconds: 0 };

/** A connection that holds the row of {@link day} and then says nothing more, as a process that froze. */
interface Holder {
  release(): Promise<void>;
  /** Whether the server has thrown it out by itself. */
  isGone(): Promise<boolean>;
}

const hold = "update porchlight_counter set ends_at = ends_at where counter_key = 'sends-sms'";

interface Place {
  limiter(timeoutSeconds: number): Limiter;
  /** Ends with its test. Where `seconds` are given, the server lends an idle transaction its locks for no longer. */
  freeze(seconds?: number): Promise<Holder>;
}

function itOutlivesAFrozenHolder(place: () => Place): void {
  it.each([
    ["of one key", [day]],
    ["of several keys", [mine, day]],
  ])("ends a hit %s in time, and the same call succeeds once the holder has gone", async (_, limits) => {
    const limiter = place().limiter(1);
    await limiter.hit([day]);
    const holder = await place().freeze();
    const late = { code: "ERR_STORE_TIMEOUT" };
    await expect(limiter.hit(limits)).rejects.toMatchObject(late);
    await expect(limiter.hit(limits)).rejects.toMatchObject(late);
    await holder.release();
    expect(await limiter.hit(limits)).toEqual(allowed);
  });

  it("leaves reads of that counter, and hits of others, as they are", async () => {
    const limiter = place().limiter(10);
    await limiter.hit([day]);
    const holder = await place().freeze();
    expect(await limiter.hit([{ ...day, cost: 0 }])).toEqual(allowed);
    expect(await limiter.hit([mine])).toEqual(allowed);
    await holder.release();
  });

  it.each([
    ["of one key", [day]],
    ["of several keys", [mine, day]],
  ])("lets a hit %s through by itself where the server throws out who idles in a transaction", async (_, limits) => {
    const limiter = place().limiter(30);
    await limiter.hit([day]);
    const holder = await place().freeze(1);
    expect(await limiter.hit(limits)).toEqual(allowed);
    expect(await holder.isGone()).toBe(true);
  });
}

describePostgres("postgresLimiter beside a frozen holder of a shared counter", (database) => {
  beforeAll(() => migrate(database().pool));
  beforeEach(() => database().empty());

  itOutlivesAFrozenHolder(() => ({
    limiter: (timeoutSeconds) => postgresLimiter(database().pool, { timeoutSeconds }),
    async freeze(seconds) {
      const holder = new pg.Client({ connectionString: database().url });
      holder.on("error", () => {});
      await holder.connect();
      onTestFinished(() => holder.end().catch(() => {}));
      if (seconds !== undefined) await holder.query(`set idle_in_transaction_session_timeout = '${seconds}s'`);
      await holder.query("begin");
      await holder.query(hold);
      return {
        release: () => holder.end(),
        isGone: () =>
          holder.query("select 1").then(
            () => false,
            () => true,
          ),
      };
    },
  }));
});

describeMysql("mysqlLimiter beside a frozen holder of a shared counter", (database) => {
  beforeAll(() => migrateMysql(database().pool));
  beforeEach(() => database().empty());

  itOutlivesAFrozenHolder(() => ({
    limiter: (timeoutSeconds) => mysqlLimiter(database().pool, { timeoutSeconds }),
    async freeze(seconds) {
      const holder = await mysql.createConnection({ uri: database().url });
      holder.on("error", () => {});
      onTestFinished(() => holder.end().catch(() => {}));
      const [[server]] = await holder.query<mysql.RowDataPacket[]>("select version() as version");
      // MySQL has no limit for transactions, but one for whoever idles.
      const limit = String(server?.version).includes("MariaDB") ? "idle_transaction_timeout" : "wait_timeout";
      if (seconds !== undefined) await holder.query(`set session ${limit} = ${seconds}`);
      await holder.query("start transaction");
      await holder.query(hold);
      return {
        release: () => holder.end(),
        isGone: () =>
          holder.query("select 1").then(
            () => false,
            () => true,
          ),
      };
    },
  }));
});
