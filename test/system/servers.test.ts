import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { freshName, isLeftOver } from "./fresh-name.js";
import { describeMysql, describePostgres, describeRedis, freshMysql, freshPostgres, freshRedis } from "./servers.js";

describe("the name of a fresh database", () => {
  it("is never given twice", () => {
    expect(new Set(Array.from({ length: 1_000 }, freshName)).size).toBe(1_000);
  });

  it("is a left-over after an hour, and no other name ever is", () => {
    const made = (secondsAgo: number) => freshName().replace(/\d+/, String(Math.floor(Date.now() / 1000) - secondsAgo));
    expect(isLeftOver(made(3_700))).toBe(true);
    expect(isLeftOver(made(3_500))).toBe(false);
    expect(["test", "postgres", "porchlight_test", "porchlight_production_1_ab"].filter(isLeftOver)).toEqual([]);
  });
});

describe("the roll-call before the tests", () => {
  const call = async (env: Readonly<Record<string, string>>) => {
    const args = ["--import", import.meta.resolve("tsx"), "test/system/servers-answer.ts"];
    const urls = { PORCHLIGHT_POSTGRES_URL: "", PORCHLIGHT_MYSQL_URL: "", PORCHLIGHT_REDIS_URL: "", ...env };
    return promisify(execFile)(process.execPath, args, { env: { ...process.env, ...urls } }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stderr }) => ({ code, said: stderr }),
    );
  };

  it("names what is missing, and what gives it", async () => {
    const { code, said } = await call({});
    expect(code).toBe(1);
    expect(said).toContain(
      "PostgreSQL (PORCHLIGHT_POSTGRES_URL), MySQL or MariaDB (PORCHLIGHT_MYSQL_URL), Redis (PORCHLIGHT_REDIS_URL)",
    );
  });

  it.each([
    ["PostgreSQL", "PORCHLIGHT_POSTGRES_URL", "postgres"],
    ["MySQL or MariaDB", "PORCHLIGHT_MYSQL_URL", "mysql"],
    ["Redis", "PORCHLIGHT_REDIS_URL", "redis"],
  ])("names a %s that does not answer, with its variable and without its password", async (name, variable, scheme) => {
    const { code, said } = await call({ [variable]: `${scheme}://user:hidden@127.0.0.1:1/0` });
    expect(code).toBe(1);
    expect(said).toContain(`${name} does not answer at ${scheme}://127.0.0.1:1 (${variable}): `);
    expect(said).toContain("ECONNREFUSED");
    expect(said).not.toContain("hidden");
  });
});

describePostgres("a fresh PostgreSQL database", (database) => {
  const tables = async (pool = database().pool) =>
    (await pool.query("select count(*)::int as count from pg_tables where schemaname = 'public'")).rows[0].count;

  it("has no tables", async () => {
    expect(await tables()).toBe(0);
  });

  it("is apart from any other, and gone once it is dropped", async () => {
    const other = await freshPostgres({ connections: 2 });
    await other.pool.query("create table porchlight_sample (id text primary key)");
    expect(await tables(other.pool)).toBe(1);
    expect(await tables()).toBe(0);
    await other.drop();
    await expect(freshPostgres({ url: other.url })).rejects.toMatchObject({ code: "3D000" });
  });

  it("loses the rows of Porchlight's tables when it is emptied, and keeps the schema's version and the host's", async () => {
    const { pool } = database();
    await pool.query(`create table porchlight_first (id text primary key);
      create table porchlight_second (id text primary key, first text references porchlight_first);
      create table porchlight_schema (version integer);
      create table host_sample (id text primary key);
      insert into porchlight_first values ('a');
      insert into porchlight_second values ('b', 'a');
      insert into porchlight_schema values (1);
      insert into host_sample values ('c')`);
    await database().empty();
    const left = async (table: string) => (await pool.query(`select * from ${table}`)).rows.length;
    expect(await Promise.all(["porchlight_first", "porchlight_second"].map(left))).toEqual([0, 0]);
    expect(await Promise.all(["porchlight_schema", "host_sample"].map(left))).toEqual([1, 1]);
  });

  it("drops loudly where a connection was never given back", async () => {
    const other = await freshPostgres({ connections: 2 });
    const kept = await other.pool.connect();
    kept.on("error", () => {});
    await expect(other.drop()).rejects.toThrow("1 connections of the pool were never given back.");
  });
});

describeMysql("a fresh MySQL or MariaDB database", (database) => {
  const tables = async (pool = database().pool) => (await pool.query("show tables"))[0];

  it("has no tables", async () => {
    expect(await tables()).toEqual([]);
  });

  it("is apart from any other, and gone once it is dropped", async () => {
    const other = await freshMysql({ connections: 2 });
    await other.pool.query("create table porchlight_sample (id varchar(9) primary key)");
    expect(await tables(other.pool)).toHaveLength(1);
    expect(await tables()).toEqual([]);
    await other.drop();
    await expect(freshMysql({ url: other.url })).rejects.toMatchObject({ code: "ER_BAD_DB_ERROR" });
  });

  it("loses the rows of Porchlight's tables when it is emptied, and keeps the schema's version and the host's", async () => {
    const { pool } = database();
    for (const statement of [
      "create table porchlight_first (id varchar(9) primary key)",
      "create table porchlight_second (id varchar(9), first varchar(9), foreign key (first) references porchlight_first (id))",
      "create table porchlight_schema (version integer)",
      "create table host_sample (id varchar(9) primary key)",
      "insert into porchlight_first values ('a')",
      "insert into porchlight_second values ('b', 'a')",
      "insert into porchlight_schema values (1)",
      "insert into host_sample values ('c')",
    ]) {
      await pool.query(statement);
    }
    await database().empty();
    const left = async (table: string) => (await pool.query("select * from ??", [table]))[0];
    expect(await Promise.all(["porchlight_first", "porchlight_second"].map(left))).toEqual([[], []]);
    expect((await Promise.all(["porchlight_schema", "host_sample"].map(left))).flat()).toHaveLength(2);
  });
});

describeRedis("a corner of Redis", (redis) => {
  let prefix = "";
  beforeEach(() => {
    prefix = redis().prefix();
  });

  it.each(["first", "second"])("is empty for the %s test that asks", async () => {
    const { client } = redis();
    expect(await client.get(`${prefix}sample`)).toBeNull();
    await client.set(`${prefix}sample`, "1");
  });

  it("leaves nothing behind when it is dropped", async () => {
    const other = await freshRedis();
    const key = `${other.prefix()}sample`;
    await other.client.set(key, "1");
    expect(await redis().client.exists(key)).toBe(1);
    await other.drop();
    expect(await redis().client.exists(key)).toBe(0);
  });
});
