import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, it } from "vitest";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { migrate } from "../../src/store/postgres.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { describePostgres } from "../system/servers.js";

describe("postgresLimiter in PGlite keeps the contract of a limiter:", () => {
  const database = new PGlite();
  beforeAll(() => migrate(database));
  afterAll(() => database.close());

  const subject = async () => {
    await database.query("delete from porchlight_counter");
    const clock = fixedClock();
    return { limiter: postgresLimiter(database, { clock }), clock };
  };

  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});

for (const prepared of [false, true]) {
  const how = prepared ? ", its statements prepared," : "";
  describePostgres(`postgresLimiter in PostgreSQL${how} keeps the contract of a limiter:`, (database) => {
    beforeAll(() => migrate(database().pool));

    const subject = async () => {
      await database().empty();
      const clock = fixedClock();
      return { limiter: postgresLimiter(database().pool, { clock, prepared }), clock };
    };

    for (const { promise, check } of limiterContract) it(promise, () => check(subject));
  });
}
