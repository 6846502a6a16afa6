import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Child {
  /** The program that runs it. */
  readonly node: string;
  /** Runs it with one argument, and reads the last line that it prints, which is JSON. */
  run<T>(argument: string): Promise<T>;
}

/** A program that measures in a process of its own, so that nothing that ran before is in its way. */
export function childOf(program: string): Child {
  // Node.js 24, for `node:sqlite`, whichever runs the benchmark; `npm ci --prefix test/runtime` brings it.
  const node = fileURLToPath(new URL("../../../../test/runtime/node_modules/.bin/node", import.meta.url));
  return {
    node,
    async run(argument) {
      const { stdout } = await promisify(execFile)(node, [program, argument], { maxBuffer: 64 * 1_024 * 1_024 });
      return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    },
  };
}
