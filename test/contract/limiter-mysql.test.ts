import { beforeAll, it } from "vitest";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { migrate } from "../../src/store/mysql.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { describeMysql } from "../system/servers.js";

describeMysql("mysqlLimiter keeps the contract of a limiter:", (database) => {
  beforeAll(() => migrate(database().pool));

  const subject = async () => {
    await database().empty();
    const clock = fixedClock();
    return { limiter: mysqlLimiter(database().pool, { clock }), clock };
  };

  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});
