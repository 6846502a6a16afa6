// Runs under a Node that has `node:sqlite`: checks every clause on a database in memory.
import { sqliteLimiter } from "../../src/limiter/sqlite.js";
import { migrate } from "../../src/store/sqlite.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { openNodeSqlite } from "./node-sqlite.js";

/** What became of one clause; a line of the program's output. */
export interface CheckedClause {
  readonly promise: string;
  /** What was broken; undefined where the promise was kept. */
  readonly broken?: string | undefined;
}

for (const { promise, check } of limiterContract) {
  const broken = await check(async () => {
    const database = openNodeSqlite(":memory:");
    await migrate(database);
    const clock = fixedClock();
    return { limiter: sqliteLimiter(database, { clock }), clock };
  }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const checked: CheckedClause = { promise, broken };
  console.log(JSON.stringify(checked));
}
