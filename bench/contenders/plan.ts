import type { HashName, Storage } from "./contender.js";
import type { Name, Task } from "./task.js";

/** Those who do the same work on the same ground: set side by side in each run, one after the other. */
export interface Match {
  readonly storage: Storage;
  readonly hash: HashName;
  readonly tasks: readonly Task[];
}

const storages: readonly Storage[] = ["memory", "sqlite", "postgres-10", "postgres-32"];
const hashes: readonly HashName[] = ["none", "owasp", "rfc9106"];

/** A run that only shows that every contender still does its work: what it measures is worth nothing. */
export const isTrial: boolean = process.env.BENCH_TRIAL === "1";

const everybody: readonly Name[] = ["porchlight", "porchlight-http", "better-auth", "better-auth-http", "hand-written"];
/** Beside a hash of 10 ms and more, what HTTP costs is not to be seen. */
const withHash: readonly Name[] = ["raw", "porchlight", "better-auth", "hand-written"];

/** Every match, or those whose names are all among `asked`: storages, hashes, "node-rs". */
export function planned(asked: readonly string[]): readonly Match[] {
  const wanted = (names: readonly string[], all: readonly string[]) =>
    names.some((name) => asked.includes(name)) || !all.some((name) => asked.includes(name));
  return storages
    .flatMap((storage) => hashes.map((hash) => matchOf(storage, hash)))
    .filter(({ storage, hash }) => wanted([storage], storages) && wanted([hash], hashes))
    .map((match) => (isTrial ? { ...match, tasks: match.tasks.map(shortened) } : match));
}

function shortened(task: Task): Task {
  return { ...task, atOnce: [8], warmMs: 1, ms: 1 };
}

function matchOf(storage: Storage, hash: HashName): Match {
  const common = { storage, hash, works: ["sign-up", "sign-in"], atOnce: [1, 8, 32] } as const;
  if (hash === "none") {
    const tasks = everybody.map((name): Task => ({ ...common, name, argon2: "argon2", warmMs: 1_500, ms: 600 }));
    return { storage, hash, tasks };
  }
  const long = { ...common, warmMs: 500, ms: 1_000 };
  const tasks = withHash.map((name): Task => ({ ...long, name, argon2: "argon2" }));
  // The two packages compute the same hash: one ground is enough to show what the choice gives.
  if (storage !== "postgres-32") return { storage, hash, tasks };
  return { storage, hash, tasks: [...tasks, ...withHash.map((name): Task => ({ ...long, name, argon2: "node-rs" }))] };
}
