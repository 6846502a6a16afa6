import * as nodeRs from "@node-rs/argon2";
import { describe, it } from "vitest";
import { argon2Hasher } from "../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../src/hasher/node-rs.js";
import { freeHasher } from "../../src/testing/free-hasher.js";
import { hasherContract } from "../../src/testing/hasher-contract.js";

const cheap = { memoryKiB: 32, passes: 1, unsafeTestParams: true } as const;
const pepper = { seal: "p1", known: [{ id: "p1", secret: new Uint8Array(32).fill(7) }] };
const hashers = {
  freeHasher,
  argon2Hasher: () => argon2Hasher(cheap),
  "argon2Hasher with a pepper": () => argon2Hasher({ ...cheap, pepper }),
  nodeRsHasher: () => nodeRsHasher(nodeRs, cheap),
  "nodeRsHasher with a pepper": () => nodeRsHasher(nodeRs, { ...cheap, pepper }),
};

for (const [name, make] of Object.entries(hashers)) {
  describe(`${name} keeps the contract of a hasher:`, () => {
    for (const { promise, check } of hasherContract) it(promise, () => check(async () => make()));
  });
}
