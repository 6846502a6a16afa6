import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { describe, it, onTestFinished } from "vitest";
import { libsqlLimiter } from "../../src/limiter/libsql.js";
import { migrate } from "../../src/store/libsql.js";
import { fixedClock } from "../../src/testing/clock.js";
import { limiterContract } from "../../src/testing/limiter-contract.js";
import { hranaServer } from "../system/hrana-server.js";

async function freshFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "porchlight-limiter-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "counters.db");
}

const places = {
  memory: async () => ":memory:",
  "a file": async () => `file:${await freshFile()}`,
  async "a server"() {
    const server = await hranaServer(await freshFile());
    onTestFinished(() => server.close());
    return server.url;
  },
};

describe.each(Object.entries(places))("libsqlLimiter in %s keeps the contract of a limiter:", (_, url) => {
  const subject = async () => {
    const client = createClient({ url: await url() });
    onTestFinished(() => client.close());
    await migrate(client);
    const clock = fixedClock();
    return { limiter: libsqlLimiter(client, { clock }), clock };
  };

  for (const { promise, check } of limiterContract) it(promise, () => check(subject));
});
