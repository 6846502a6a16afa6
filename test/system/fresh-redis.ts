import { Redis } from "ioredis";
import { freshName, isLeftOver } from "./fresh-name.js";
import { demanded, redisUrl } from "./server-urls.js";

/** A corner of the real Redis, with a connection of its own. */
export interface FreshRedis {
  readonly client: Redis;
  readonly url: string;
  /** A prefix that no key begins with yet, new at every call. */
  prefix(): string;
  /** Deletes every key under its prefixes and closes the connection. */
  drop(): Promise<void>;
}

/**
 * Opens a corner of the server in which nobody else writes: one per test file, a prefix per test.
 *
 * @example
 * ```ts
 * const { client, prefix, drop } = await freshRedis();
 * await client.set(`${prefix()}sample`, "1");
 * await drop();
 * ```
 */
export async function freshRedis(options: { readonly url?: string } = {}): Promise<FreshRedis> {
  const url = options.url ?? demanded(redisUrl, "PORCHLIGHT_REDIS_URL");
  const name = freshName();
  const client = await connected(url);
  let given = 0;

  return {
    client,
    url,
    prefix: () => `${name}:${++given}:`,
    async drop() {
      await unlink(client, (key) => key.startsWith(name));
      await client.quit();
    },
  };
}

/** Deletes the keys that runs of more than an hour ago left on the server. */
export async function dropRedisLeftovers(url: string): Promise<void> {
  const client = await connected(url);
  await unlink(client, isLeftOver);
  await client.quit();
}

async function connected(url: string): Promise<Redis> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: null });
  await client.connect();
  return client;
}

async function unlink(client: Redis, chosen: (key: string) => boolean): Promise<void> {
  for await (const keys of client.scanStream({ match: "porchlight_test_*", count: 1000 })) {
    const ours = keys.filter(chosen);
    if (ours.length > 0) await client.unlink(...ours);
  }
}
