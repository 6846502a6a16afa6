import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { type HashWork, hashGate } from "../../../src/hasher/gate.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A gate whose work ends when it is told to; `begun` names what has started, in order. */
function slowWork(options: { slots: number; queue: number; waitMs: number }) {
  const gate = hashGate(options);
  const begun: string[] = [];
  const running = new Map<string, () => void>();
  const start = (name: string, kind: HashWork = "hash"): Promise<string> =>
    gate(kind, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => running.set(name, resolve));
      return name;
    });
  const finish = async (name: string): Promise<void> => {
    running.get(name)?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { start, finish, begun };
}

const overloaded = { code: "ERR_OVERLOADED", retryAfterSeconds: 2 };

describe("the gate of a hasher", () => {
  it("runs five hundred at once in its slots, and refuses what finds no room", async () => {
    const gate = hashGate({ slots: 2, queue: 32, waitMs: 2000 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    const kinds = Array.from({ length: 500 }, (_, n): HashWork => (n % 2 === 0 ? "hash" : "verify"));
    const settled = await Promise.allSettled(kinds.map((kind) => gate(kind, work)));
    const refused = settled.filter((one) => one.status === "rejected");
    expect(most).toBe(2);
    expect(refused).toHaveLength(500 - 2 - 32);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(PorchlightError);
      expect(reason).toMatchObject(overloaded);
    }
  });

  it("takes a waiting verify before every waiting hash", async () => {
    const { start, finish, begun } = slowWork({ slots: 1, queue: 8, waitMs: 2000 });
    const all = [
      start("first"),
      start("hash 1"),
      start("hash 2"),
      start("verify 1", "verify"),
      start("verify 2", "verify"),
    ];
    for (const name of ["first", "verify 1", "verify 2", "hash 1", "hash 2"]) await finish(name);
    await Promise.all(all);
    expect(begun).toEqual(["first", "verify 1", "verify 2", "hash 1", "hash 2"]);
  });

  it("lets hashes take every slot while no verify waits", async () => {
    const { start, finish, begun } = slowWork({ slots: 2, queue: 8, waitMs: 2000 });
    const all = [start("hash 1"), start("hash 2")];
    expect(begun).toEqual(["hash 1", "hash 2"]);
    await finish("hash 1");
    await finish("hash 2");
    await Promise.all(all);
  });

  it("keeps half its queue for verify", async () => {
    const { start, finish, begun } = slowWork({ slots: 1, queue: 4, waitMs: 2000 });
    const waiting = [start("first"), start("hash 1"), start("hash 2")];
    await expect(start("hash 3")).rejects.toMatchObject(overloaded);
    waiting.push(start("verify 1", "verify"), start("verify 2", "verify"));
    await expect(start("verify 3", "verify")).rejects.toMatchObject(overloaded);
    for (const name of ["first", "verify 1", "verify 2", "hash 1", "hash 2"]) await finish(name);
    await Promise.all(waiting);
    expect(begun).toHaveLength(5);
  });

  it("gives verify the whole queue where no hash waits", async () => {
    const { start, finish } = slowWork({ slots: 1, queue: 2, waitMs: 2000 });
    const all = [start("first"), start("verify 1", "verify"), start("verify 2", "verify")];
    await expect(start("hash 1")).rejects.toMatchObject(overloaded);
    for (const name of ["first", "verify 1", "verify 2"]) await finish(name);
    await expect(Promise.all(all)).resolves.toHaveLength(3);
  });

  it("refuses what has waited for waitMs, and not a millisecond before", async () => {
    const { start, finish, begun } = slowWork({ slots: 1, queue: 4, waitMs: 2000 });
    const first = start("first");
    let refusal: unknown;
    start("late").catch((error: unknown) => {
      refusal = error;
    });
    await vi.advanceTimersByTimeAsync(1999);
    expect(refusal).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(refusal).toMatchObject(overloaded);
    await finish("first");
    await first;
    expect(begun).toEqual(["first"]);
  });

  it("frees the slot of work that throws", async () => {
    const gate = hashGate({ slots: 1, queue: 0, waitMs: 2000 });
    await expect(gate("hash", () => Promise.reject(new Error("out of memory")))).rejects.toThrow("out of memory");
    await expect(gate("hash", async () => "done")).resolves.toBe("done");
  });

  it("leaves no timer behind", async () => {
    const { start, finish } = slowWork({ slots: 1, queue: 4, waitMs: 2000 });
    const all = [start("first"), start("second")];
    expect(vi.getTimerCount()).toBe(1);
    await finish("first");
    expect(vi.getTimerCount()).toBe(0);
    await finish("second");
    await Promise.all(all);
  });
});
