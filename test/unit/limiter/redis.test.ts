import { describe, expect, it } from "vitest";
import { type Glide, type IoRedis, type NodeRedis, redisLimiter } from "../../../src/limiter/redis.js";

/** The three shapes of a client, over one answer to whatever is said. */
function clientsOver(answer: (words: readonly string[]) => Promise<unknown>) {
  const ioredis: IoRedis = { call: (command, ...words) => answer([command, ...words]) };
  const glide: Glide = { customCommand: (words) => answer(words) };
  const nodeRedis: NodeRedis = {
    evalSha: (_, { keys, arguments: words }) => answer(["EVALSHA", ...keys, ...words]),
    eval: (_, { keys, arguments: words }) => answer(["EVAL", ...keys, ...words]),
    del: (key) => answer(["DEL", key]),
  };
  return { ioredis, glide, nodeRedis };
}

describe.each(["ioredis", "glide", "nodeRedis"] as const)("the redisLimiter of %s is ready", (name) => {
  it("where the script runs, in one command that names one key under its prefix", async () => {
    const said: (readonly string[])[] = [];
    const client = clientsOver(async (words) => {
      said.push(words);
      return 0;
    })[name];
    await redisLimiter(client, { prefix: "here:" }).ready?.();
    expect(said.map((words) => words.filter((word) => /^EVALSHA$|^here:/.test(word)))).toEqual([
      ["EVALSHA", "here:ready"],
    ]);
  });

  it("not where the server refuses, whose error comes through", async () => {
    const refusal = new Error("NOPERM User app has no permissions to run the 'evalsha' command");
    const client = clientsOver(() => Promise.reject(refusal))[name];
    await expect(redisLimiter(client).ready?.()).rejects.toBe(refusal);
  });

  it("not where something other than the script answers", async () => {
    const client = clientsOver(async () => "PONG")[name];
    await expect(redisLimiter(client).ready?.()).rejects.toThrow("something other than seconds");
  });
});
