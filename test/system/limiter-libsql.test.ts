import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterAll, beforeEach, describe } from "vitest";
import { libsqlLimiter } from "../../src/limiter/libsql.js";
import { migrate } from "../../src/store/libsql.js";
import { itCountsForFourProcesses } from "./limiter-race.js";

describe("libsqlLimiter, one file hit by four processes at once,", () => {
  const folder = mkdtempSync(join(tmpdir(), "porchlight-limiter-"));
  const url = `file:${join(folder, "counters.db")}`;
  const client = createClient({ url });
  beforeEach(async () => {
    await client.execute("pragma journal_mode = wal");
    await migrate(client);
    await client.execute("delete from porchlight_counter");
  });
  afterAll(() => {
    client.close();
    rmSync(folder, { recursive: true });
  });

  itCountsForFourProcesses(() => ({ where: { server: "libsql", url }, here: libsqlLimiter(client) }));
});
