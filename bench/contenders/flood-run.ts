// Floods each contender in turn, in a process of its own. Nothing passes or fails by time.

import { fileURLToPath } from "node:url";
import { median } from "../measure.js";
import { printTable } from "../table.js";
import { childOf } from "./child-of.js";
import type { Felt, Flooded } from "./flood.js";
import { machine } from "./machine.js";
import { isTrial } from "./plan.js";

const child = childOf(fileURLToPath(new URL("flood.js", import.meta.url)));
const runs = isTrial ? 1 : Number(process.env.BENCH_RUNS ?? 5);
const contenders: readonly Flooded[] = ["porchlight", "better-auth", "hand-written"];

console.log(JSON.stringify(await machine(child.node), null, 2));
const came = new Map<Flooded, Felt[]>(contenders.map((name) => [name, []]));
for (let run = 0; run < runs; run += 1) {
  for (const name of run % 2 === 0 ? contenders : contenders.toReversed()) {
    came.get(name)?.push(await child.run<Felt>(name));
  }
  console.error(`run ${run + 1} of ${runs}`);
}

/** Median, lowest and highest of the runs. */
function ranged(name: Flooded, of: (felt: Felt) => number, digits = 0): string {
  const values = (came.get(name) ?? []).map(of);
  const say = (value: number) => value.toFixed(digits);
  return `${say(median(values))} (${say(Math.min(...values))} to ${say(Math.max(...values))})`;
}

printTable(
  "500 sign-ups at once, Argon2id of 64 MiB",
  ["", ...contenders],
  [
    ["started", ...contenders.map((name) => ranged(name, ({ started }) => started))],
    ["told to come again", ...contenders.map((name) => ranged(name, ({ busy }) => busy))],
    ["failed", ...contenders.map((name) => ranged(name, ({ failed }) => failed))],
    [
      "in the order in which they came",
      ...contenders.map((name) => String(came.get(name)?.every(({ inOrder }) => inOrder))),
    ],
    ["the last answer, ms", ...contenders.map((name) => ranged(name, ({ last }) => last))],
    ["memory grows by, MiB", ...contenders.map((name) => ranged(name, ({ growth }) => growth))],
  ],
);
for (const what of Object.keys(came.get("porchlight")?.[0]?.felt ?? {})) {
  const of = (pick: (latency: Felt["felt"][string]) => number) => (felt: Felt) => {
    const latency = felt.felt[what];
    return latency ? pick(latency) : Number.NaN;
  };
  printTable(
    `${what}, ms`,
    ["", ...contenders],
    [
      [
        "median before",
        ...contenders.map((name) =>
          ranged(
            name,
            of(({ idle }) => idle),
            2,
          ),
        ),
      ],
      [
        "median",
        ...contenders.map((name) =>
          ranged(
            name,
            of(({ median }) => median),
            2,
          ),
        ),
      ],
      [
        "p99",
        ...contenders.map((name) =>
          ranged(
            name,
            of(({ p99 }) => p99),
            1,
          ),
        ),
      ],
      [
        "longest",
        ...contenders.map((name) =>
          ranged(
            name,
            of(({ longest }) => longest),
            1,
          ),
        ),
      ],
    ],
  );
}
