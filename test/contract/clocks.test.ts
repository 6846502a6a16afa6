import { describe, it } from "vitest";
import { fixedClock } from "../../src/testing/clock.js";
import { clockContract } from "../../src/testing/clock-contract.js";

for (const [name, clock] of Object.entries({ Date, fixedClock: fixedClock() })) {
  describe(`${name} keeps the contract of a clock:`, () => {
    for (const { promise, check } of clockContract) it(promise, () => check(async () => clock));
  });
}
