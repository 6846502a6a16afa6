// Prints what one Argon2id hash costs on this machine: both packages by themselves, and behind our hashers. Nothing here
// passes or fails by its time.

import { stat } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import * as nodeRs from "@node-rs/argon2";
import * as argon2 from "argon2";
import { PorchlightError } from "../src/errors.js";
import { argon2Hasher } from "../src/hasher/argon2.js";
import { nodeRsHasher } from "../src/hasher/node-rs.js";
import { median } from "./measure.js";
import { inRounds, spread, times } from "./stores/rounds.js";
import { printTable } from "./table.js";

const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const password = "harbour tulip nine cranes";

const sets = [
  { title: "OWASP floor (19 MiB, 2 passes, 1 lane)", memoryKiB: 19_456, passes: 2, parallelism: 1, hashes: 4 },
  {
    title: "RFC 9106 second recommendation (64 MiB, 3 passes, 4 lanes)",
    ...{ memoryKiB: 65_536, passes: 3, parallelism: 4, hashes: 2 },
  },
] as const;

interface Subject {
  readonly name: string;
  hash(): Promise<string>;
}

/** What one hash took in a round: milliseconds by the clock and of the processors, and pages that the kernel had to map. */
interface Spent {
  readonly wall: number;
  readonly cpu: number;
  readonly faults: number;
}

interface Cost {
  readonly name: string;
  readonly byRound: Spent[];
}

function subjectsOf({ memoryKiB, passes, parallelism }: (typeof sets)[number]): readonly Subject[] {
  const costs = { memoryCost: memoryKiB, timeCost: passes, parallelism };
  const [one, other] = [
    argon2Hasher({ memoryKiB, passes, parallelism }),
    nodeRsHasher(nodeRs, { memoryKiB, passes, parallelism }),
  ];
  return [
    { name: "argon2", hash: () => argon2.hash(password, costs) },
    { name: "hasher/argon2", hash: () => admitted(() => one.hash(password)) },
    { name: "@node-rs/argon2", hash: () => nodeRs.hash(password, costs) },
    { name: "hasher/node-rs", hash: () => admitted(() => other.hash(password)) },
  ];
}

/** Asks again where the gate has let somebody wait too long, as a visitor would who is told to. */
async function admitted<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PorchlightError && error.code === "ERR_OVERLOADED")) throw error;
    }
  }
}

/** So many callers, each with one hash after the other. */
async function spend({ hash }: Subject, callers: number, each: number): Promise<Spent> {
  const [begun, before] = [performance.now(), process.resourceUsage()];
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let n = 0; n < each; n += 1) await hash();
    }),
  );
  const [wall, after, hashes] = [performance.now() - begun, process.resourceUsage(), callers * each];
  const cpu = after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime;
  const faults = after.minorPageFault - before.minorPageFault;
  return { wall: wall / hashes, cpu: cpu / 1_000 / hashes, faults: faults / hashes };
}

/** Every subject in turn, to and fro, so that a noisy neighbour meets all alike; the first round is not counted. */
async function compare(subjects: readonly Subject[], callers: number, each: number): Promise<readonly Cost[]> {
  const costs = subjects.map(({ name }): Cost => ({ name, byRound: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    const order = [...subjects.entries()];
    for (const [n, subject] of round % 2 === 0 ? order : order.reverse()) {
      const spent = await spend(subject, callers, each);
      if (round > 0) costs[n]?.byRound.push(spent);
    }
  }
  return costs;
}

function print(title: string, costs: readonly Cost[]): void {
  const of = (cost: Cost, what: keyof Spent) => cost.byRound.map((spent) => spent[what]);
  printTable(
    title,
    ["", "wall ms", "processor ms", "page faults"],
    costs.map((cost) => [
      cost.name,
      spread(of(cost, "wall")),
      spread(of(cost, "cpu")),
      median(of(cost, "faults")).toFixed(0),
    ]),
  );
  const [raw, ours, rawNodeRs, oursNodeRs] = costs;
  if (!raw || !ours || !rawNodeRs || !oursNodeRs) throw new Error("A subject was not measured.");
  const row = (one: Cost, other: Cost) => [
    `${one.name} / ${other.name}`,
    spread(times(of(one, "wall"), of(other, "wall"))),
    spread(times(of(one, "cpu"), of(other, "cpu"))),
  ];
  printTable(
    "times, round by round",
    ["", "wall", "processor"],
    [row(raw, rawNodeRs), row(ours, oursNodeRs), row(ours, raw), row(oursNodeRs, rawNodeRs)],
  );
}

/** How long an `fs.stat` waits for a thread of the pool while eight hash at once, in milliseconds. */
async function statBehind({ hash }: Subject): Promise<number> {
  const crowd = Array.from({ length: 8 }, () => hash());
  // Until the salts are drawn, which takes a thread as well.
  await pause(20);
  const begun = performance.now();
  await stat(".");
  const waited = performance.now() - begun;
  await Promise.all(crowd);
  return waited;
}

const [cpu] = cpus();
console.log(
  `${cpu?.model.trim()}, ${availableParallelism()} cores; Node.js ${process.version}; ` +
    `${process.env.UV_THREADPOOL_SIZE ?? 4} threads in the pool; GLIBC_TUNABLES "${process.env.GLIBC_TUNABLES ?? ""}"; ${rounds} rounds, median (lowest to highest)`,
);
for (const set of sets) {
  for (const callers of [1, 8]) {
    print(`${set.title}, ${callers} at once: one hash`, await compare(subjectsOf(set), callers, set.hashes));
  }
}
const [, recommended] = sets;
const subjects = subjectsOf(recommended);
const waits = await inRounds(subjects, { rounds, turns: 1, of: "mean" }, statBehind);
printTable(
  `${recommended.title}, 8 at once: what fs.stat waits`,
  ["", "ms"],
  subjects.map(({ name }, n) => [name, spread(waits[n] ?? [])]),
);
