import { type Profiler, Session } from "node:inspector/promises";

/** A part of a sign-up, in the words of the table that is printed. */
export const parts = [
  "tickets (JWE)",
  "HMACs and pseudonyms",
  "message rendering",
  "store",
  "limiter",
  "values",
  "step",
  "ids and nonces",
  "guards of ports",
  "registrar and rest",
] as const;
export type Part = (typeof parts)[number] | "garbage collection" | "engine, unattributed";

type Frame = Profiler.ProfileNode["callFrame"];

/** Which source belongs to which part; the first that matches, from the innermost frame outwards. */
const owners: readonly (readonly [part: Part, path: RegExp])[] = [
  ["tickets (JWE)", /\/src\/secrets\/(ticket|jwe)\./],
  ["ids and nonces", /\/src\/secrets\/random\./],
  ["HMACs and pseudonyms", /\/src\/secrets\/(?!bytes\.)/],
  ["message rendering", /\/src\/messages\//],
  ["store", /\/src\/stored?\//],
  ["limiter", /\/src\/limiter\//],
  ["values", /\/src\/values\//],
  ["step", /\/src\/core\//],
  ["guards of ports", /\/src\/registrar\/guard/],
  ["registrar and rest", /\/src\/|\/bench\//],
];

/**
 * Samples this process's main thread while `work` runs, and gives each part's share of the time.
 *
 * It is what `node --cpu-prof` writes, read at once. A sample belongs to the innermost of our files on its stack.
 * Nothing of a sign-up with these ports leaves the main thread: tickets and HMACs are made by `node:crypto`.
 */
export async function profile(work: () => Promise<void>): Promise<ReadonlyMap<Part, number>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 100 });
  await session.post("Profiler.start");
  await work();
  const { profile: taken } = await session.post("Profiler.stop");
  session.disconnect();
  return shares(taken);
}

function shares({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ReadonlyMap<Part, number> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame] as const));
  const stackOf = (id: number): readonly Frame[] => {
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at);
      if (frame !== undefined) stack.push(frame);
    }
    return stack;
  };
  const partOfNode = new Map(nodes.map(({ id }) => [id, partOf(stackOf(id))] as const));
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const found = new Map<Part, number>();
  for (const [sample, id] of samples.entries()) {
    const part = partOfNode.get(id) ?? "engine, unattributed";
    // A sample stands for the time until the next one.
    found.set(part, (found.get(part) ?? 0) + (timeDeltas[sample + 1] ?? 0) / total);
  }
  return found;
}

function partOf(stack: readonly Frame[]): Part {
  if (stack[0]?.functionName === "(garbage collector)") return "garbage collection";
  for (const { url } of stack) {
    const owner = owners.find(([, path]) => path.test(url));
    if (owner !== undefined) return owner[0];
  }
  return "engine, unattributed";
}
