import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, type } from "node:os";
import { promisify } from "node:util";
import pg from "pg";
import { demanded, postgresUrl } from "../../test/system/server-urls.js";

const require = createRequire(import.meta.url);

/** What a figure is worth nothing without. */
export async function machine(node: string): Promise<Readonly<Record<string, string | number>>> {
  const { stdout } = await promisify(execFile)(node, ["--version"]);
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpu?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    system: `${type()} ${release()}`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
    node: stdout.trim(),
    postgres: await postgresVersion(),
    ...Object.fromEntries(
      ["better-auth", "argon2", "@node-rs/argon2", "pg", "zod"].map((name) => [name, versionOf(name)]),
    ),
  };
}

async function postgresVersion(): Promise<string> {
  const client = new pg.Client(demanded(postgresUrl, "PORCHLIGHT_POSTGRES_URL"));
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>("show server_version");
  await client.end();
  return rows[0]?.server_version ?? "unknown";
}

/** Not every package lets its package.json be imported, so it is looked for beside where the package is found. */
function versionOf(name: string): string {
  const entry = require.resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length);
  const { version } = require(`${folder}package.json`);
  return version;
}
