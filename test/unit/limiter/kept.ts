import { type Counter, type Decided, decide, keysOf } from "../../../src/limiter/window.js";
import type { Clock, Limit, Limiter } from "../../../src/ports.js";

/** Counters as a database keeps them, here in a map. */
export interface Kept {
  readonly counters: Map<string, Counter>;
  /** Decides, and keeps what is to be kept; `written` counts the counters. */
  call(limits: readonly Limit[], now: number): Decided["answer"] & { readonly written: number };
  /** The stored hits of a key. */
  hits(key: string): readonly unknown[];
}

export function kept(): Kept {
  const counters = new Map<string, Counter>();
  return {
    counters,
    call(limits, now) {
      const stored = new Map<string, string>();
      for (const key of keysOf(limits)) {
        const counter = counters.get(key);
        if (counter) stored.set(key, counter.hits);
      }
      const decided = decide(limits, stored, now);
      for (const counter of decided.counters) counters.set(counter.key, counter);
      return { ...decided.answer, written: decided.counters.length };
    },
    hits: (key) => JSON.parse(counters.get(key)?.hits ?? "[]"),
  };
}

/** A limiter over such a map, which keeps its counters until they are purged. */
export function limiterInMap(clock: Clock): Limiter & Required<Pick<Limiter, "purge">> {
  const { counters, call } = kept();
  return {
    async hit(limits) {
      const { allowed, retryAfterSeconds } = call(limits, clock.now());
      return { allowed, retryAfterSeconds };
    },
    async clear(key) {
      counters.delete(key);
    },
    async purge(before, limit) {
      const over = [...counters.values()].filter(({ endsAt }) => endsAt <= before).slice(0, limit);
      for (const { key } of over) counters.delete(key);
      return over.length;
    },
  };
}
