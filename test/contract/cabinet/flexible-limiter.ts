import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { onTestFinished, vi } from "vitest";
import type { Limit } from "../../../src/ports.js";
import { fixedClock } from "../../../src/testing/clock.js";
import type { LimiterUnderTest } from "../../../src/testing/limiter-contract.js";

/**
 * The real rate-limiter-flexible as a host would plug it in, which counts in fixed windows from a key's first hit.
 *
 * It reads the machine's clock and sets timers, so for the length of one test both are the contract's.
 */
export function flexibleLimiter(): LimiterUnderTest {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: fixedClock().now() });
  onTestFinished(() => {
    vi.useRealTimers();
  });

  const limiters = new Map<string, RateLimiterMemory>();
  const limiterOf = ({ max, perSeconds }: Limit): RateLimiterMemory => {
    const name = `${max} per ${perSeconds}`;
    const limiter = limiters.get(name) ?? new RateLimiterMemory({ points: max, duration: perSeconds });
    limiters.set(name, limiter);
    return limiter;
  };
  const refusal = ({ msBeforeNext }: RateLimiterRes) => ({
    allowed: false,
    retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });

  return {
    limiter: {
      async hit(limits) {
        const paid: Limit[] = [];
        for (const limit of limits) {
          try {
            const seen = limit.cost === 0 ? await limiterOf(limit).get(limit.key) : undefined;
            if (seen && seen.consumedPoints >= limit.max) throw seen;
            if (limit.cost === 0) continue;
            await limiterOf(limit).consume(limit.key);
            paid.push(limit);
          } catch (thrown) {
            if (!(thrown instanceof RateLimiterRes)) throw thrown;
            for (const earlier of paid) await limiterOf(earlier).reward(earlier.key);
            return refusal(thrown);
          }
        }
        return { allowed: true, retryAfterSeconds: 0 };
      },
      async clear(key) {
        for (const limiter of limiters.values()) await limiter.delete(key);
      },
    },
    clock: {
      now: () => Date.now(),
      advance(ms) {
        if (ms < 0) vi.setSystemTime(Date.now() + ms);
        else vi.advanceTimersByTime(ms);
      },
      set: (at) => vi.setSystemTime(at),
    },
  };
}
