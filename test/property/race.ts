import type fc from "fast-check";
import type { Around } from "./recorded-ports.js";

/** Several callers at once, of whom one at a time may go on, up to its next call of a port or back from one. */
export interface Race {
  readonly around: Around;
  run<T>(callers: readonly (() => Promise<T>)[]): Promise<readonly T[]>;
}

/**
 * The scheduler chooses who goes on, and only when all the others stand at a port: what the platform computes beside
 * takes real time, and whoever computes less would always win.
 */
export function race(scheduler: fc.Scheduler): Race {
  let racing = 0;
  let waiting = 0;
  const allWait = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (waiting < racing);
  };
  const turn = async () => {
    if (racing === 0) return;
    waiting += 1;
    await scheduler.schedule(Promise.resolve());
    waiting -= 1;
  };
  return {
    async around({ verb }, go) {
      if (verb === "outdated") return go();
      await turn();
      const answer = await go();
      await turn();
      return answer;
    },
    async run(callers) {
      racing = callers.length;
      const calls = callers.map((call) =>
        call().finally(() => {
          racing -= 1;
        }),
      );
      await allWait();
      return scheduler.waitFor(Promise.all(calls), async (go) => {
        await go();
        await allWait();
      });
    },
  };
}
