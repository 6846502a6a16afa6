import { describe, expect, it } from "vitest";
import { memoryLimiter } from "../../../src/limiter/memory.js";
import { fixedClock } from "../../../src/testing/clock.js";

const minute = 60_000;
const limit = (key: string, perSeconds = 60, max = 2) => ({ key, max, perSeconds });

describe("memoryLimiter", () => {
  it("says that it counts for one process", () => {
    expect(memoryLimiter().singleProcess).toBe(true);
  });

  it("refuses new keys when it is full, and goes on counting the old ones", async () => {
    const limiter = memoryLimiter({ clock: fixedClock(), maxKeys: 2 });
    await limiter.hit([limit("a"), limit("b")]);
    expect(await limiter.hit([limit("c")])).toEqual({ allowed: false, retryAfterSeconds: 60 });
    expect(await limiter.hit([limit("a")])).toEqual({ allowed: true, retryAfterSeconds: 0 });
    expect(await limiter.hit([limit("a")])).toEqual({ allowed: false, retryAfterSeconds: 60 });
  });

  it("takes no half of a call whose keys do not all fit", async () => {
    const limiter = memoryLimiter({ clock: fixedClock(), maxKeys: 2 });
    expect((await limiter.hit([limit("a"), limit("b"), limit("c")])).allowed).toBe(false);
    expect((await limiter.hit([limit("d"), limit("e")])).allowed).toBe(true);
  });

  it("drops expired keys of every window before it refuses a new one", async () => {
    const clock = fixedClock();
    const limiter = memoryLimiter({ clock, maxKeys: 2 });
    await limiter.hit([limit("long", 3600), limit("short", 60)]);
    clock.advance(minute - 1);
    expect(await limiter.hit([limit("new", 3600)])).toEqual({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1);
    expect(await limiter.hit([limit("new", 3600)])).toEqual({ allowed: true, retryAfterSeconds: 0 });
  });

  it("keeps a key that was hit again behind one that was not", async () => {
    const clock = fixedClock();
    const limiter = memoryLimiter({ clock, maxKeys: 2 });
    await limiter.hit([limit("first"), limit("second")]);
    clock.advance(minute / 2);
    await limiter.hit([limit("first")]);
    clock.advance(minute / 2);
    expect((await limiter.hit([limit("third")])).allowed).toBe(true);
    expect((await limiter.hit([limit("fourth")])).allowed).toBe(false);
  });

  it("counts a key that stands twice in one call twice", async () => {
    const limiter = memoryLimiter({ clock: fixedClock() });
    expect((await limiter.hit([limit("a"), limit("a"), limit("a")])).allowed).toBe(false);
    expect((await limiter.hit([limit("a"), limit("a")])).allowed).toBe(true);
    expect((await limiter.hit([limit("a")])).allowed).toBe(false);
  });

  it("never allows a limit of 0", async () => {
    const limiter = memoryLimiter({ clock: fixedClock() });
    expect(await limiter.hit([limit("a", 60, 0)])).toEqual({ allowed: false, retryAfterSeconds: 60 });
  });

  it("looks at every limit of a call first, also at those behind a refusal", async () => {
    const limiter = memoryLimiter({ clock: fixedClock() });
    await expect(limiter.hit([limit("a", 60, 0), limit("b", 60, 2.5)])).rejects.toThrow(TypeError);
  });

  it.each(["a".repeat(256), "a\0", "\ud800"])("takes no key that a database could not keep: %j", async (key) => {
    const limiter = memoryLimiter();
    await expect(limiter.hit([limit(key)])).rejects.toThrow(TypeError);
    await expect(limiter.clear(key)).rejects.toThrow(TypeError);
  });

  it("keeps the age of older hits over a clock that jumps back", async () => {
    const clock = fixedClock();
    const limiter = memoryLimiter({ clock });
    await limiter.hit([limit("a")]);
    clock.advance(minute / 2);
    await limiter.hit([limit("a")]);
    clock.advance(-100 * minute);
    expect(await limiter.hit([limit("a")])).toEqual({ allowed: false, retryAfterSeconds: 30 });
    clock.advance(minute / 2);
    expect((await limiter.hit([limit("a")])).allowed).toBe(true);
    expect(await limiter.hit([limit("a")])).toEqual({ allowed: false, retryAfterSeconds: 30 });
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %s as maxKeys", (maxKeys) => {
    expect(() => memoryLimiter({ maxKeys })).toThrow(TypeError);
  });
});
