import { beforeAll, beforeEach } from "vitest";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { migrate } from "../../src/store/postgres.js";
import { itCountsForFourProcesses } from "./limiter-race.js";
import { describePostgres } from "./servers.js";

describePostgres("postgresLimiter, hit by four processes at once,", (database) => {
  beforeAll(() => migrate(database().pool));
  beforeEach(() => database().empty());

  itCountsForFourProcesses(() => ({
    where: { server: "postgres", url: database().url },
    here: postgresLimiter(database().pool),
  }));
});
