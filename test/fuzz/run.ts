// Calls every verb and the handler with hostile input, a million times unless told otherwise, and says what came of it.
//
//   npm run fuzz                                        a million calls under a seed of its own
//   npm run fuzz -- --calls 50000 --seed 7              fewer, under this seed
//   npm run fuzz -- --seed 7 --path 12:0                the one world that a finding names, again
//
// Nothing passes or fails by its time; it ends with 1 where something was found.

import { parseArgs } from "node:util";
import { forgedLinks, forgedTickets } from "./forged-tickets.js";
import { fuzz } from "./fuzz.js";
import { jsonShapes, liveShapes } from "./hostile-shapes.js";
import { naughtyTexts } from "./naughty-texts.js";

const { values } = parseArgs({
  options: { calls: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});
const wanted = Number(values.calls ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const number = (value: number) => value.toLocaleString("en");
const sizes = [
  `${naughtyTexts.length} texts`,
  `${jsonShapes.length + liveShapes.length} shapes`,
  `${Object.keys(forgedTickets).length} forged tickets`,
  `${Object.keys(forgedLinks).length} forged links`,
];
console.log(`${number(wanted)} calls, seed ${seed}; ${sizes.join(", ")}, and whatever fast-check draws.`);

let told = 0;
const report = await fuzz({
  calls: wanted,
  seed,
  path: values.path,
  onProgress(calls) {
    if (calls < told + 100_000) return;
    told = calls;
    console.log(`  ${number(calls)} calls`);
  },
});

for (const [what, times] of Object.entries(report.counts).sort()) console.log(`  ${what}: ${number(times)}`);
console.log(
  `${number(report.calls)} calls in ${Math.round(report.seconds)} s, ${number(report.certain)} of them wrong by construction, ` +
    `and ${number(report.signUps)} good sign-ups between them.`,
);
console.log(
  "Checked of each: nothing is thrown; what is refused asks no port but the limiter, for one row at most, hashes and writes nothing, " +
    "and makes no counter but its caller's; answers are plain data and repeat no password; responses are 4xx problems " +
    "without a stack; no prototype is changed. Of each two hundred: a good sign-up works, and the others stand where they stood.",
);
console.log(report.finding === undefined ? `Nothing was found (seed ${seed}).` : report.finding);
process.exitCode = report.finding === undefined ? 0 : 1;
