import fc from "fast-check";
import { createClient } from "redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Glide, type IoRedis, redisLimiter } from "../../src/limiter/redis.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { describeRedis, redisUrl } from "../system/servers.js";
import { begin, type Call, histories, unsteadySteps } from "../unit/limiter/histories.js";
import { kept } from "../unit/limiter/kept.js";

const once = { key: "once", max: 1, perSeconds: 60 };
const twice = { key: "twice", max: 2, perSeconds: 60 };

describeRedis("redisLimiter", (redis) => {
  const nodeRedis = createClient(redisUrl === undefined ? {} : { url: redisUrl });
  beforeAll(async () => {
    await nodeRedis.connect();
  });
  afterAll(() => nodeRedis.close());

  /** The shape of Valkey GLIDE, and its words for NOSCRIPT, over the same server. */
  const glide: Glide = {
    customCommand: ([command = "", ...words]) =>
      redis()
        .client.call(command, ...words)
        .catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
          throw new Error("An error was signalled by the server: - NoScriptError: No matching script.");
        }),
  };

  const clients = { ioredis: () => redis().client, "node-redis": () => nodeRedis, "the shape of GLIDE": () => glide };
  describe.each(Object.entries(clients))("through %s", (_, client) => {
    beforeAll(async () => {
      await redis().client.script("FLUSH");
    });

    const subject = async () => {
      const clock = fixedClock();
      return { limiter: redisLimiter(client(), { clock, prefix: redis().prefix() }), clock };
    };
    for (const { promise, check } of limiterContract)
      it(`keeps the contract of a limiter: ${promise}`, () => check(subject));
  });

  describe("decides and keeps as window.ts does", () => {
    async function compare(calls: readonly Call[]) {
      const prefix = redis().prefix();
      const clock = fixedClock(begin);
      const limiter = redisLimiter(redis().client, { clock, prefix });
      const { call, counters, hits } = kept();
      for (const { after, limits } of calls) {
        clock.advance(after);
        const { written: _, ...answer } = call(limits, clock.now());
        expect(await limiter.hit(limits)).toEqual(answer);
      }
      for (const key of counters.keys()) {
        expect(JSON.parse((await redis().client.get(prefix + key)) ?? "")).toEqual(hits(key));
      }
    }

    it("at small limits, for any calls at any moments of any clock", async () => {
      await fc.assert(fc.asyncProperty(histories, compare), { numRuns: 150 });
    });

    it("at a max above 100, for hits at any pace of any clock", async () => {
      const often = unsteadySteps.map((steps) =>
        steps.map((after): Call => ({ after, limits: [{ ...once, max: 120 }] })),
      );
      await fc.assert(fc.asyncProperty(often, compare), { numRuns: 10 });
    });

    it("for a read after a clock was set back by less than hits are kept together", async () => {
      const many = { ...once, max: 1_000 };
      const hits = [0, 300].map((after): Call => ({ after, limits: [many] }));
      await compare([...hits, { after: -200, limits: [{ ...many, cost: 0 }] }]);
    });
  });

  describe("as commands", () => {
    let prefix = "";
    let said: string[][] = [];
    const listened: IoRedis = {
      call(command, ...words) {
        said.push([command, ...words]);
        return redis().client.call(command, ...words);
      },
    };
    beforeEach(() => {
      prefix = redis().prefix();
      said = [];
    });

    it("costs one round trip for each call, and a second where the server has not seen the script", async () => {
      const limiter = redisLimiter(listened, { prefix });
      await redis().client.script("FLUSH");
      await limiter.hit([once, twice]);
      await limiter.hit([{ ...once, cost: 0 }]);
      await limiter.hit([twice, once]);
      await limiter.clear("once");
      await limiter.hit([]);
      expect(said.map(([command]) => command)).toEqual(["EVALSHA", "EVAL", "EVALSHA", "EVALSHA", "DEL"]);
    });

    it("keeps a counter for an hour longer than its window, and writes none that is only read", async () => {
      const { client } = redis();
      const limiter = redisLimiter(client, { prefix });
      await limiter.hit([once, { ...twice, cost: 0 }]);
      const ttl = await client.pttl(`${prefix}once`);
      expect(ttl).toBeGreaterThan(3_600_000);
      expect(ttl).toBeLessThanOrEqual(3_660_000);
      expect(await client.exists(`${prefix}twice`)).toBe(0);
    });

    it("lets its clock stand and decide, whatever the server's clock says", async () => {
      const clock = fixedClock(0);
      const limiter = redisLimiter(redis().client, { clock, prefix });
      expect((await limiter.hit([once])).allowed).toBe(true);
      expect(await limiter.hit([once])).toEqual({ allowed: false, retryAfterSeconds: 60 });
      clock.set(Date.UTC(2100, 0, 1));
      expect((await limiter.hit([once])).allowed).toBe(true);
    });

    it("begins every key with one hash tag, so that a cluster keeps them together", async () => {
      const answering: IoRedis = {
        async call(command, ...words) {
          said.push([command, ...words]);
          return 0;
        },
      };
      const limiter = redisLimiter(answering);
      await limiter.hit([twice, { ...once, max: Number.POSITIVE_INFINITY }]);
      await limiter.clear("once");
      expect(said.map((words) => words.filter((word) => word.startsWith("{porchlight}:")))).toEqual([
        ["{porchlight}:once", "{porchlight}:twice"],
        ["{porchlight}:once"],
      ]);
      // No number to the Lua of some servers.
      expect(said.flat()).not.toContain("Infinity");
    });

    it.each(["a".repeat(256), "a\0", "\ud800"])("says nothing about the key %j", async (key) => {
      const limiter = redisLimiter(listened, { prefix });
      await expect(limiter.hit([once, { ...once, key }])).rejects.toThrow(TypeError);
      await expect(limiter.clear(key)).rejects.toThrow(TypeError);
      expect(said).toEqual([]);
    });

    it.each([
      ["what the client threw", "list"],
      ["what the script met", "text"],
    ])("throws %s", async (_, kind) => {
      const { client } = redis();
      await (kind === "list" ? client.lpush(`${prefix}once`, "1") : client.set(`${prefix}once`, "no counter"));
      await expect(redisLimiter(client, { prefix }).hit([once])).rejects.toThrow(Error);
    });
  });
});

describe("redisLimiter", () => {
  it.each([["OK"], [null], [-1], [0.5], ["1 second"], [[0]]])("takes %j for no answer", async (reply) => {
    const limiter = redisLimiter({ call: async () => reply });
    await expect(limiter.hit([once])).rejects.toThrow("answered with something other than seconds");
  });

  it("takes a number that a client gives as text", async () => {
    expect(await redisLimiter({ call: async () => "7" }).hit([once])).toEqual({ allowed: false, retryAfterSeconds: 7 });
  });

  it.each([[undefined], [null], ["redis://127.0.0.1"], [{}], [{ get: async () => null }]])(
    "takes %j for no client",
    (client) => {
      expect(() => Reflect.apply(redisLimiter, undefined, [client])).toThrow(TypeError);
    },
  );

  it("refuses to decide without a moment", async () => {
    const limiter = redisLimiter({ call: async () => 0 }, { clock: { now: () => Number.NaN } });
    await expect(limiter.hit([once])).rejects.toThrow(TypeError);
  });
});
