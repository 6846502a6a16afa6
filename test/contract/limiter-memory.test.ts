import { describe, it } from "vitest";
import { memoryLimiter } from "../../src/limiter/memory.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";

const subject = async () => {
  const clock = fixedClock();
  return { limiter: memoryLimiter({ clock }), clock };
};

describe("memoryLimiter keeps the contract of a limiter:", () => {
  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});
