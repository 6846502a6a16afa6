// Prints what it costs to import Porchlight, its parts and what people use today, each in a process of its own. Nothing
// here passes or fails by its time. The package is imported as hosts import it, compiled: `npm run build` comes first.

import { spawnSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type ByRound, spread, times } from "./stores/rounds.js";
import { printTable } from "./table.js";

/** What one process told of itself. */
interface Start {
  /** From before the imports to after them: by the clock, and of the processor. */
  readonly importMs: number;
  readonly cpuMs: number;
  /** From its birth to its end, as its parent sees it. */
  readonly processMs: number;
  /** Memory that is resident when all is imported, in MiB. */
  readonly rss: number;
}

const contender = "better-auth";
const application = "registrar, HTTP, PostgreSQL, Argon2, captcha";

/** What each process imports, one after the other. */
const subjects: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  porchlight: ["porchlight"],
  [contender]: ["better-auth"],
  "porchlight/client": ["porchlight/client"],
  "porchlight/http": ["porchlight/http"],
  "porchlight/values/phone": ["porchlight/values/phone"],
  "porchlight/hasher/argon2": ["porchlight/hasher/argon2"],
  "porchlight/hasher/node-rs": ["porchlight/hasher/node-rs"],
  "porchlight/store/postgres and pg": ["porchlight/store/postgres", "pg"],
  [application]: [
    "porchlight",
    "porchlight/http",
    "porchlight/store/postgres",
    "porchlight/limiter/postgres",
    "porchlight/hasher/argon2",
    "porchlight/captcha/altcha",
    "pg",
  ],
  zod: ["zod"],
  jose: ["jose"],
  "libphonenumber-js/max": ["libphonenumber-js/max"],
  argon2: ["argon2"],
  "@node-rs/argon2": ["@node-rs/argon2"],
};

const rounds = Number(process.env.BENCH_ROUNDS ?? 11);
const root = fileURLToPath(new URL("..", import.meta.url));

function start(imports: readonly string[]): Start {
  const program = `
    const [begun, before] = [performance.now(), process.cpuUsage()];
    ${imports.map((path) => `await import("${path}");`).join("\n")}
    const [importMs, { user, system }] = [performance.now() - begun, process.cpuUsage(before)];
    const rss = process.memoryUsage.rss() / 2 ** 20;
    console.log(JSON.stringify({ importMs, cpuMs: (user + system) / 1_000, rss }));`;
  const born = performance.now();
  // Nothing of this process is handed down: no option, no loader, no cache of compiled code.
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: {},
    encoding: "utf8",
  });
  const processMs = performance.now() - born;
  if (status !== 0) throw new Error(`A process could not import ${imports.join(", ")}:\n${stderr}`);
  const told: Omit<Start, "processMs"> = JSON.parse(stdout);
  return { ...told, processMs };
}

/** Every subject once in each round, to and fro; the first round warms the disk's cache and is not counted. */
function measured(): ReadonlyMap<string, readonly Start[]> {
  const starts = new Map<string, Start[]>(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? Object.entries(subjects) : Object.entries(subjects).reverse();
    for (const [name, imports] of order) {
      const one = start(imports);
      if (round > 0) starts.get(name)?.push(one);
    }
  }
  return starts;
}

const starts = measured();
const of = (name: string, figure: keyof Start): ByRound => (starts.get(name) ?? []).map((one) => one[figure]);
/** Over the empty process of the same round. */
const memory = (name: string): ByRound =>
  of(name, "rss").map((mebibytes, round) => mebibytes - (of("nothing", "rss")[round] ?? Number.NaN));

const [cpu] = cpus();
console.log(`${cpu?.model.trim()}, ${availableParallelism()} cores; Node.js ${process.version}; ${rounds} rounds`);
const imported = Object.keys(subjects).filter((name) => name !== "nothing");
printTable(
  `The median (lowest to highest); an empty process takes ${spread(of("nothing", "processMs"))} ms`,
  ["", "import ms", "of the processor ms", "whole process ms", "memory over an empty one, MiB"],
  imported.map((name) => [
    name,
    spread(of(name, "importMs")),
    spread(of(name, "cpuMs")),
    spread(of(name, "processMs")),
    spread(memory(name)),
  ]),
);
printTable(
  `The same as parts of ${contender}'s, round by round`,
  ["", "import", "of the processor", "whole process", "memory"],
  imported
    .filter((name) => name !== contender)
    .map((name) => [
      name,
      spread(times(of(name, "importMs"), of(contender, "importMs"))),
      spread(times(of(name, "cpuMs"), of(contender, "cpuMs"))),
      spread(times(of(name, "processMs"), of(contender, "processMs"))),
      spread(times(memory(name), memory(contender))),
    ]),
);
