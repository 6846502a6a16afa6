import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stories } from "./stranger.js";
import { type Leak, otherWorlds, type Told, tell, type World } from "./two-worlds.js";

const channel = fc.constantFrom("email" as const, "phone" as const);

/** The same story is told in both worlds, word for word and call by call. */
const toldAlikeIn = (world: World, leak?: Leak) =>
  fc.asyncProperty(channel, stories, async (by, story) => {
    const free = await tell("free", by, story);
    const other = await tell(world, by, story, leak);
    const silent = world === "somebody else disowns meanwhile" || world === "the host pretends to take";
    expect(silent ? other.map(asAnswered) : other).toEqual(silent ? free.map(asAnswered) : free);
  });

/** Where nothing is sent any more, the delivery may know; no request may. */
function asAnswered(told: Told): Told {
  return told.do === "deliver" ? { ...told, calls: [] } : told;
}

describe("a stranger who proves nothing cannot tell a free address from one that", () => {
  it.each(otherWorlds)("%s", async (world) => {
    await fc.assert(toldAlikeIn(world), { numRuns: 300 });
  });
});

describe("the comparison of both worlds catches", () => {
  const leaks: Readonly<Record<string, Leak>> = {
    "one more read of a taken address": async ({ verb }, go) => {
      if (verb === "find") await go();
      return go();
    },
    "a taken address that is sent nothing": async ({ verb }, go) => (verb === "send" ? undefined : go()),
    "an answer that differs": async ({ verb }, go) => (verb === "check" ? { passed: false } : go()),
    "one more verification at sign-in": async ({ verb }, go) => {
      if (verb === "verify") await go();
      return go();
    },
  };

  it.each(Object.entries(leaks))("%s", async (_, leak) => {
    const found = await fc.check(toldAlikeIn("has an account", leak), { numRuns: 600 });
    expect(found.failed).toBe(true);
    expect(found.counterexample?.[1].length).toBeLessThanOrEqual(3);
  });
});
