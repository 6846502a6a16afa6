import { beforeAll, beforeEach } from "vitest";
import { mysqlLimiter } from "../../src/limiter/mysql.js";
import { migrate } from "../../src/store/mysql.js";
import { itCountsForFourProcesses } from "./limiter-race.js";
import { describeMysql } from "./servers.js";

describeMysql("mysqlLimiter, hit by four processes at once,", (database) => {
  beforeAll(() => migrate(database().pool));
  beforeEach(() => database().empty());

  itCountsForFourProcesses(() => ({
    where: { server: "mysql", url: database().url },
    here: mysqlLimiter(database().pool),
  }));
});
