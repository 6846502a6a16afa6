// Prints what grows with the number of accounts, and what with the number of processes. Nothing here passes or fails by time.

import { availableParallelism, cpus, loadavg } from "node:os";
import { benchProcesses } from "./processes.js";
import { benchSizes } from "./sizes.js";

const sizes = (process.env.BENCH_ACCOUNTS ?? "1000,100000,1000000").split(",").map(Number);
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);

const parts: Readonly<Record<string, () => Promise<void>>> = {
  sizes: () => benchSizes(sizes, { rounds, turns: 2 }),
  processes: () => benchProcesses(rounds),
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

for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const begun = performance.now();
  await run();
  console.log(`\n"${name}" took ${Math.round((performance.now() - begun) / 1_000)} s; ${load()}`);
}
