import { describe, expect, it } from "vitest";
import type { Clause } from "../../../src/testing/clause.js";
import { limiterContract } from "../../../src/testing/limiter-contract.js";
import { storeContract } from "../../../src/testing/store-contract.js";
import type { Broken } from "./broken.js";
import { brokenLimiters } from "./broken-limiters.js";
import { storesThatCommitBadly } from "./stores-that-commit-badly.js";
import { storesThatCountBadly } from "./stores-that-count-badly.js";
import { storesThatDeliverBadly } from "./stores-that-deliver-badly.js";
import { storesThatKeepHouseBadly } from "./stores-that-keep-house-badly.js";

const brokenStores = [
  ...storesThatCommitBadly,
  ...storesThatCountBadly,
  ...storesThatDeliverBadly,
  ...storesThatKeepHouseBadly,
];

function cabinet<Port>(contract: readonly Clause<Port>[], broken: readonly Broken<Port>[]): void {
  for (const { defect, caughtBy, make } of broken) {
    it(`catches one that ${defect}`, async () => {
      const clause = contract.find(({ promise }) => promise === caughtBy);
      // By the clause itself, not by a crash on the way to it.
      await expect(clause?.check(async () => make())).rejects.toMatchObject({ name: "BrokenPromise" });
    });
  }

  it("has a broken piece for every clause", () => {
    const caught = new Set(broken.map(({ caughtBy }) => caughtBy));
    expect(contract.map(({ promise }) => promise).filter((promise) => !caught.has(promise))).toEqual([]);
  });
}

describe("the contract of a store", () => cabinet(storeContract, brokenStores));
describe("the contract of a limiter", () => cabinet(limiterContract, brokenLimiters));
