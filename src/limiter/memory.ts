import type { Clock, Limit, Limiter } from "../ports.js";
import { checkKey, checkLimits } from "./window.js";

/** `maxKeys`: how many keys are held at once; default 100,000, where new ones are refused. */
export interface MemoryLimiterOptions {
  readonly clock?: Clock | undefined;
  readonly maxKeys?: number | undefined;
}

/**
 * Counts hits in this process, exactly: a log of moments per key.
 *
 * Two processes count apart, so it fits one process only: tests, development, a small single server. Strangers can
 * fill its keys with made-up identifiers, after which new ones wait. When all keys are in use a new one is refused, because to
 * forget a counter would be to lift a limit. A hit made at `t` is forgotten at `t + perSeconds`, not before. A key is at
 * most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { memoryLimiter } from "porchlight/limiter/memory";
 * const limiter = memoryLimiter();
 * await limiter.hit([{ key: "caller", max: 60, perSeconds: 3600 }]); // { allowed: true, retryAfterSeconds: 0 }
 * ```
 */
export function memoryLimiter({ clock = Date, maxKeys = 100_000 }: MemoryLimiterOptions = {}): Limiter {
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1)
    throw new TypeError("maxKeys must be a whole number of at least 1.");
  // Windows of one length apart, each in order of its last hits: the first key of each is the first to expire.
  const windows = new Map<number, Map<string, number[]>>();
  const now = steady(clock);

  const held = (): number => [...windows.values()].reduce((sum, keys) => sum + keys.size, 0);

  /** When the first key of any window may be forgotten. */
  const firstEnd = (): number => {
    const ends = [...windows].map(([perSeconds, keys]) => {
      const [oldest] = keys.values();
      return (oldest?.at(-1) ?? Number.POSITIVE_INFINITY) + perSeconds * 1000;
    });
    return Math.min(...ends);
  };

  const forgetExpired = (at: number): void => {
    for (const [perSeconds, keys] of windows) {
      for (const [key, hits] of keys) {
        if ((hits.at(-1) ?? 0) + perSeconds * 1000 > at) break;
        keys.delete(key);
      }
    }
  };

  /** Milliseconds until this limit has room, 0 where it has; `planned` are hits of the same call. */
  const wait = ({ key, max, perSeconds }: Limit, at: number, planned: readonly Limit[]): number => {
    const hits = windows.get(perSeconds)?.get(key);
    const expired = hits?.findIndex((hit) => hit + perSeconds * 1000 > at) ?? 0;
    if (expired > 0) hits?.splice(0, expired);
    const mine = planned.filter((limit) => limit.key === key).length;
    const excess = (hits?.length ?? 0) + mine - max;
    if (excess >= 0) return (hits?.[excess] ?? at) + perSeconds * 1000 - at;
    if (hits !== undefined || mine > 0) return 0;
    const claimed = new Set(
      planned.filter((limit) => !windows.get(limit.perSeconds)?.has(limit.key)).map(({ key }) => key),
    );
    return held() + claimed.size < maxKeys ? 0 : Math.min(firstEnd() - at, perSeconds * 1000);
  };

  const record = ({ key, perSeconds }: Limit, at: number): void => {
    const keys = windows.get(perSeconds) ?? new Map<string, number[]>();
    windows.set(perSeconds, keys);
    const hits = keys.get(key) ?? [];
    hits.push(at);
    // Out and in again: to the end of the order.
    keys.delete(key);
    keys.set(key, hits);
  };

  return {
    singleProcess: true,

    async hit(limits) {
      checkLimits(limits);
      const at = now();
      forgetExpired(at);
      const planned: Limit[] = [];
      for (const limit of limits) {
        const ms = wait(limit, at, planned);
        if (ms > 0) return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) };
        if (limit.cost !== 0) planned.push(limit);
      }
      for (const limit of planned) record(limit, at);
      return { allowed: true, retryAfterSeconds: 0 };
    },

    async clear(key) {
      checkKey(key);
      for (const keys of windows.values()) keys.delete(key);
    },
  };
}

/**
 * A clock that stands where the given one jumps back, then runs on with it: no hit ever lies in the future, so that a
 * wait lasts at most its own length after the first call that sees the jump, and nothing is forgotten early.
 */
function steady(clock: Clock): () => number {
  let last = Number.NEGATIVE_INFINITY;
  let ahead = 0;
  return () => {
    const told = clock.now();
    ahead = Math.max(ahead, last - told);
    last = told + ahead;
    return last;
  };
}
