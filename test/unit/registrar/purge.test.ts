import { describe, expect, it } from "vitest";
import { ada, day, form, openHouse } from "./house.js";

/** Answers with these counts, one after the other, and notes what was asked. */
function purging(counts: readonly number[]) {
  const asked: (readonly [before: number, limit: number])[] = [];
  return {
    asked,
    purge: async (before: number, limit: number) => {
      asked.push([before, limit]);
      return counts[asked.length - 1] ?? 0;
    },
  };
}

describe("purge()", () => {
  it("deletes in batches of a thousand, until one is not full", async () => {
    const { ports } = openHouse();
    const { asked, purge } = purging([1_000, 1_000, 7]);
    const { registrar } = openHouse({ ports: { ...ports, store: { ...ports.store, purge } } });
    expect(await registrar.purge()).toEqual({ deleted: 2_007 });
    const now = ports.clock.now();
    expect(asked).toEqual([1, 2, 3].map(() => [now, 1_000]));
  });

  it("deletes the limiter's counters likewise, and counts registrations alone", async () => {
    const { ports } = openHouse();
    const counters = purging([1_000, 999]);
    const { registrar } = openHouse({ limiter: { ...ports.limiter, purge: counters.purge }, ports });
    await registrar.start(form("ada@example.com"), ada);
    ports.clock.advance(2 * day);
    expect(await registrar.purge()).toEqual({ deleted: 1 });
    expect(counters.asked).toEqual([1, 2].map(() => [ports.clock.now(), 1_000]));
  });

  it("leaves counters that expire by themselves", async () => {
    const { ports } = openHouse();
    const { hit, clear } = ports.limiter;
    const { registrar } = openHouse({ ports, limiter: { hit, clear } });
    expect(await registrar.purge()).toEqual({ deleted: 0 });
  });

  it("fails as the limiter where only its counters cannot be deleted", async () => {
    const { ports } = openHouse();
    const purge = () => Promise.reject(new Error("read-only"));
    const { registrar } = openHouse({ ports, limiter: { ...ports.limiter, purge } });
    await expect(registrar.purge()).rejects.toMatchObject({ code: "ERR_LIMITER" });
  });
});
