import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Rules } from "../../src/core/registration.js";
import { readRules } from "../../src/rules.js";
import { type Exploration, explore, neverRevived } from "./explore.js";
import { brokenLaw, type Edge } from "./laws-of-a-step.js";
import { lawsOfAWorld, statesPage } from "./states-page.js";

/** Small enough to be walked to the end. No host may let a link live for so short a time; the machine does not mind. */
const rules: Rules = {
  ...readRules({ guessesPerCode: 2, sendsPerRegistration: 3, addressesPerRegistration: 2, codeLifeSeconds: 120 }),
  linkLifeSeconds: 120,
};

/** A change of the machine that changes these is seen, and meant. */
const size = { worlds: 57_046, edges: 1_251_720 };

const page = new URL("../../docs/states.md", import.meta.url);

describe("the whole machine, walked to its ends", { timeout: 180_000 }, () => {
  const broken = new Map<string, Edge>();
  let walked: Exploration | undefined;
  const walk = (): Exploration => {
    walked ??= explore(rules, (edge, { dead }) => {
      const name = dead && edge.decision.account !== undefined ? neverRevived : brokenLaw(edge);
      if (name !== undefined && !broken.has(name)) broken.set(name, edge);
    });
    return walked;
  };

  it("breaks no law on any step", () => {
    walk();
    expect(Object.fromEntries(broken)).toEqual({});
  });

  it("has exactly as many states and steps as when they were last counted", () => {
    const { worlds, edges } = walk();
    expect({ worlds, edges }).toEqual(size);
  });

  it.each(Object.entries(lawsOfAWorld))("keeps that %s", (_, law) => {
    expect(law(walk().seen)).toBe(true);
  });

  it("is drawn in docs/states.md as it is", () => {
    const drawn = statesPage(walk());
    if (process.env.UPDATE_STATES === "1") writeFileSync(page, drawn);
    expect(readFileSync(page, "utf8"), "run `npm run states` to draw it anew").toBe(drawn);
  });
});
