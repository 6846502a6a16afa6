import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import type { Limit, Limiter } from "../../src/ports.js";
import type { Orders } from "./limiter-racer.js";

type Where = Omit<Orders, "calls">;

/** What holds of a limiter that four processes hit at once. Inside a `describe`; `here` is one over the same counters. */
export function itCountsForFourProcesses(start: () => { readonly where: Where; readonly here: Limiter }): void {
  it("allows exactly max of a thousand hits", async () => {
    const hundred = { key: "hundred", max: 100, perSeconds: 3600 };
    const calls = Array.from({ length: 1_000 }, () => [hundred]);
    expect(await race(start().where, calls)).toBe(100);
  });

  it("counts a call on all of its keys or on none, whatever their order", async () => {
    const { where, here } = start();
    const wide = { key: "wide", max: 90, perSeconds: 3600 };
    const narrow = { key: "narrow", max: 50, perSeconds: 3600 };
    const calls = Array.from({ length: 1_000 }, (_, n) => (n % 3 === 0 ? [wide, narrow] : [narrow, wide]));
    expect(await race(where, calls)).toBe(50);
    const rest = await Promise.all(Array.from({ length: 90 }, () => here.hit([wide])));
    expect(rest.filter(({ allowed }) => allowed)).toHaveLength(40);
  });
}

const racer = fileURLToPath(new URL("./limiter-racer.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Lets four processes make these calls at once, each its share, and says how many were allowed. */
async function race(where: Where, calls: readonly (readonly Limit[])[]): Promise<number> {
  const racers = [0, 1, 2, 3].map((share) => {
    const child = fork(racer, { execArgv: ["--import", tsx] });
    child.send({ ...where, calls: calls.filter((_, n) => n % 4 === share) } satisfies Orders);
    return child;
  });
  try {
    await Promise.all(racers.map(word));
    const counts = Promise.all(racers.map(word));
    for (const child of racers) child.send("go");
    return (await counts).reduce((sum: number, count) => sum + Number(count), 0);
  } finally {
    for (const child of racers) child.kill();
  }
}

async function word(child: ChildProcess): Promise<unknown> {
  const gone = once(child, "exit").then(() => {
    throw new Error("A process of the race ended before its time.");
  });
  gone.catch(() => undefined);
  const [said] = await Promise.race([once(child, "message"), gone]);
  return said;
}
