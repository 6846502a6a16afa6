import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "libsql";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { migrate, sqliteStore } from "../../src/store/sqlite.js";
import { storeContract } from "../../src/testing/store-contract.js";
import { node24 } from "../runtime/node-24.js";
import type { CheckedClause } from "../runtime/sqlite-contract.js";

describe("sqliteStore over a driver in the manner of better-sqlite3 keeps the contract of a store:", () => {
  for (const { promise, check } of storeContract) {
    it(promise, () =>
      check(async () => {
        const database = new Database(":memory:");
        onTestFinished(() => void database.close());
        await migrate(database);
        return sqliteStore(database);
      }),
    );
  }
});

describe.skipIf(node24 === undefined)("sqliteStore over node:sqlite under Node 24", () => {
  const program = fileURLToPath(new URL("../runtime/sqlite-contract.ts", import.meta.url));
  let checked: readonly CheckedClause[] = [];
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(node24 ?? "", ["--import", "tsx", program]);
    checked = stdout
      .trim()
      .split("\n")
      .map((line): CheckedClause => JSON.parse(line));
  });

  for (const place of ["memory", "file"] as const) {
    describe(`keeps the contract of a store in ${place === "file" ? "a file" : "memory"}:`, () => {
      for (const { promise } of storeContract) {
        it(promise, () => {
          const found = checked.filter((clause) => clause.place === place && clause.promise === promise);
          expect(found).toEqual([{ place, promise }]);
        });
      }
    });
  }
});
