// Sets Porchlight beside what people use today, and beside the least that could be written. Nothing passes or fails by time.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.js";
import { childOf } from "./child-of.js";
import { Figures } from "./figures.js";
import { machine } from "./machine.js";
import { isTrial, type Match, planned } from "./plan.js";
import { ratiosOf } from "./ratios.js";
import { printFigures, printRatios } from "./report.js";

const child = childOf(fileURLToPath(new URL("child.js", import.meta.url)));
const kept = (name: string) => new URL(`../../../${name}`, import.meta.url);
const runs = isTrial ? 1 : Number(process.env.BENCH_RUNS ?? 5);

/** To and fro, because whoever comes second meets the machine as the first has left it. */
async function play({ storage, hash, tasks }: Match, run: number, figures: Figures): Promise<void> {
  for (const task of run % 2 === 0 ? tasks : tasks.toReversed()) {
    const { name, argon2 } = task;
    figures.add({ storage, hash, argon2, name }, await child.run(JSON.stringify(task)));
  }
}

const matches = planned(process.argv.slice(2));
const figures = new Figures();
const before = await machine(child.node);
console.log(JSON.stringify(before, null, 2));
for (let run = 0; run < runs; run += 1) {
  for (const match of matches) await play(match, run, figures);
  console.error(`run ${run + 1} of ${runs}`);
}
const ratios = ratiosOf(figures);
printFigures(figures.all());
printRatios(ratios);
if (isTrial) process.exit();
const results = { machine: before, runs, figures: figures.all(), ratios };
await writeFile(kept("results.json"), `${JSON.stringify(results, null, 1)}\n`);
await writeFile(kept("results.svg"), chart(figures.all()));
