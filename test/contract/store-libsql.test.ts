import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, createClient } from "@libsql/client";
import { afterAll, afterEach, describe, it } from "vitest";
import type { Store } from "../../src/ports.js";
import { libsqlStore, migrate } from "../../src/store/libsql.js";
import { storeContract } from "../../src/testing/store-contract.js";
import { hranaServer } from "../system/hrana-server.js";

const folder = mkdtempSync(join(tmpdir(), "porchlight-libsql-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function freshFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function freshStore(config: Config, ...pragmas: readonly string[]): Promise<Store<never>> {
  const client = createClient(config);
  ends.push(() => client.close());
  for (const pragma of pragmas) await client.execute(pragma);
  await migrate(client);
  return libsqlStore(client);
}

function keepsTheContract(make: () => Promise<Store<never>>): void {
  for (const { promise, check } of storeContract) it(promise, () => check(make));
}

describe("libsqlStore over a file keeps the contract of a store:", () => {
  // The store keeps to one connection, so that the second pragma holds: nothing waits for the disk.
  const pragmas = ["pragma journal_mode = wal", "pragma synchronous = off"];
  keepsTheContract(() => freshStore({ url: `file:${freshFile()}` }, ...pragmas));
});

describe("libsqlStore in memory keeps the contract of a store:", () => {
  keepsTheContract(() => freshStore({ url: ":memory:" }));
});

describe("libsqlStore with integers as text keeps the contract of a store:", () => {
  keepsTheContract(() => freshStore({ url: ":memory:", intMode: "string" }));
});

describe("libsqlStore over a server keeps the contract of a store:", () => {
  keepsTheContract(async () => {
    const server = await hranaServer(freshFile());
    ends.push(() => server.close());
    return freshStore({ url: server.url });
  });
});
