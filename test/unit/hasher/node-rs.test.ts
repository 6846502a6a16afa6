import * as nodeRs from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import { type NodeRsArgon2, nodeRsHasher } from "../../../src/hasher/node-rs.js";

const cheap = { memoryKiB: 64, passes: 1, parallelism: 1, unsafeTestParams: true } as const;

describe("nodeRsHasher", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["options alone", { memoryKiB: 65_536 }],
    ["another package", { hash: async () => "", verify: async () => true }],
  ])("handed %s says at start-up which package it needs, and how to get it", (_, given) => {
    const make = () => Reflect.apply(nodeRsHasher, undefined, [given]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow("needs hashRaw of @node-rs/argon2 (npm install @node-rs/argon2)");
  });

  it("takes the package as a namespace, as its default and by its one function", async () => {
    const { default: whole } = await import("@node-rs/argon2");
    for (const given of [nodeRs, whole, { hashRaw: nodeRs.hashRaw }]) {
      const hasher = nodeRsHasher(given, cheap);
      expect(await hasher.verify(await hasher.hash("harbour"), "harbour")).toBe(true);
    }
  });

  it("asks for Argon2id of version 19 by the numbers that the package gives them", async () => {
    const asked: Parameters<NodeRsArgon2["hashRaw"]>[] = [];
    const noted: NodeRsArgon2 = {
      hashRaw(...given) {
        asked.push(given);
        return nodeRs.hashRaw(...given);
      },
    };
    const encoded = await nodeRsHasher(noted).hash("harbour");
    expect(encoded.split("$").slice(0, 4)).toEqual(["", "argon2id", "v=19", "m=65536,t=3,p=4"]);
    expect(asked).toEqual([
      [
        "harbour",
        {
          ...{ algorithm: 2, version: 1, memoryCost: 65_536, timeCost: 3, parallelism: 4, outputLen: 32 },
          salt: expect.any(Buffer),
        },
      ],
    ]);
    expect(nodeRs.parseOptions(encoded)).toEqual({
      ...{ algorithm: 2, version: 1, memoryCost: 65_536, timeCost: 3, parallelism: 4, outputLen: 32, saltLen: 16 },
    });
  });

  it("computes two at once, whoever asks, and lets a sign-in before the sign-ups that wait", async () => {
    const begun: string[] = [];
    let [running, most] = [0, 0];
    const counted: NodeRsArgon2 = {
      async hashRaw(password, options) {
        begun.push(password);
        running += 1;
        most = Math.max(most, running);
        return nodeRs.hashRaw(password, options).finally(() => {
          running -= 1;
        });
      },
    };
    const hasher = nodeRsHasher(counted, { ...cheap, memoryKiB: 8_192, slots: 2, queue: 32 });
    const encoded = await hasher.hash("known");
    const crowd = Array.from({ length: 18 }, (_, n) => hasher.hash(`${n}`));
    expect(await hasher.verify(encoded, "known")).toBe(true);
    await Promise.all(crowd);
    expect(most).toBe(2);
    expect(begun.slice(0, 4)).toEqual(["known", "0", "1", "known"]);
    expect(begun).toHaveLength(20);
  });
});
