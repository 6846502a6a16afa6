import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { schema } from "../../src/store/sqlite.js";
import { node24 } from "../runtime/node-24.js";
import { type Done, guessesForAll, rounds } from "./sqlite-process.js";

const program = fileURLToPath(new URL("sqlite-process.ts", import.meta.url));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "porchlight-sqlite-"));
  file = join(folder, "shared.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts as many processes as there are names, and lets them begin together. */
async function processes(
  node: string,
  driver: string,
  job: string,
  names: readonly string[],
): Promise<readonly Done[]> {
  const started = names.map((name) => {
    const child = spawn(node, ["--import", "tsx", program, driver, job, file, name], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, lines };
  });
  for (const { lines } of started) expect((await lines.next()).value).toBe("ready");
  for (const { child } of started) child.stdin.end("go");
  return Promise.all(
    started.map(async ({ child, lines }) => {
      const done: Done = JSON.parse((await lines.next()).value ?? "null");
      // The last one to close the file holds it a moment longer.
      if (child.exitCode === null) await once(child, "exit");
      return done;
    }),
  );
}

function onFile<T>(look: (database: Database.Database) => T): T {
  const database = new Database(file);
  database.pragma("busy_timeout = 5000");
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const count = (table: string): unknown =>
  onFile((database) => database.prepare(`select count(*) as n from porchlight_${table}`).all());

describe.each([
  ["libsqlStore", process.execPath, "libsql"],
  ["sqliteStore over node:sqlite", node24, "node:sqlite"],
] as const)("%s in several processes on one file", (_, node, driver) => {
  const withNode = it.skipIf(node === undefined);

  withNode("lets ten migrate it at once", async () => {
    await processes(
      node ?? "",
      driver,
      "migrate",
      Array.from({ length: 10 }, (_, n) => `${n}`),
    );
    expect(onFile((database) => database.prepare("select version from porchlight_schema").all())).toEqual(
      schema().map(({ version }) => ({ version })),
    );
  });

  withNode.each(["wal", "delete"])("loses nothing and makes nothing twice, with journal_mode = %s", async (mode) => {
    onFile((database) => database.pragma(`journal_mode = ${mode}`));
    const names = ["a", "b", "c"];
    const done = await processes(node ?? "", driver, "write", names);
    const keys = Array.from({ length: rounds }, (_, round) => `key-${round}`);
    const registrations = names.flatMap((name) => keys.map((_, round) => `${name}-${round}`));
    const entries = registrations.flatMap((id) => [`message of ${id}`, `event of ${id}`]);
    expect(done.flatMap(({ won }) => won).sort()).toEqual([...keys].sort());
    expect(done.reduce((sum, { paid }) => sum + paid, 0)).toBe(guessesForAll);
    expect(done.flatMap(({ delivered }) => delivered).sort()).toEqual([...entries].sort());
    expect(count("registration")).toEqual([{ n: registrations.length + 1 }]);
    expect([count("account"), count("identifier")]).toEqual([[{ n: rounds }], [{ n: rounds }]]);
    expect([count("message"), count("event")]).toEqual([[{ n: 0 }], [{ n: 0 }]]);
  });
});
