import { fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Crowd, Felt } from "./flood-crowd.js";

/** How many come where there is no gate: a minute at five hundred, so that a usual run lets in fewer. */
const ungatedSize = Number(process.env.PORCHLIGHT_UNGATED ?? 60);

const program = fileURLToPath(new URL("./flood-crowd.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

async function felt(crowd: Crowd): Promise<Felt> {
  // The pool as it is where nobody has set it: four threads.
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
  const child = fork(program, { execArgv: ["--import", tsx], env });
  const gone = once(child, "exit").then(() => {
    throw new Error("The crowd ended before its time.");
  });
  gone.catch(() => undefined);
  child.send(JSON.stringify(crowd));
  const [said] = await Promise.race([once(child, "message"), gone]);
  return JSON.parse(String(said));
}

const told = (title: string, { pending, busy, failed, lastBusy, last, growth, stat, dns }: Felt): string =>
  [
    `${title}: ${pending} pending, ${busy} busy (the last after ${ms(lastBusy)}), ${failed} failed; all over after ${ms(last)};`,
    `memory +${growth.toFixed(0)} MiB; fs.stat p99 ${ms(stat.p99)}, longest ${ms(stat.longest)};`,
    `dns.lookup p99 ${ms(dns.p99)}, longest ${ms(dns.longest)}`,
  ].join(" ");

const ms = (time: number): string => `${time.toFixed(0)} ms`;

let ungated: Felt;
beforeAll(async () => {
  ungated = await felt({ size: ungatedSize, by: "ungated" });
  console.log(told(`${ungatedSize} without a gate`, ungated));
}, 600_000);

describe.each(["argon2Hasher", "nodeRsHasher"] as const)("five hundred sign-ups at once, with %s as it is", (by) => {
  let gated: Felt;

  beforeAll(async () => {
    gated = await felt({ size: 500, by });
    console.log(told(`500 before the gate of ${by}`, gated));
  }, 600_000);

  it("are each hashed or told to come again", () => {
    expect(gated.pending + gated.busy).toBe(500);
    expect(gated.pending).toBeGreaterThanOrEqual(2);
    expect(gated.failed).toBe(0);
    // Without one nobody is told: who waits too long meets an error, while his hash goes on.
    expect(ungated.busy).toBe(0);
    expect(ungated.pending + ungated.failed).toBe(ungatedSize);
  });

  it("take no more memory than two hashes and as much as one for all the rest (T13)", () => {
    expect(gated.growth).toBeLessThanOrEqual(2 * 64 + 64);
  });

  it("hold up files and DNS at most a tenth as long as far fewer do without a gate (T13)", () => {
    for (const what of ["stat", "dns"] as const) {
      expect(gated[what].p99).toBeLessThan(ungated[what].longest / 10);
      // Nor once, for the unlucky one.
      expect(gated[what].longest).toBeLessThan(ungated[what].longest / 3);
    }
  });
});
