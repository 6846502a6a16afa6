// A process of its own for flood.load.test.ts: so many sign-ups at once, and what the rest of the process feels of them.
import { lookup } from "node:dns/promises";
import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import * as nodeRs from "@node-rs/argon2";
import * as argon2 from "argon2";
import { argon2Hasher } from "../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../src/hasher/node-rs.js";
import type { Hasher } from "../../src/ports.js";
import { createRegistrar } from "../../src/registrar/registrar.js";
import { testPorts } from "../../src/testing/index.js";

/** What a crowd is made of. */
export interface Crowd {
  readonly size: number;
  /** Whose hashes: of ours, each with its gate, or of the argon2 package by itself. */
  readonly by: keyof typeof hashers;
}

/** What came of it. Times in milliseconds, memory in MiB. */
export interface Felt {
  readonly pending: number;
  readonly busy: number;
  /** Threw, because a hash took longer than a port may. */
  readonly failed: number;
  /** When the last `busy` was answered, and the last hash of all. */
  readonly lastBusy: number;
  readonly last: number;
  readonly growth: number;
  /** Of `fs.stat` and of `dns.lookup("localhost")`, asked for all the while: the 99th percentile and the longest. */
  readonly stat: Latency;
  readonly dns: Latency;
}

export interface Latency {
  readonly asked: number;
  readonly p99: number;
  readonly longest: number;
}

const MiB = 1_048_576;
const password = "harbour tulip nine cranes";

/** A hasher that notes what it has not finished, whoever still waits for it. */
function noting(hasher: Hasher): Hasher & { idle(): Promise<unknown> } {
  const running: Promise<unknown>[] = [];
  return {
    ...hasher,
    hash(typed) {
      const work = hasher.hash(typed);
      running.push(work);
      return work;
    },
    idle: () => Promise.allSettled(running),
  };
}

/** The package as a host would call it, with the default parameters of ours (RFC 9106 section 4), and no gate before it. */
const ungated: Hasher = {
  hash: (typed) => argon2.hash(typed, { memoryCost: 65_536, timeCost: 3, parallelism: 4 }),
  verify: (encoded, typed) => argon2.verify(encoded, typed),
  outdated: () => false,
};

const hashers = { argon2Hasher, nodeRsHasher: () => nodeRsHasher(nodeRs), ungated: () => ungated };

async function feel({ size, by }: Crowd): Promise<Felt> {
  const { mailer, texter, ...ports } = testPorts();
  const hasher = noting(hashers[by]());
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
    ...ports,
    hasher,
  });
  const start = (n: number) =>
    registrar.start(
      { email: `${n}@example.com`, password, confirmation: password, captcha: "pass" },
      { ip: `198.51.${n >> 8}.${n & 255}` },
    );
  // What is loaded with the first call is not part of what a crowd costs.
  for (let n = 0; n < 5; n += 1) await start(60_000 + n);
  await lookup("localhost");
  await pause(200);

  const before = process.memoryUsage.rss();
  let most = before;
  let over = false;
  const watch = async (work: () => Promise<unknown>): Promise<Latency> => {
    const took: number[] = [];
    while (!over) {
      const asked = performance.now();
      await work();
      took.push(performance.now() - asked);
      most = Math.max(most, process.memoryUsage.rss());
      await pause(5);
    }
    took.sort((a, b) => a - b);
    return { asked: took.length, p99: took[Math.ceil(took.length * 0.99) - 1] ?? 0, longest: took.at(-1) ?? 0 };
  };
  const watched = Promise.all([watch(() => stat(".")), watch(() => lookup("localhost"))]);
  await pause(20);

  const begun = performance.now();
  let [pending, busy, lastBusy] = [0, 0, 0];
  const answers = await Promise.allSettled(
    Array.from({ length: size }, async (_, n) => {
      const answer = await start(n);
      if (answer.registration.step === "pending") pending += 1;
      else if (!answer.ok && answer.problems[0].code === "busy") {
        busy += 1;
        lastBusy = performance.now() - begun;
      }
    }),
  );
  await hasher.idle();
  const last = performance.now() - begun;
  over = true;
  const [statLatency, dnsLatency] = await watched;
  const failed = answers.filter(({ status }) => status === "rejected").length;
  return { pending, busy, failed, lastBusy, last, growth: (most - before) / MiB, stat: statLatency, dns: dnsLatency };
}

process.once("message", async (message) => {
  const crowd: Crowd = JSON.parse(String(message));
  process.send?.(JSON.stringify(await feel(crowd)), () => process.exit());
});
