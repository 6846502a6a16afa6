import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "libsql";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { sqliteLimiter } from "../../src/limiter/sqlite.js";
import { migrate } from "../../src/store/sqlite.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { node24 } from "../runtime/node-24.js";
import type { CheckedClause } from "../runtime/sqlite-limiter-contract.js";

describe("sqliteLimiter over a driver in the manner of better-sqlite3 keeps the contract of a limiter:", () => {
  const subject = async () => {
    const database = new Database(":memory:");
    onTestFinished(() => void database.close());
    await migrate(database);
    const clock = fixedClock();
    return { limiter: sqliteLimiter(database, { clock }), clock };
  };

  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});

describe.skipIf(node24 === undefined)("sqliteLimiter over node:sqlite keeps the contract of a limiter:", () => {
  const program = fileURLToPath(new URL("../runtime/sqlite-limiter-contract.ts", import.meta.url));
  let checked: readonly CheckedClause[] = [];
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(node24 ?? "", ["--import", "tsx", program]);
    checked = stdout
      .trim()
      .split("\n")
      .map((line): CheckedClause => JSON.parse(line));
  });

  for (const { promise } of limiterContract) {
    it(promise, () => {
      expect(checked.filter((clause) => clause.promise === promise)).toEqual([{ promise }]);
    });
  }
});
