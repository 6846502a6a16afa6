// Runs under a Node that has `node:sqlite`: checks every clause on a database in memory, and on one in a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, sqliteStore } from "../../src/store/sqlite.js";
import { storeContract } from "../../src/testing/store-contract.js";
import { type DatabaseSync, openNodeSqlite } from "./node-sqlite.js";

/** What became of one clause; a line of the program's output. */
export interface CheckedClause {
  readonly place: "memory" | "file";
  readonly promise: string;
  /** What was broken; undefined where the promise was kept. */
  readonly broken?: string | undefined;
}

const folder = mkdtempSync(join(tmpdir(), "porchlight-node-sqlite-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
let files = 0;

const paths = {
  memory: () => ":memory:",
  file: () => {
    files += 1;
    return join(folder, `${files}.db`);
  },
};

for (const place of ["memory", "file"] as const) {
  for (const { promise, check } of storeContract) {
    const opened: DatabaseSync[] = [];
    const broken = await check(async () => {
      const database = openNodeSqlite(paths[place]());
      opened.push(database);
      // A test's file may be lost with the machine: nothing waits for the disk.
      database.exec("pragma synchronous = off");
      await migrate(database);
      return sqliteStore(database);
    }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    for (const database of opened) database.close();
    const checked: CheckedClause = { place, promise, broken };
    console.log(JSON.stringify(checked));
  }
}
