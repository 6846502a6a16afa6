import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { HouseOptions } from "./worker-house.js";
import type { Answered, Call, Jobs, Reply, Request } from "./worker-jobs.js";
import { type Ledger, readableLedger } from "./worker-ledger.js";

/** A process that was started here. */
export interface Worker {
  readonly name: string;
  run<J extends keyof Jobs>(job: J, input: Jobs[J][0]): Promise<Jobs[J][1]>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  end(): Promise<void>;
}

/** Workers over one database, and the ledger that they share. */
export interface Crew {
  readonly ledger: Ledger;
  hire(options: Omit<HouseOptions, "ledger">): Promise<Worker>;
  /** Kills whoever is left, and deletes what was written. */
  dismiss(): Promise<void>;
}

/** Bundled into one file, for a process of it starts in a third of the time; half a second, once per test file. */
async function bundled(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL("./worker.ts", import.meta.url)),
      outDir: folder,
      target: "node20",
      minify: false,
    },
  });
  return join(folder, "worker.js");
}

export async function openCrew(): Promise<Crew> {
  const folder = mkdtempSync(join(tmpdir(), "porchlight-workers-"));
  const program = await bundled(folder);
  const ledger = readableLedger(join(folder, "ledger"));
  const children = new Set<ChildProcess>();

  return {
    ledger,
    hire(options) {
      const child = fork(program, [JSON.stringify({ ...options, ledger: ledger.path })], {
        execArgv: [],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      children.add(child);
      child.once("exit", () => children.delete(child));
      return started(child, options.name);
    },
    async dismiss() {
      for (const child of [...children]) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(child: ChildProcess, name: string): Promise<Worker> {
  const waiting = new Map<number, { resolve(output: unknown): void; reject(error: Error): void }>();
  const exited = once(child, "exit").then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`The worker ${name} ended.`));
  });
  const heard = (id: number) =>
    new Promise<ReturnType<typeof JSON.parse>>((resolve, reject) => waiting.set(id, { resolve, reject }));
  child.on("message", (message) => {
    const reply: Reply = JSON.parse(String(message));
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) asked?.reject(new Error(`${name}: ${reply.error}`));
    else asked?.resolve(reply.output);
  });
  let asked = 0;
  await heard(0);

  const run: Worker["run"] = (job, input) => {
    asked += 1;
    const request: Request = { id: asked, job, input };
    const output = heard(asked);
    child.send(JSON.stringify(request));
    return output;
  };
  return {
    name,
    run,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async end() {
      await run("end", null);
      child.disconnect();
      await exited;
    },
  };
}

/** Lets the workers make their calls in the same instant, and gives the answers of each. */
export function together(
  workers: readonly Worker[],
  callsOf: (worker: number) => readonly Call[],
): Promise<readonly (readonly Answered[])[]> {
  // Longer than a message takes to arrive.
  const startAt = Date.now() + 10;
  return Promise.all(workers.map((worker, index) => worker.run("calls", { startAt, calls: callsOf(index) })));
}

/** The codes of the problems of an answer, or of its failure. */
export function codesOf({ problems = [], threw }: Answered): readonly string[] {
  return threw === undefined ? problems.map(({ code }) => code) : [`${threw.code} ${threw.cause}`];
}
