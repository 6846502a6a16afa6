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
