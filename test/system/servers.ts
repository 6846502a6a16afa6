import { afterAll, beforeAll, describe } from "vitest";
import { type FreshMysql, freshMysql } from "./fresh-mysql.js";
import { type FreshPostgres, freshPostgres } from "./fresh-postgres.js";
import { type FreshRedis, freshRedis } from "./fresh-redis.js";
import { canMount, type PrivateOptions } from "./premises.js";
import { hasMariadb, type PrivateMariadb, privateMariadb } from "./private-mariadb.js";
import { hasPostgres, type PrivatePostgres, privatePostgres } from "./private-postgres.js";
import { mysqlUrl, postgresUrl, redisUrl, withPort } from "./server-urls.js";

export { freshMysql, freshPostgres, freshRedis, mysqlUrl, postgresUrl, redisUrl, withPort };

/**
 * Describes what needs a real PostgreSQL, with one fresh database for all of it.
 *
 * Without PORCHLIGHT_POSTGRES_URL its tests count as skipped; the run says so in one line, and `.ci/run` fails.
 *
 * @example
 * ```ts
 * describePostgres("postgresStore", (database) => {
 *   it("is empty", async () => expect(await postgresStore(database().pool).find("x")).toBeUndefined());
 * });
 * ```
 *
 * @param tests gets a function that answers the database; call it inside hooks and tests only
 */
export function describePostgres(title: string, tests: (database: () => FreshPostgres) => void): void {
  describeServer(
    postgresUrl !== undefined,
    title,
    () => freshPostgres(),
    (made) => made.drop(),
    tests,
  );
}

/**
 * As {@link describePostgres}, on MySQL or MariaDB at PORCHLIGHT_MYSQL_URL.
 *
 * @example
 * ```ts
 * describeMysql("mysqlStore", (database) => {
 *   beforeEach(() => database().empty());
 *   it("is empty", async () => expect(await mysqlStore(database().pool).find("x")).toBeUndefined());
 * });
 * ```
 */
export function describeMysql(title: string, tests: (database: () => FreshMysql) => void): void {
  describeServer(
    mysqlUrl !== undefined,
    title,
    () => freshMysql(),
    (made) => made.drop(),
    tests,
  );
}

/**
 * As {@link describePostgres}, on Redis or Valkey at PORCHLIGHT_REDIS_URL.
 *
 * @example
 * ```ts
 * describeRedis("redisLimiter", (redis) => {
 *   const subject = async () => redisLimiter(redis().client, { prefix: redis().prefix() });
 * });
 * ```
 */
export function describeRedis(title: string, tests: (redis: () => FreshRedis) => void): void {
  describeServer(
    redisUrl !== undefined,
    title,
    () => freshRedis(),
    (made) => made.drop(),
    tests,
  );
}

/**
 * Describes what a server goes through that is stopped, filled or starved: a PostgreSQL of its own for all of it.
 *
 * Skipped, and named in the run's one line, where this machine has no PostgreSQL or may not mount the disk asked for.
 *
 * @example
 * ```ts
 * describePrivatePostgres("a store whose server stops", { settings: { max_connections: "10" } }, (server) => {
 *   it("throws", async () => { await server().stop("immediate"); });
 * });
 * ```
 */
export function describePrivatePostgres(
  title: string,
  options: PrivateOptions,
  tests: (server: () => PrivatePostgres) => void,
): void {
  const there = hasPostgres && (options.diskMegabytes === undefined || canMount());
  describeServer(
    there,
    title,
    () => privatePostgres(options),
    (made) => made.remove(),
    tests,
  );
}

/**
 * As {@link describePrivatePostgres}, with a MariaDB.
 *
 * @example
 * ```ts
 * describePrivateMariadb("a store on a full disk", { diskMegabytes: 64 }, (server) => {
 *   it("throws", async () => { await server().fill(); });
 * });
 * ```
 */
export function describePrivateMariadb(
  title: string,
  options: PrivateOptions,
  tests: (server: () => PrivateMariadb) => void,
): void {
  const there = hasMariadb && (options.diskMegabytes === undefined || canMount());
  describeServer(
    there,
    title,
    () => privateMariadb(options),
    (made) => made.remove(),
    tests,
  );
}

function describeServer<Made>(
  there: boolean,
  title: string,
  make: () => Promise<Made>,
  unmake: (made: Made) => Promise<void>,
  tests: (given: () => Made) => void,
): void {
  describe.skipIf(!there)(title, () => {
    let made: Made | undefined;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      if (made !== undefined) await unmake(made);
    });
    tests(() => {
      if (made === undefined) throw new Error("The server is ready inside hooks and tests only.");
      return made;
    });
  });
}
