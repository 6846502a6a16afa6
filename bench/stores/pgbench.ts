import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export type Protocol = "simple" | "prepared";

/** What stands for `:name` in a script: a number, or text that becomes a literal or a parameter. */
export type Variables = Readonly<Record<string, string | number>>;

/** What is run, how often, and by how many at once. */
export interface PgbenchRun {
  readonly script: string;
  readonly variables: Variables;
  readonly protocol: Protocol;
  readonly atOnce: number;
  /** By each client. */
  readonly transactions: number;
}

/** Runs a script of PostgreSQL's own `pgbench`, which must be on the PATH; gives microseconds for one transaction. */
export async function pgbench(url: string, run: PgbenchRun): Promise<number> {
  const { script, variables, protocol, atOnce, transactions } = run;
  const folder = await mkdtemp(join(tmpdir(), "porchlight-pgbench-"));
  try {
    const file = join(folder, "script.sql");
    await writeFile(file, script);
    const given = Object.entries({ ...variables, clients: atOnce }).flatMap(([name, value]) => [
      "-D",
      `${name}=${typeof value === "string" && protocol === "simple" ? `'${value}'` : value}`,
    ]);
    const how = ["-n", "-M", protocol, "-f", file, "-c", atOnce, "-j", Math.min(2, atOnce), "-t", transactions];
    const { stdout } = await promisify(execFile)("pgbench", [...how.map(String), ...given, url]);
    const rate = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    const done = `number of transactions actually processed: ${atOnce * transactions}/`;
    if (rate === undefined || !stdout.includes(done)) throw new Error(`pgbench says: ${stdout}`);
    return (1_000_000 * atOnce) / Number(rate);
  } finally {
    await rm(folder, { recursive: true });
  }
}
