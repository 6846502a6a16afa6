import { once } from "node:events";
import { createClient } from "@libsql/client";
import { Redis } from "ioredis";
import { createPool } from "mysql2/promise";
import pg from "pg";
import { libsqlLimiter } from "../../src/limiter/libsql.js";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { redisLimiter } from "../../src/limiter/redis.js";
import type { Limit, Limiter } from "../../src/ports.js";

/** What one process of a race is told. */
export interface Orders {
  readonly server: keyof typeof limiters;
  readonly url: string;
  /** Of Redis. */
  readonly prefix?: string;
  readonly calls: readonly (readonly Limit[])[];
}

// 250 calls of each process wait for a handful of connections, however slow the machine is.
const patience = { timeoutSeconds: 60 };

const limiters = {
  redis: (url: string, prefix?: string): Limiter => redisLimiter(new Redis(url), { prefix }),
  postgres: (url: string): Limiter => postgresLimiter(new pg.Pool({ connectionString: url, max: 5 }), patience),
  libsql: (url: string): Limiter => libsqlLimiter(createClient({ url }), patience),
  mysql: (url: string): Limiter => mysqlLimiter(createPool({ uri: url, connectionLimit: 5 }), patience),
};

// A process of its own: takes its orders, says when it stands at the line, and at the next word makes all calls at once.
if (process.send) {
  const orders: Orders = (await once(process, "message"))[0];
  const { server, url, prefix, calls } = orders;
  const limiter = limiters[server](url, prefix);
  await limiter.hit([{ key: "warm-up", max: 0, perSeconds: 60 }]);
  process.send("ready");
  await once(process, "message");
  const answers = await Promise.all(calls.map((limits) => limiter.hit(limits)));
  process.send(answers.filter(({ allowed }) => allowed).length);
}
