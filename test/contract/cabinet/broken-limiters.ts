import { memoryLimiter } from "../../../src/limiter/memory.js";
import type { Limit } from "../../../src/ports.js";
import { fixedClock } from "../../../src/testing/clock.js";
import type { LimiterUnderTest } from "../../../src/testing/limiter-contract.js";
import { limiterInMap } from "../../unit/limiter/kept.js";
import { type Broken, elsewhere } from "./broken.js";
import { flexibleLimiter } from "./flexible-limiter.js";

/** A good limiter, with some of its verbs replaced by worse ones. */
const worse =
  (defect: (good: LimiterUnderTest) => Partial<LimiterUnderTest["limiter"]>): (() => LimiterUnderTest) =>
  () => {
    const clock = fixedClock();
    const limiter = memoryLimiter({ clock });
    return { limiter: { ...limiter, ...defect({ limiter, clock }) }, clock };
  };

const hitting = (change: (limit: Limit) => Limit) =>
  worse(({ limiter }) => ({ hit: (limits) => limiter.hit(limits.map(change)) }));

/** As {@link worse}, of a limiter that keeps its counters until they are purged. */
const purging =
  (defect: (purge: (before: number, limit: number) => Promise<number>) => LimiterUnderTest["limiter"]["purge"]) =>
  (): LimiterUnderTest => {
    const clock = fixedClock();
    const limiter = limiterInMap(clock);
    const purge = defect(limiter.purge);
    return { limiter: purge ? { ...limiter, purge } : limiter, clock };
  };

/** Counts in windows that all end at the full minute. */
function fixedWindow({ clock }: LimiterUnderTest): LimiterUnderTest["limiter"] {
  const counts = new Map<string, number>();
  const hit: LimiterUnderTest["limiter"]["hit"] = async (limits) => {
    const names = limits.map(({ key, perSeconds }) => `${key} ${Math.floor(clock.now() / perSeconds / 1000)}`);
    const full = limits.some(({ max }, n) => (counts.get(names[n] ?? "") ?? 0) >= max);
    if (full) return { allowed: false, retryAfterSeconds: 1 };
    limits.forEach(({ cost = 1 }, n) => {
      counts.set(names[n] ?? "", (counts.get(names[n] ?? "") ?? 0) + cost);
    });
    return { allowed: true, retryAfterSeconds: 0 };
  };
  return { hit, clear: async () => undefined };
}

/** Reads a clock that another process has set: it does not see a jump. */
function naive({ clock }: LimiterUnderTest, forget: (hit: number, now: number, window: number) => boolean) {
  const log = new Map<string, number[]>();
  return {
    hit: async (limits: readonly Limit[]) => {
      const now = clock.now();
      for (const { key, max, perSeconds } of limits) {
        const hits = (log.get(key) ?? []).filter((hit) => !forget(hit, now, perSeconds * 1000));
        if (hits.length >= max) {
          return { allowed: false, retryAfterSeconds: Math.ceil(((hits[0] ?? now) + perSeconds * 1000 - now) / 1000) };
        }
        log.set(key, [...hits, now]);
      }
      return { allowed: true, retryAfterSeconds: 0 };
    },
  };
}

const countingOneByOne = worse(({ limiter }) => ({
  hit: async (limits) => {
    for (const limit of limits) {
      const answer = await limiter.hit([limit]);
      if (!answer.allowed) return answer;
    }
    return { allowed: true, retryAfterSeconds: 0 };
  },
}));

const badLimits =
  "a max that is no whole number of at least 0, or a window that is no time, is a TypeError and counts nowhere";

export const brokenLimiters: readonly Broken<LimiterUnderTest>[] = [
  {
    defect: "allows one too many",
    caughtBy: "allows max hits and refuses the next",
    make: hitting((limit) => ({ ...limit, max: limit.max + 1 })),
  },
  {
    defect: "allows one too few",
    caughtBy: "allows max hits and refuses the next",
    make: hitting((limit) => ({ ...limit, max: limit.max - 1 })),
  },
  {
    defect: "counts in fixed windows",
    caughtBy: "a window slides: in no interval of its length are more than max allowed",
    make: worse(fixedWindow),
  },
  {
    defect: "is rate-limiter-flexible",
    caughtBy: "a window slides: in no interval of its length are more than max allowed",
    make: flexibleLimiter,
  },
  {
    defect: "frees a hit one second early",
    caughtBy: "a window slides: in no interval of its length are more than max allowed",
    make: hitting((limit) => ({ ...limit, perSeconds: limit.perSeconds - 1 })),
  },
  {
    defect: "counts refused hits",
    caughtBy: "a refused hit is not counted",
    make: worse(({ limiter }) => ({
      hit: async (limits) => {
        const answer = await limiter.hit(limits);
        if (!answer.allowed) await limiter.hit(limits.map((limit) => ({ ...limit, max: Number.POSITIVE_INFINITY })));
        return answer;
      },
    })),
  },
  {
    defect: "tells the wait in milliseconds",
    caughtBy: "retryAfterSeconds is the whole wait, rounded up, at least 1",
    make: worse(({ limiter }) => ({
      hit: async (limits) => {
        const { allowed, retryAfterSeconds } = await limiter.hit(limits);
        return { allowed, retryAfterSeconds: retryAfterSeconds * 1000 };
      },
    })),
  },
  {
    defect: "tells a wait of 0 in the last second",
    caughtBy: "retryAfterSeconds is the whole wait, rounded up, at least 1",
    make: worse(({ limiter }) => ({
      hit: async (limits) => {
        const { allowed, retryAfterSeconds } = await limiter.hit(limits);
        return { allowed, retryAfterSeconds: retryAfterSeconds === 1 ? 0 : retryAfterSeconds };
      },
    })),
  },
  {
    defect: "tells the length of the window as the wait",
    caughtBy: "the wait ends when room comes, not when the window is empty",
    make: worse(({ limiter }) => ({
      hit: async (limits) => {
        const answer = await limiter.hit(limits);
        return answer.allowed ? answer : { ...answer, retryAfterSeconds: limits[0]?.perSeconds ?? 1 };
      },
    })),
  },
  {
    defect: "forgets that a cost may be 0",
    caughtBy: "a cost of 0 asks for room and counts nothing",
    make: hitting(({ cost: _, ...limit }) => limit),
  },
  {
    defect: "lets a cost of 0 through without a look",
    caughtBy: "a cost of 0 asks for room and counts nothing",
    make: worse(({ limiter }) => ({ hit: (limits) => limiter.hit(limits.filter(({ cost }) => cost !== 0)) })),
  },
  {
    defect: "counts the limits before the one that refused",
    caughtBy: "a call is all or nothing: a refused one counts on no key",
    make: countingOneByOne,
  },
  {
    defect: "tells the longest wait instead of the first",
    caughtBy: "limits are taken in order, and the first refusal tells the wait",
    make: worse(({ limiter }) => ({
      hit: (limits) => limiter.hit([...limits].sort((a, b) => b.perSeconds - a.perSeconds)),
    })),
  },
  {
    defect: "looks, waits, then counts",
    caughtBy: "of a hundred hits at once, exactly max are allowed",
    make: worse(({ limiter }) => ({
      hit: async (limits) => {
        const answer = await limiter.hit(limits.map((limit) => ({ ...limit, cost: 0 })));
        if (!answer.allowed) return answer;
        await elsewhere();
        return limiter.hit(limits.map((limit) => ({ ...limit, max: Number.POSITIVE_INFINITY })));
      },
    })),
  },
  {
    defect: "goes by the first max that it heard of a key",
    caughtBy: "max belongs to the call: a key is asked and hit at another one each time",
    make: worse(({ limiter }) => {
      const first = new Map<string, number>();
      return {
        hit(limits) {
          for (const { key, max } of limits) first.set(key, first.get(key) ?? max);
          return limiter.hit(limits.map((limit) => ({ ...limit, max: first.get(limit.key) ?? limit.max })));
        },
      };
    }),
  },
  {
    defect: "counts each max of a key apart",
    caughtBy: "max belongs to the call: a key is asked and hit at another one each time",
    make: hitting((limit) => ({ ...limit, key: `${limit.key} at ${limit.max}` })),
  },
  {
    defect: "folds the case of keys",
    caughtBy: "keys count apart and compare bytewise",
    make: hitting((limit) => ({ ...limit, key: limit.key.toLowerCase() })),
  },
  {
    defect: "clears nothing",
    caughtBy: "clear empties its key and no other",
    make: worse(() => ({ clear: async () => undefined })),
  },
  {
    defect: "clears everything",
    caughtBy: "clear empties its key and no other",
    make: worse(({ limiter }) => ({
      clear: async () => {
        for (const key of ["once", "other"]) await limiter.clear(key);
      },
    })),
  },
  {
    defect: "refuses a call without limits",
    caughtBy: "a call without limits is allowed",
    make: worse(({ limiter }) => ({
      hit: async (limits) => (limits.length > 0 ? limiter.hit(limits) : { allowed: false, retryAfterSeconds: 1 }),
    })),
  },
  {
    defect: "takes two and a half for three",
    caughtBy: badLimits,
    make: hitting((limit) => ({ ...limit, max: Math.ceil(limit.max) })),
  },
  {
    defect: "never refuses where the max is no number",
    caughtBy: badLimits,
    make: hitting((limit) => ({ ...limit, max: Number.isNaN(limit.max) ? Number.POSITIVE_INFINITY : limit.max })),
  },
  {
    defect: "counts until it comes to the limit that is none",
    caughtBy: badLimits,
    make: countingOneByOne,
  },
  {
    defect: "makes everybody wait for as long as the clock jumped back",
    caughtBy: "a clock that jumps back makes a wait its own length at most",
    make: worse((good) => naive(good, (hit, now, window) => hit + window <= now)),
  },
  {
    defect: "forgets hits that lie in the future",
    caughtBy: "a clock that jumps back frees nothing early",
    make: worse((good) => naive(good, (hit, now, window) => hit + window <= now || hit > now)),
  },
  {
    defect: "purges counters that still count",
    caughtBy: "purge, where there is one, deletes no counter before its window is over",
    make: purging((purge) => (before, limit) => purge(before + 60_000, limit)),
  },
  {
    defect: "purges without end",
    caughtBy: "purge deletes at most limit, and says how many",
    make: purging((purge) => (before) => purge(before, Number.MAX_SAFE_INTEGER)),
  },
  {
    defect: "purges and does not say how many",
    caughtBy: "purge deletes at most limit, and says how many",
    make: purging((purge) => async (before, limit) => (await purge(before, limit)) * 0),
  },
];
