// Prints what the stores cost on this machine, side by side. Nothing here passes or fails by its time.

import { availableParallelism, cpus, loadavg } from "node:os";
import { mysqlUrl, postgresUrl } from "../../test/system/server-urls.js";
import { benchAccounts } from "./accounts.js";
import { benchCommits } from "./commits.js";
import type { Kind } from "./kept.js";
import { libsql } from "./libsql.js";
import { memory } from "./memory.js";
import { mysql } from "./mysql.js";
import { benchPages } from "./pages.js";
import { pglite, postgres } from "./postgres.js";
import { benchServerTime } from "./server-time.js";
import { benchSignUps } from "./sign-ups.js";
import { benchVerbs } from "./verbs.js";

const kinds: readonly Kind[] = [
  memory,
  libsql,
  pglite,
  ...(postgresUrl === undefined ? [] : [postgres]),
  ...(mysqlUrl === undefined ? [] : [mysql]),
];

const sizes = (process.env.BENCH_ACCOUNTS ?? "1000,100000,1000000").split(",").map(Number);

const parts: Readonly<Record<string, () => Promise<void>>> = {
  calls: () => benchVerbs(kinds, 160),
  "sign-ups": () => benchSignUps(kinds, { rounds: 7, turns: 4, turnMs: 250, of: "mean" }),
  commits: async () => {
    if (postgresUrl !== undefined) await benchCommits({ rounds: 7, turns: 2, commits: 200, of: "mean" });
  },
  "server-time": async () => {
    if (postgresUrl !== undefined) await benchServerTime({ rounds: 5, people: 400 });
  },
  pages: async () => {
    if (postgresUrl !== undefined) await benchPages(sizes, 200);
  },
  accounts: async () => {
    for (const kind of kinds) await benchAccounts(kind, { rounds: 12, turns: 20, of: "median", sizes });
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}.`);

const [cpu] = cpus();
const load = (): string =>
  `load ${loadavg()
    .map((mean) => mean.toFixed(1))
    .join(", ")}`;
console.log(`${cpu?.model.trim()}, ${availableParallelism()} cores; Node.js ${process.version}; ${load()}`);
if (postgresUrl === undefined) console.log("PORCHLIGHT_POSTGRES_URL is not set: PostgreSQL is not measured.");
if (mysqlUrl === undefined) console.log("PORCHLIGHT_MYSQL_URL is not set: MariaDB is not measured.");

for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const begun = performance.now();
  await run();
  console.log(`\n"${name}" took ${Math.round((performance.now() - begun) / 1_000)} s; ${load()}`);
}
