import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNodeSqlite } from "../../test/runtime/node-sqlite.js";
import { freshPostgres } from "../../test/system/fresh-postgres.js";
import type { Database, Storage } from "./contender.js";

/** An empty database that nobody else uses. */
export async function openDatabase(storage: Storage): Promise<Database> {
  if (storage === "memory") return { serverMicros: () => 0, drop: async () => {} };
  if (storage === "sqlite") return openSqlite();
  const { pool, drop } = await freshPostgres({ connections: storage === "postgres-10" ? 10 : 32 });
  return { pool, serverMicros: postgresMicros, drop };
}

function openSqlite(): Database {
  const folder = mkdtempSync(join(tmpdir(), "porchlight-bench-"));
  const sqlite = openNodeSqlite(join(folder, "people.db"));
  // What SQLite's own manual advises for a server that many write to: sqlite.org/wal.html.
  sqlite.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");
  return {
    sqlite,
    serverMicros: () => 0,
    async drop() {
      sqlite.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Linux counts in hundredths of a second (proc(5): utime, stime and those of children that ended). */
const microsPerTick = 10_000;

/** All of the server's processes on this machine; 0 where there is no `/proc`. */
function postgresMicros(): number {
  let ticks = 0;
  for (const pid of processes()) {
    const stat = statOf(pid);
    const [name = "", rest = ""] = [
      stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")),
      stat.slice(stat.lastIndexOf(")") + 2),
    ];
    if (name !== "postgres") continue;
    const fields = rest.split(" ").map(Number);
    ticks += (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
  }
  return ticks * microsPerTick;
}

function processes(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
