// Five hundred people at once at one contender, and what the rest of its process feels: prints one line of JSON.

import { lookup } from "node:dns/promises";
import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { jwtVerify, SignJWT } from "jose";
import { argon2Hasher } from "../../src/hasher/argon2.js";
import { openBetterAuth } from "./better-auth.js";
import type { Contender, Ground } from "./contender.js";
import { openDatabase } from "./databases.js";
import { openHandWritten } from "./hand-written.js";
import { openPorchlight } from "./porchlight.js";

export type Flooded = "porchlight" | "better-auth" | "hand-written";

/** Milliseconds. */
export interface Latency {
  readonly idle: number;
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

/** What a flood came to; times in milliseconds, memory in MiB over that of the waiting process. */
export interface Felt {
  readonly started: number;
  readonly busy: number;
  readonly failed: number;
  /** When the last answer came. */
  readonly last: number;
  /** Whether those who were let in were answered in the order in which they came. */
  readonly inOrder: boolean;
  readonly growth: number;
  readonly felt: Readonly<Record<string, Latency>>;
}

const size = process.env.BENCH_TRIAL === "1" ? 8 : 500;
const MiB = 1_048_576;
const ground: Ground = {
  storage: "postgres-10",
  hash: "rfc9106",
  argon2: "argon2",
  database: await openDatabase("postgres-10"),
};
const openers: Readonly<Record<Flooded, () => Promise<Contender>>> = {
  // With the gate as it is by default.
  porchlight: () => openPorchlight(ground, "direct", argon2Hasher()),
  "better-auth": () => openBetterAuth(ground, "direct"),
  "hand-written": () => openHandWritten(ground),
};

const key = new TextEncoder().encode("a secret of the benchmark, long enough for everybody");
const token = await new SignJWT({ sub: "somebody" }).setProtectedHeader({ alg: "HS256" }).sign(key);
const bystanders: Readonly<Record<string, () => Promise<unknown>>> = {
  "fs.stat": () => stat("."),
  "dns.lookup": () => lookup("localhost"),
  "JWT verified": () => jwtVerify(token, key),
  "a read by the same pool": async () => ground.database.pool?.query("select 1 from bystander where id = 7"),
};

/** Each bystander asks again five milliseconds after its answer, until `over`; gives how long each answer took. */
async function watch(over: () => boolean): Promise<Readonly<Record<string, readonly number[]>>> {
  const lines = Object.entries(bystanders).map(async ([name, ask]) => {
    const took: number[] = [];
    while (!over()) {
      const asked = performance.now();
      await ask();
      took.push(performance.now() - asked);
      most = Math.max(most, process.memoryUsage.rss());
      await pause(5);
    }
    return [name, took.toSorted((one, other) => one - other)] as const;
  });
  return Object.fromEntries(await Promise.all(lines));
}
let most = 0;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

await ground.database.pool?.query(
  "create table bystander (id int primary key); insert into bystander select generate_series(1, 100)",
);
const contender = await openers[process.argv[2] as Flooded]();
// What is loaded with the first calls is not part of what a flood costs.
for (let n = 0; n < 5; n += 1) await contender.start(`early${n}@example.com`);
const calm = performance.now() + 2_000;
const idle = await watch(() => performance.now() > calm);

const before = process.memoryUsage.rss();
most = before;
let over = false;
const watched = watch(() => over);
await pause(20);
const begun = performance.now();
const order: number[] = [];
const answers = await Promise.allSettled(
  Array.from({ length: size }, async (_, n) => {
    const answer = await contender.start(`person${n}@example.com`);
    if (answer === "started") order.push(n);
    return answer;
  }),
);
const last = performance.now() - begun;
over = true;
const count = (answer: string) => answers.filter((one) => one.status === "fulfilled" && one.value === answer).length;
const felt = Object.entries(await watched).map(([name, took]) => [
  name,
  { idle: at(idle[name] ?? [], 0.5), median: at(took, 0.5), p99: at(took, 0.99), longest: at(took, 1) },
]);
const came: Felt = {
  started: count("started"),
  busy: count("busy"),
  failed: answers.filter(({ status }) => status === "rejected").length,
  last,
  // Two run at once, so that neighbours may change places.
  inOrder: order.every((n, place) => place < 2 || n > (order[place - 2] ?? -1)),
  growth: (most - before) / MiB,
  felt: Object.fromEntries(felt),
};
await contender.close();
await ground.database.drop();
console.log(JSON.stringify(came));
