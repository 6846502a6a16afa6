import { PGlite } from "@electric-sql/pglite";
import { describe, expect, it } from "vitest";
import { rawPostgres } from "../../../src/sql/postgres.js";
import { nameOf, planKeeper } from "../../../src/sql/postgres-prepared.js";

describe("the name of a statement", () => {
  it("is that of its text, in every process and version", () => {
    expect(nameOf("select $1")).toBe("porchlight_6c10d01ac8145628");
    expect(nameOf("select $1")).toBe(nameOf("select $1"));
    expect(nameOf("select $1")).not.toBe(nameOf("select $2"));
  });

  it("is as long as a server keeps", () => {
    expect(nameOf("select 1".repeat(1_000)).length).toBeLessThan(64);
  });
});

describe("a connection", () => {
  it("plans anew after a thousand statements, each by itself", () => {
    const shouldPlan = planKeeper(() => 0);
    const [busy, idle] = [{}, {}];
    const uses = Array.from({ length: 3_001 }, () => shouldPlan(busy));
    expect(uses.flatMap((told, n) => (told ? [n] : []))).toEqual([1_000, 2_000, 3_000]);
    expect(shouldPlan(idle)).toBe(false);
  });

  it("plans anew after a minute", () => {
    let now = 0;
    const shouldPlan = planKeeper(() => now);
    const connection = {};
    const told = [0, 59_999, 60_000, 60_001, 119_999, 120_000].map((at) => {
      now = at;
      return shouldPlan(connection);
    });
    expect(told).toEqual([false, false, true, false, false, true]);
  });
});

/** A pool of one connection that notes what it is asked and answers as it is told. */
function noting(answer: (text: string) => Promise<{ readonly rows: unknown[] }>) {
  const asked: string[] = [];
  const broken: unknown[] = [];
  const connection = {
    query: (given: string | { readonly text: string }) => {
      const text = typeof given === "string" ? given : given.text;
      asked.push(text);
      return answer(text);
    },
    release: (isBroken?: boolean) => void broken.push(isBroken),
  };
  return { pool: { connect: async () => connection }, asked, broken };
}

describe("a pool whose statements are prepared", () => {
  const many = Array.from({ length: 1_001 });
  const refusal = (code: string) => Object.assign(new Error("refused"), { code });

  it("has the connection plan anew in front of a statement, and names the statement alone", async () => {
    const { pool, asked } = noting(async () => ({ rows: [] }));
    const { run } = rawPostgres(pool, { prepared: true });
    for (const _ of many) await run("select $1", [1]);
    expect(asked.filter((text) => text !== "select $1")).toEqual(["discard plans"]);
    expect(asked.at(-2)).toBe("discard plans");
  });

  it("goes on where the server does not know how to plan anew", async () => {
    const { pool, broken } = noting(async (text) => {
      if (text === "discard plans") throw refusal("42601");
      return { rows: [] };
    });
    const { run } = rawPostgres(pool, { prepared: true });
    for (const _ of many) await run("select $1", [1]);
    expect(broken.filter(Boolean)).toEqual([]);
  });

  it("gives up a connection that is lost while it plans anew", async () => {
    const { pool, broken } = noting(async (text) => {
      if (text === "discard plans") throw new Error("Connection terminated unexpectedly");
      return { rows: [] };
    });
    const { run } = rawPostgres(pool, { prepared: true });
    const ends = await Promise.allSettled(many.map(() => run("select $1", [1])));
    expect(ends.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(broken.filter(Boolean)).toEqual([true]);
  });

  for (const code of ["26000", "42P05", "0A000"]) {
    it(`gives up a connection whose statements are not what they were: ${code}`, async () => {
      const { pool, broken } = noting(async () => {
        throw refusal(code);
      });
      const database = rawPostgres(pool, { prepared: true });
      await expect(database.run("select $1", [1])).rejects.toThrow("refused");
      await expect(database.transaction(async () => ({ keep: true, value: 1 }))).rejects.toThrow("refused");
      expect(broken).toEqual([true, true]);
    });
  }

  it("is no embedded database", () => {
    expect(() => rawPostgres(new PGlite(), { prepared: true })).toThrow(TypeError);
  });
});
