import { describe, expect, it } from "vitest";
import type { Clause } from "../../../src/testing/clause.js";
import { limiterContract } from "../../../src/testing/limiter-contract.js";
import { storeContract } from "../../../src/testing/store-contract.js";
import type { Broken } from "./broken.js";
import { brokenLimiters } from "./broken-limiters.js";
import { storesThatCommitBadly } from "./stores-that-commit-badly.js";
import { storesThatConfuseNames } from "./stores-that-confuse-names.js";
import { storesThatCountBadly } from "./stores-that-count-badly.js";
import { storesThatDeliverBadly } from "./stores-that-deliver-badly.js";
import { storesThatDoHalf } from "./stores-that-do-half.js";
import { storesThatEraseBadly } from "./stores-that-erase-badly.js";
import { storesThatGarble } from "./stores-that-garble.js";
import { storesThatKeepHouseBadly } from "./stores-that-keep-house-badly.js";
import { storesThatLeaseBadly } from "./stores-that-lease-badly.js";
import { storesThatMixLanes } from "./stores-that-mix-lanes.js";
import { storesThatSettleBadly } from "./stores-that-settle-badly.js";
import { storesThatTrustClocks } from "./stores-that-trust-clocks.js";

const brokenStores = [
  ...storesThatCommitBadly,
  ...storesThatConfuseNames,
  ...storesThatCountBadly,
  ...storesThatDeliverBadly,
  ...storesThatDoHalf,
  ...storesThatEraseBadly,
  ...storesThatGarble,
  ...storesThatKeepHouseBadly,
  ...storesThatLeaseBadly,
  ...storesThatMixLanes,
  ...storesThatSettleBadly,
  ...storesThatTrustClocks,
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
