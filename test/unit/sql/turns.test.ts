import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { turnsOf, whenFree } from "../../../src/sql/turns.js";

/** Work that ends when it is told to. */
function held(): { readonly work: () => Promise<void>; readonly end: () => void; readonly begun: () => boolean } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begun = false;
  const work = () => {
    begun = true;
    return ended;
  };
  return { work, end, begun: () => begun };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("turns", () => {
  it("come one at a time, in the order in which they were asked for", async () => {
    const takeTurn = turnsOf({});
    const heard: string[] = [];
    const speak = (name: string) =>
      takeTurn(1_000, async () => {
        heard.push(`${name} begins`);
        await Promise.resolve();
        heard.push(`${name} ends`);
      });
    await Promise.all(["a", "b", "c"].map(speak));
    expect(heard).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("begin at once where nobody works", () => {
    const { work, begun } = held();
    void turnsOf({})(1_000, work);
    expect(begun()).toBe(true);
  });

  it("are those of the connection, whoever asks for it; another connection has its own", async () => {
    const [one, other] = [{}, {}];
    const [first, second, third] = [held(), held(), held()];
    void turnsOf(one)(1_000, first.work);
    const waiting = turnsOf(one)(1_000, second.work);
    void turnsOf(other)(1_000, third.work);
    expect([second.begun(), third.begun()]).toEqual([false, true]);
    first.end();
    second.end();
    await waiting;
    expect(second.begun()).toBe(true);
  });

  it("go on after work that throws, whose error comes through", async () => {
    const takeTurn = turnsOf({});
    const failure = new Error("no");
    const failed = takeTurn(1_000, () => Promise.reject(failure));
    const next = takeTurn(1_000, async () => "done");
    await expect(failed).rejects.toBe(failure);
    await expect(next).resolves.toBe("done");
  });

  it("are given up after the limit with ERR_STORE_TIMEOUT, and such work never begins", async () => {
    const takeTurn = turnsOf({});
    const [hanging, late, patient] = [held(), held(), held()];
    const first = takeTurn(1_000, hanging.work);
    const second = takeTurn(1_000, late.work);
    const third = takeTurn(5_000, patient.work);
    const refused = expect(second).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;
    hanging.end();
    await first;
    patient.end();
    await third;
    expect([late.begun(), patient.begun()]).toEqual([false, true]);
  });

  it("leave no timer behind", async () => {
    const takeTurn = turnsOf({});
    await Promise.all([takeTurn(1_000, async () => {}), takeTurn(1_000, async () => {})]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** The errors of a locked file, as the drivers give them. */
const locked: Readonly<Record<string, object>> = {
  "better-sqlite3": { code: "SQLITE_BUSY" },
  "better-sqlite3, of an old snapshot": { code: "SQLITE_BUSY_SNAPSHOT" },
  "node:sqlite": { code: "ERR_SQLITE_ERROR", errcode: 5 },
  "node:sqlite, of an old snapshot": { code: "ERR_SQLITE_ERROR", errcode: 517 },
  "bun:sqlite": { code: "SQLITE_BUSY", errno: 5 },
  "libSQL, of a cache that is shared": { code: "SQLITE_LOCKED", rawCode: 6 },
  "a host's callback": { code: "ERR_HOST_CALLBACK", cause: { code: "SQLITE_BUSY" } },
};

describe("work on a file that another process holds", () => {
  it.each(Object.entries(locked))("is tried again: %s", async (_, fields) => {
    let tries = 0;
    const worked = whenFree(1_000, async () => {
      tries += 1;
      if (tries < 30) throw Object.assign(new Error("database is locked"), fields);
      return "done";
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([await worked, tries]).toEqual(["done", 30]);
  });

  it("is given up after the limit, and says why", async () => {
    const busy = Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
    let tries = 0;
    const worked = whenFree(1_000, () => {
      tries += 1;
      return Promise.reject(busy);
    });
    const refused = expect(worked).rejects.toBe(busy);
    await vi.advanceTimersByTimeAsync(1_000);
    await refused;
    expect(tries).toBeGreaterThan(30);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told how long it may still wait", async () => {
    const told: number[] = [];
    const worked = whenFree(1_000, async (leftMs) => {
      told.push(leftMs);
      if (told.length < 5) throw Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
    });
    await vi.advanceTimersByTimeAsync(1_000);
    await worked;
    expect(told[0]).toBe(1_000);
    expect(told).toEqual(told.toSorted((a, b) => b - a));
  });

  it.each([
    ["a wrong statement", { code: "SQLITE_ERROR", errcode: 1 }],
    ["a full disk", { code: "ERR_SQLITE_ERROR", errcode: 13 }],
    ["a row that is there already", { code: "SQLITE_CONSTRAINT_PRIMARYKEY", errcode: 1555 }],
    ["a lost network", { code: "EIO", errno: -5 }],
  ])("is not tried again for %s", async (_, fields) => {
    let tries = 0;
    const failure = Object.assign(new Error("no"), fields);
    const worked = whenFree(1_000, () => {
      tries += 1;
      return Promise.reject(failure);
    });
    await expect(worked).rejects.toBe(failure);
    expect(tries).toBe(1);
  });
});
