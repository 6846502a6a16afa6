import { PorchlightError } from "../errors.js";

/** `slots` run at once, `queue` wait, and none waits longer than `waitMs`. */
export interface HashGateOptions {
  readonly slots: number;
  readonly queue: number;
  readonly waitMs: number;
}

/** `verify` is somebody at the door (sign-in, activation); `hash` is a sign-up. */
export type HashWork = "verify" | "hash";

/** Runs the work when it is its turn; throws ERR_OVERLOADED where it would wait too long. */
export type HashGate = <T>(kind: HashWork, work: () => Promise<T>) => Promise<T>;

/**
 * Lets only so many hashes run at once, because each takes its memory and a thread of the pool that files and DNS need.
 *
 * Half the queue is kept for `verify`, which also takes the next free slot before any waiting hash; within a kind the
 * first come is the first served. While no `verify` waits, hashes may take every slot: a slot that idles in reserve
 * helps nobody, and a flood of sign-ups delays a sign-in by the rest of one hash at most.
 */
export function hashGate({ slots, queue, waitMs }: HashGateOptions): HashGate {
  const waiting = { verify: new Set<() => void>(), hash: new Set<() => void>() };
  let free = slots;

  const isFull = (kind: HashWork): boolean =>
    waiting.verify.size + waiting.hash.size >= queue || (kind === "hash" && waiting.hash.size >= Math.floor(queue / 2));

  const overloaded = (): PorchlightError =>
    new PorchlightError("ERR_OVERLOADED", { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });

  const turn = (kind: HashWork): Promise<void> =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        waiting[kind].delete(start);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting[kind].delete(start);
        reject(overloaded());
      }, waitMs);
      waiting[kind].add(start);
    });

  /** Hands the slot on without freeing it between, so that no newcomer slips past the queue. */
  const release = (): void => {
    const [next] = waiting.verify.size > 0 ? waiting.verify : waiting.hash;
    if (next === undefined) free += 1;
    else next();
  };

  return async (kind, work) => {
    if (free > 0) free -= 1;
    else if (isFull(kind)) throw overloaded();
    else await turn(kind);
    try {
      return await work();
    } finally {
      release();
    }
  };
}
