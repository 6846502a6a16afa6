import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Limit } from "../../../src/ports.js";
import { fixedClock } from "../../../src/testing/clock.js";
import { tableInLibsql, tableInPglite } from "./counter-tables.js";

const once: Limit = { key: "once", max: 1, perSeconds: 60 };
const twice: Limit = { key: "twice", max: 2, perSeconds: 60 };
const read = (limit: Limit): Limit => ({ ...limit, cost: 0 });
const allowed = { allowed: true, retryAfterSeconds: 0 };
const refused = { allowed: false, retryAfterSeconds: 60 };

describe.each([
  { name: "PGlite", table: tableInPglite(), several: ["select", "begin", "insert", "update", "end"], again: "update" },
  { name: "libSQL", table: tableInLibsql(), several: ["select", "insert"], again: "insert" },
])("counters in a table of $name", ({ table, several, again }) => {
  beforeAll(() => table.open());
  afterAll(() => table.close());
  beforeEach(() => table.empty());

  /** A limiter whose every round trip is noted, and what another process does right after its first read. */
  async function open({ meanwhile }: { readonly meanwhile?: () => Promise<unknown> } = {}) {
    const clock = fixedClock();
    const said: string[] = [];
    let work = meanwhile;
    const limiter = table.limiter({
      clock,
      async told(text) {
        said.push(text.split(/\s/, 1).join());
        if (!text.startsWith("select counter_key")) return;
        const between = work;
        work = undefined;
        await between?.();
      },
    });
    return { limiter, clock, said };
  }

  const here = async () => (await open()).limiter;

  it("cost one round trip to read or to be refused, two for a hit of one key, and for several what their documentation says", async () => {
    const { limiter, said } = await open();
    await limiter.hit([read(once)]);
    const trips = async (...limits: readonly Limit[]) => {
      said.length = 0;
      await limiter.hit(limits);
      return [...said];
    };
    expect(await trips()).toEqual([]);
    expect(await trips(read(once), read(twice))).toEqual(["select"]);
    expect(await trips(once)).toEqual(["select", "insert"]);
    expect(await trips(twice)).toEqual(["select", "insert"]);
    expect(await trips(twice)).toEqual(["select", again]);
    expect(await trips(once)).toEqual(["select"]);
    expect(await trips({ ...once, key: "other" }, once)).toEqual(["select"]);
    expect(await trips({ ...once, key: "one" }, { ...once, key: "two" })).toEqual(several);
    said.length = 0;
    await limiter.clear("one");
    expect(said).toEqual(["delete"]);
  });

  it("are sure of the first hit, when another process hits between the read and the write", async () => {
    const { limiter } = await open({ meanwhile: async () => (await here()).hit([once]) });
    expect(await limiter.hit([once])).toEqual(refused);
  });

  it("are sure of a later hit as well", async () => {
    await (await here()).hit([twice]);
    const { limiter } = await open({ meanwhile: async () => (await here()).hit([twice]) });
    expect(await limiter.hit([twice])).toEqual(refused);
  });

  it("are sure of a key that a call only reads, beside one that it hits", async () => {
    const { limiter } = await open({ meanwhile: async () => (await here()).hit([once]) });
    expect(await limiter.hit([twice, read(once)])).toEqual(refused);
    expect(await limiter.hit([twice, twice])).toEqual(allowed);
  });

  it("are sure of several keys, each of which another process hits", async () => {
    for (const key of ["once", "twice"]) {
      await table.empty();
      const { limiter } = await open({ meanwhile: async () => (await here()).hit([{ ...once, key }]) });
      expect(await limiter.hit([once, { ...twice, max: 1 }])).toEqual(refused);
    }
  });

  it("stay cleared, when they are cleared between the read and the write", async () => {
    await (await here()).hit([twice]);
    const { limiter } = await open({ meanwhile: async () => (await here()).clear("twice") });
    expect(await limiter.hit([twice])).toEqual(allowed);
    expect(await limiter.hit([twice])).toEqual(allowed);
    expect(await limiter.hit([twice])).toEqual(refused);
  });

  it("count a hit that comes when its counter is purged", async () => {
    await (await here()).hit([once]);
    const { limiter, clock } = await open({
      meanwhile: async () => expect(await (await here()).purge?.(clock.now(), 10)).toBe(1),
    });
    clock.advance(60_000);
    expect(await limiter.hit([once])).toEqual(allowed);
    expect(await limiter.hit([once])).toEqual(refused);
  });

  it("move future hits to now for a call that only reads, of one key or of several", async () => {
    await (await here()).hit([once, twice]);
    const { limiter, clock } = await open();
    clock.advance(-3_600_000);
    expect(await limiter.hit([read(once)])).toEqual(refused);
    expect(await limiter.hit([read(twice), read({ ...once, max: 2 })])).toEqual(allowed);
    clock.advance(59_000);
    expect(await limiter.hit([read(once)])).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(await limiter.hit([twice])).toEqual(allowed);
    expect(await limiter.hit([twice])).toEqual({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1_000);
    expect(await limiter.hit([once, twice])).toEqual(allowed);
  });

  it("leave no row of a call that was refused under its lock", async () => {
    const { limiter } = await open({ meanwhile: async () => (await here()).hit([once]) });
    expect(await limiter.hit([twice, once])).toEqual(refused);
    expect(await table.keys()).toEqual(["once"]);
  });

  it.each(["a".repeat(256), "a\0", "\ud800"])("are asked nothing about the key %j", async (key) => {
    const { limiter, said } = await open();
    await expect(limiter.hit([once, { ...once, key }])).rejects.toThrow(TypeError);
    await expect(limiter.clear(key)).rejects.toThrow(TypeError);
    expect(said).toEqual([]);
  });

  it("take a key of 255 bytes", async () => {
    const limiter = await here();
    for (const key of ["a".repeat(255), "é".repeat(127)])
      expect(await limiter.hit([{ ...once, key }])).toEqual(allowed);
  });

  it("take for a key whatever a list or a statement might mistake", async () => {
    const limiter = await here();
    const keys = ["", "NULL", "{", "}", ",", '"', "\\", "'", "''", "$1", "?", "; --", "😀", "\n", " a", "a "];
    const limits = keys.map((key) => ({ ...once, key }));
    expect(await limiter.hit(limits)).toEqual(allowed);
    for (const limit of limits) expect(await limiter.hit([limit])).toEqual(refused);
    for (const key of keys) await limiter.clear(key);
    expect(await limiter.hit(limits)).toEqual(allowed);
  });

  it.each([0, -1, 1.5, Number.NaN])("are not purged by %s at once", async (limit) => {
    await expect((await here()).purge?.(0, limit)).rejects.toThrow(TypeError);
  });
});
