import type { Clock, Limiter } from "../ports.js";
import { script } from "./script.js";
import { checkKey, keysOf, shapeOf, windowMs } from "./window.js";

/** The sliver of ioredis and iovalkey that is needed, one node or a cluster. */
export interface IoRedis {
  call(command: string, ...words: string[]): Promise<unknown>;
}

/** The sliver of node-redis that is needed: a client, a pool, a cluster or a sentinel. */
export interface NodeRedis {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** The sliver of Valkey GLIDE that is needed, one node or a cluster. */
export interface Glide {
  customCommand(words: string[]): Promise<unknown>;
}

export interface RedisLimiterOptions {
  readonly clock?: Clock | undefined;
  /** Begins every key. Default `{porchlight}:`, whose braces keep all counters on one node of a cluster. */
  readonly prefix?: string | undefined;
}

/**
 * Counts hits in Redis 5 or later, or in Valkey, for all processes that share it: every call is one script, 1 round trip.
 *
 * A script in a cluster may touch the keys of one slot only, hence the hash tag in the prefix. Counters expire an hour
 * after their window by the server's clock, so that until then the injected clock alone decides. The server must evict
 * nothing (`maxmemory-policy noeviction`): to forget a counter is to lift a limit. Above a max of 100 it may refuse a
 * hundredth of the window too long. A key is at most 255 bytes of UTF-8, without NUL, else a TypeError.
 *
 * @example
 * ```ts
 * import { Redis } from "ioredis";
 * import { redisLimiter } from "porchlight/limiter/redis";
 * const limiter = redisLimiter(new Redis("redis://127.0.0.1:6379"));
 * ```
 */
export function redisLimiter(
  client: IoRedis | NodeRedis | Glide,
  { clock = Date, prefix = "{porchlight}:" }: RedisLimiterOptions = {},
): Limiter {
  const server = serverOf(client);

  const hit: Limiter["hit"] = async (limits) => {
    const keys = keysOf(limits);
    if (keys.length === 0) return { allowed: true, retryAfterSeconds: 0 };
    const now = clock.now();
    if (!Number.isFinite(now)) throw new TypeError("A limiter's clock gives epoch milliseconds.");
    const shapes = keys.map((key) => shapeOf(key, limits)).flatMap(({ windowMs, spanMs }) => [windowMs, spanMs]);
    const asked = limits.flatMap((limit) => [
      keys.indexOf(limit.key) + 1,
      // Infinity is no number to every Lua.
      Math.min(limit.max, Number.MAX_SAFE_INTEGER),
      windowMs(limit),
      limit.cost === 0 ? 0 : 1,
    ]);
    const words = [now, ...shapes, ...asked].map(String);
    const retryAfterSeconds = secondsIn(
      await server.evaluate(
        keys.map((key) => prefix + key),
        words,
      ),
    );
    return { allowed: retryAfterSeconds === 0, retryAfterSeconds };
  };

  return {
    hit,

    // The script itself, so that whoever may not run it, or meets a server that cannot, hears of it at start-up.
    async ready() {
      await hit([{ key: "ready", max: 1, perSeconds: 1, cost: 0 }]);
    },

    async clear(key) {
      checkKey(key);
      await server.delete(prefix + key);
    },
  };
}

/** What the script came to: 0 where the call is allowed. Some clients give numbers as text. */
function secondsIn(reply: unknown): number {
  const seconds = typeof reply === "string" && /^\d+$/.test(reply) ? Number(reply) : reply;
  if (typeof seconds === "number" && Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new Error("The limiter's script was answered with something other than seconds.");
}

interface Server {
  evaluate(keys: string[], words: string[]): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}

function serverOf(client: IoRedis | NodeRedis | Glide): Server {
  if (typeof client !== "object" || client === null) throw new TypeError(noClient);
  if ("customCommand" in client) return speaking((command, ...words) => client.customCommand([command, ...words]));
  if ("evalSha" in client) {
    return {
      evaluate: (keys, words) =>
        byDigest(
          (digest) => client.evalSha(digest, { keys, arguments: words }),
          () => client.eval(script, { keys, arguments: words }),
        ),
      delete: (key) => client.del(key),
    };
  }
  if ("call" in client) return speaking((command, ...words) => client.call(command, ...words));
  throw new TypeError(noClient);
}

const noClient = "redisLimiter: give it a client of ioredis, iovalkey, node-redis or Valkey GLIDE.";

/** A client that takes any command as its words. */
function speaking(say: (command: string, ...words: string[]) => Promise<unknown>): Server {
  return {
    evaluate: (keys, words) =>
      byDigest(
        (digest) => say("EVALSHA", digest, String(keys.length), ...keys, ...words),
        () => say("EVAL", script, String(keys.length), ...keys, ...words),
      ),
    delete: (key) => say("DEL", key),
  };
}

/** Names the script by its digest, and sends it whole to a server that has not seen it since it started. */
async function byDigest(named: (digest: string) => Promise<unknown>, whole: () => Promise<unknown>): Promise<unknown> {
  digest ??= sha1(script);
  try {
    return await named(await digest);
  } catch (error) {
    // GLIDE words the server's NOSCRIPT in its own way.
    if (error instanceof Error && /NOSCRIPT|NoScriptError/.test(error.message)) return whole();
    throw error;
  }
}

let digest: Promise<string> | undefined;

async function sha1(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
