import { describe, it } from "vitest";
import { memoryStore } from "../../src/store/memory.js";
import { storeContract } from "../../src/testing/store-contract.js";

describe("memoryStore keeps the contract of a store:", () => {
  for (const { promise, check } of storeContract) it(promise, () => check(async () => memoryStore()));
});
