import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasMariadb } from "./private-mariadb.js";
import { hasPostgres } from "./private-postgres.js";
import { describePrivateMariadb, describePrivatePostgres, freshMysql, freshPostgres } from "./servers.js";

const options = { settings: { max_connections: "12" }, diskMegabytes: 64 };

describePrivatePostgres("a PostgreSQL of our own", options, (server) => {
  let database: Awaited<ReturnType<typeof freshPostgres>>;
  beforeAll(async () => {
    database = await freshPostgres({ url: server().url, connections: 2 });
    await database.pool.query("create table sample (words text)");
  });
  afterAll(() => database.drop());

  itEndures(server, {
    write: () => outcome(database.pool.query("insert into sample values (repeat('sample', 200))")),
    connect: async () => outcome(freshPostgres({ url: server().url }).then(({ drop }) => drop())),
    count: async () => (await database.pool.query("select count(*)::int as count from sample")).rows[0].count,
    codes: { readOnly: "25006", exhausted: "53300", full: "53100", down: "ECONNREFUSED" },
  });
});

describePrivateMariadb("a MariaDB of our own", options, (server) => {
  let database: Awaited<ReturnType<typeof freshMysql>>;
  beforeAll(async () => {
    database = await freshMysql({ url: server().url, connections: 2 });
    await database.pool.query("create table sample (words text)");
  });
  afterAll(() => database.drop());

  itEndures(server, {
    write: () => outcome(database.pool.query("insert into sample values (repeat('sample', 200))")),
    connect: async () => outcome(freshMysql({ url: server().url }).then(({ drop }) => drop())),
    async count() {
      const [rows] = await database.pool.query<RowDataPacket[]>("select count(*) as count from sample");
      return rows[0]?.count;
    },
    codes: {
      readOnly: "ER_OPTION_PREVENTS_STATEMENT",
      exhausted: "ER_CON_COUNT_ERROR",
      full: "ER_RECORD_FILE_FULL",
      down: "ECONNREFUSED",
    },
  });
});

interface Server {
  stop(how: "fast" | "immediate"): Promise<void>;
  start(): Promise<void>;
  readOnly(on: boolean): Promise<void>;
  exhaust(): Promise<() => Promise<void>>;
  fill(): Promise<void>;
  relieve(): Promise<void>;
}

interface Subject {
  /** One row, on a connection that was there before: `"done"`, or the code of the error. */
  readonly write: () => Promise<string>;
  /** On a connection that was not. */
  readonly connect: () => Promise<string>;
  readonly count: () => Promise<number>;
  readonly codes: Readonly<Record<"readOnly" | "exhausted" | "full" | "down", string>>;
}

function itEndures(server: () => Server, { write, connect, count, codes }: Subject): void {
  it.each(["fast", "immediate"] as const)("keeps what was committed through a stop that is %s", async (how) => {
    expect(await write()).toBe("done");
    const before = await count();
    await server().stop(how);
    expect(await connect()).toBe(codes.down);
    await server().start();
    await expect.poll(write).toBe("done");
    expect(await count()).toBe(before + 1);
  });

  it("refuses to write while it is read-only, and no longer", async () => {
    await server().readOnly(true);
    expect(await write()).toBe(codes.readOnly);
    await server().readOnly(false);
    expect(await write()).toBe("done");
  });

  it("lends no connection while all are taken", async () => {
    const release = await server().exhaust();
    expect(await connect()).toBe(codes.exhausted);
    expect(await write()).toBe("done");
    await release();
    await expect.poll(connect).toBe("done");
  });

  it("refuses to write when its disk is full, and writes again when there is room", async () => {
    await server().fill();
    const written = [];
    // Pages that are begun still take a few rows.
    while (written.at(-1) !== codes.full && written.length < 100) written.push(await write());
    expect(new Set(written)).toEqual(new Set(written.length > 1 ? ["done", codes.full] : [codes.full]));
    await server().relieve();
    expect(await write()).toBe("done");
  });
}

describe.each([
  ["PostgreSQL", hasPostgres, 'import { privatePostgres as start } from "./test/system/private-postgres.ts"'],
  ["MariaDB", hasMariadb, 'import { privateMariadb as start } from "./test/system/private-mariadb.ts"'],
])("a %s of our own", (_, there, imported) => {
  it.skipIf(!there)("goes, folder and all, with a process that SIGKILL ended", async () => {
    const folder = await mkdtemp(join(tmpdir(), "porchlight-killed-"));
    await chmod(folder, 0o755);
    const script = `${imported}; const { port } = await start(); console.log(port); setInterval(() => {}, 1000);`;
    const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", script];
    const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: folder } });
    const [port] = await once(child.stdout, "data", { signal: AbortSignal.timeout(30_000) });
    const left = async () => (await readdir(folder)).filter((name) => name.startsWith("porchlight-server-"));
    expect([await left(), await hears(Number(port))]).toEqual([[expect.any(String)], true]);

    child.kill("SIGKILL");
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    expect(await hears(Number(port))).toBe(false);
    await rm(folder, { recursive: true });
  });
});

const hears = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => String(error.code),
  );
