import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { libsqlLimiter } from "../../src/limiter/libsql.js";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import type { Limit, Limiter } from "../../src/ports.js";
import type { Value } from "../../src/sql/database.js";
import * as libsql from "../../src/store/libsql.js";
import * as mysql from "../../src/store/mysql.js";
import * as postgres from "../../src/store/postgres.js";
import { hranaServer } from "./hrana-server.js";
import { describeMysql, describePostgres } from "./servers.js";

/** What each call costs, as the limiters' documentation says. */
interface Prices {
  readonly nothing: number;
  readonly read: number;
  readonly refused: number;
  readonly hitOne: number;
  readonly hitAgain: number;
  readonly hitSeveral: number;
  readonly clear: number;
  readonly purge: number;
}

const same = { nothing: 0, read: 1, refused: 1, hitOne: 2, hitAgain: 2, clear: 1, purge: 1 };

async function pricesOf(limiter: Limiter, trips: () => number): Promise<Prices> {
  const price = async (work: () => Promise<unknown> | undefined): Promise<number> => {
    const before = trips();
    await work();
    return trips() - before;
  };
  const limit = (key: string, max = 2): Limit => ({ key, max, perSeconds: 3600 });
  // The first call of all looks at the schema's version.
  await limiter.hit([{ ...limit("a"), cost: 0 }]);
  return {
    nothing: await price(() => limiter.hit([])),
    read: await price(() => limiter.hit(["a", "b", "c"].map((key) => ({ ...limit(key), cost: 0 })))),
    hitOne: await price(() => limiter.hit([limit("a")])),
    hitAgain: await price(() => limiter.hit([limit("a")])),
    refused: await price(() => limiter.hit([limit("b"), limit("a")])),
    hitSeveral: await price(() => limiter.hit(["b", "c", "d", "e"].map((key) => limit(key)))),
    clear: await price(() => limiter.clear("a")),
    purge: await price(() => limiter.purge?.(Date.now(), 100)),
  };
}

describePostgres("postgresLimiter", (database) => {
  beforeAll(() => postgres.migrate(database().pool));

  it("costs as many round trips as its documentation says", async () => {
    let trips = 0;
    const limiter = postgresLimiter({
      async connect() {
        const connection = await database().pool.connect();
        return {
          release: (broken?: boolean) => connection.release(broken),
          query(text: string, values?: Value[]) {
            trips += 1;
            return connection.query(text, values);
          },
        };
      },
    });
    expect(await pricesOf(limiter, () => trips)).toEqual({ ...same, hitSeveral: 5 });
  });
});

describeMysql("mysqlLimiter", (database) => {
  beforeAll(() => mysql.migrate(database().pool));

  it("costs as many round trips as its documentation says", async () => {
    let trips = 0;
    const limiter = mysqlLimiter({
      async getConnection() {
        const connection = await database().pool.getConnection();
        return {
          release: () => connection.release(),
          destroy: () => connection.destroy(),
          query(text: string) {
            trips += 1;
            return connection.query(text);
          },
          execute(text: string, values: (string | null)[]) {
            trips += 1;
            return connection.execute(text, values);
          },
        };
      },
    });
    expect(await pricesOf(limiter, () => trips)).toEqual({ ...same, hitSeveral: 7 });
  });
});

describe("libsqlLimiter over a server", () => {
  it("costs as many round trips as its documentation says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "porchlight-limiter-"));
    const server = await hranaServer(join(folder, "counters.db"));
    const client = createClient({ url: server.url });
    onTestFinished(async () => {
      client.close();
      await server.close();
      await rm(folder, { recursive: true });
    });
    await libsql.migrate(client);
    expect(await pricesOf(libsqlLimiter(client), server.requests)).toEqual({ ...same, hitSeveral: 2 });
  });
});
