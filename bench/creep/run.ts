// Fails where an operation costs more than before: in statements, allocations or processor time, never in wall time.
// The build in dist is set beside that of the parent commit (or CREEP_BASE), both in turn, in processes of their own.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.js";
import { printTable } from "../table.js";
import { buildBase } from "./base.js";
import type { Cost, Costs } from "./child.js";

const most = 1.15;
const pairs = 9;
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const child = fileURLToPath(new URL("child.js", import.meta.url));
const kinds: readonly (keyof Cost)[] = ["statements", "allocatedBytes", "micros"];

async function costs(dist: string): Promise<Costs> {
  const { stdout } = await promisify(execFile)(process.execPath, [child, dist]);
  return JSON.parse(stdout);
}

type Pair = readonly [before: Costs, now: Costs];

async function pair(n: number): Promise<Pair> {
  if (n % 2 === 0) {
    const before = await costs(base.dist);
    return [before, await costs(dist)];
  }
  const now = await costs(dist);
  return [await costs(base.dist), now];
}

/** Of each operation and kind of cost, what it is now by what it was; nothing by nothing is as before. */
function ratiosOf(
  measured: readonly Pair[],
): readonly { readonly name: string; readonly kind: keyof Cost; readonly ratios: readonly number[] }[] {
  const [[, first = {}] = []] = measured;
  return Object.keys(first).flatMap((name) =>
    kinds.map((kind) => ({
      name,
      kind,
      ratios: measured.map(([before, now]) => {
        const [was, is] = [before[name]?.[kind] ?? 0, now[name]?.[kind] ?? 0];
        return was === is ? 1 : is / was;
      }),
    })),
  );
}

const dist = `${root}dist`;
const base = buildBase(root, process.env.CREEP_BASE ?? "HEAD^");
try {
  console.log(`beside ${base.name}`);
  const measured: Pair[] = [];
  const measure = async () => {
    for (let n = 0; n < pairs; n += 1) measured.push(await pair(n));
    return ratiosOf(measured).filter(({ ratios }) => median(ratios) > most);
  };
  let worse = await measure();
  // A neighbour can be loud for a minute: what looks worse is measured once more before it is said.
  if (worse.length > 0) worse = await measure();
  printTable(
    `what an operation costs, by what it cost at the base: the median of ${measured.length} pairs, at most ${most}`,
    ["", "ratio", "lowest", "highest", "now"],
    ratiosOf(measured).map(({ name, kind, ratios }) => [
      `${name}: ${kind}`,
      median(ratios).toFixed(3),
      Math.min(...ratios).toFixed(3),
      Math.max(...ratios).toFixed(3),
      median(measured.map(([, now]) => now[name]?.[kind] ?? 0)).toFixed(1),
    ]),
  );
  for (const { name, kind, ratios } of worse) {
    console.error(`${name} costs ${median(ratios).toFixed(3)} times the ${kind} that it cost at ${base.name}.`);
  }
  process.exitCode = worse.length > 0 ? 1 : 0;
} finally {
  base.remove();
}
