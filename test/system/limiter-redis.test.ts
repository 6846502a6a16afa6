import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { redisLimiter } from "../../src/limiter/redis.js";
import { itCountsForFourProcesses } from "./limiter-race.js";
import { describeRedis } from "./servers.js";

describeRedis("redisLimiter, hit by four processes at once,", (redis) => {
  itCountsForFourProcesses(() => {
    const prefix = redis().prefix();
    return {
      where: { server: "redis", url: redis().url, prefix },
      here: redisLimiter(redis().client, { prefix }),
    };
  });
});

describeRedis("redisLimiter", (redis) => {
  it("is ready where the server answers, and leaves no key behind", async () => {
    const { client } = redis();
    const prefix = redis().prefix();
    await redisLimiter(client, { prefix }).ready?.();
    expect(await client.exists(`${prefix}ready`)).toBe(0);
  });

  it("is not ready on a server that cannot be reached", async () => {
    const client = new Redis("redis://127.0.0.1:1", { lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => {});
    await expect(redisLimiter(client).ready?.()).rejects.toThrow();
    client.disconnect();
  });
});
