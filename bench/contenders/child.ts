// One contender on one ground, in a process of its own: prints what it measured as one line of JSON.

import { openBetterAuth } from "./better-auth.js";
import type { Contender, Ground } from "./contender.js";
import { openDatabase } from "./databases.js";
import { openHandWritten } from "./hand-written.js";
import { openPorchlight } from "./porchlight.js";
import { openRaw } from "./raw.js";
import type { Measured, Name, Task, Work } from "./task.js";

const openers: Readonly<Record<Name, (ground: Ground) => Promise<Contender>>> = {
  porchlight: (ground) => openPorchlight(ground, "direct"),
  "porchlight-http": (ground) => openPorchlight(ground, "http"),
  "better-auth": (ground) => openBetterAuth(ground, "direct"),
  "better-auth-http": (ground) => openBetterAuth(ground, "http"),
  "hand-written": openHandWritten,
  raw: openRaw,
};

/** So many people at once, each followed by another, for so long; then waits for what was left to the background. */
async function measure(contender: Contender, work: Work, atOnce: number, ms: number) {
  let people = 0;
  const begun = performance.now();
  const line = async () => {
    do {
      if (work === "sign-up") {
        const email = `person${known.length}x${newcomers++}@example.com`;
        await contender.signUp(email);
        known.push(email);
      } else {
        const email = known[returning++ % known.length];
        if (email !== undefined) await contender.signIn(email);
      }
      people += 1;
    } while (performance.now() - begun < ms);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  await contender.settle();
  return { people, seconds: (performance.now() - begun) / 1_000 };
}
const known: string[] = [];
let newcomers = 0;
let returning = 0;

const task: Task = JSON.parse(process.argv[2] ?? "");
const database = await openDatabase(task.storage);
const contender = await openers[task.name]({ ...task, database });
const measured: Measured[] = [];
for (const work of task.works) {
  // The engine goes on optimising for some thousand sign-ups.
  await measure(contender, work, 8, task.warmMs);
  for (const atOnce of task.atOnce) {
    await measure(contender, work, atOnce, task.ms / 10);
    const [own, server] = [process.cpuUsage(), database.serverMicros()];
    const { people, seconds } = await measure(contender, work, atOnce, task.ms);
    const { user, system } = process.cpuUsage(own);
    const serverMicros = (database.serverMicros() - server) / people;
    measured.push({ work, atOnce, people, seconds, ownMicros: (user + system) / people, serverMicros });
  }
}
await contender.close();
await database.drop();
console.log(JSON.stringify(measured));
