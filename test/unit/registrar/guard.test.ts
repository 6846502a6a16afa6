import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { guarded } from "../../../src/registrar/guard.js";
import { guardedLimiter, guardedStore } from "../../../src/registrar/guarded-ports.js";
import { memoryStore } from "../../../src/store/memory.js";
import { pendingRegistration } from "../../../src/testing/examples.js";

const hangs = () => new Promise<never>(() => undefined);
const change = { base: 0, registration: pendingRegistration(), outbox: [] };

/** After how many seconds a call that never ends is given up, and as what. */
async function givenUp(call: () => Promise<unknown>): Promise<readonly [seconds: number, code: unknown]> {
  const given = call().then(
    () => "answered",
    (error: unknown) => error,
  );
  let over = false;
  given.then(() => {
    over = true;
  });
  let seconds = 0;
  for (; !over && seconds < 100; seconds += 1) await vi.advanceTimersByTimeAsync(1_000);
  const error = await given;
  return [seconds, error instanceof PorchlightError ? error.code : error];
}

describe("a guarded call", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("that fails after it was given up ends no process", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const given = guarded(() => late, { code: "ERR_STORE", seconds: 5 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await given).toMatchObject({ code: "ERR_STORE", cause: { code: "ETIMEDOUT" } });
    fail(new Error("connection reset"));
    // The platform reports what nobody handled before it turns to what waits next.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("leaves no timer behind, however it ends", async () => {
    const rule = { code: "ERR_STORE", seconds: 5 } as const;
    await guarded(async () => "answer", rule);
    await guarded(() => Promise.reject(new Error("down")), rule).catch(() => undefined);
    await guarded(() => {
      throw new Error("at once");
    }, rule).catch(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of a store has five seconds, or as many as the store says", async () => {
    const hung = { ...memoryStore(), find: hangs, ready: hangs };
    expect(await givenUp(() => guardedStore(hung).find("id"))).toEqual([5, "ERR_STORE_TIMEOUT"]);
    const patient = guardedStore({ ...hung, timeoutSeconds: 12 });
    expect(await givenUp(() => patient.find("id"))).toEqual([12, "ERR_STORE_TIMEOUT"]);
    expect(await givenUp(async () => patient.ready?.())).toEqual([12, "ERR_STORE_TIMEOUT"]);
  });

  it("of a commit has ten seconds more where the host's callbacks run in it", async () => {
    const hung = { ...memoryStore(), commit: hangs };
    const withCallbacks = { ...change, inTransaction: async () => undefined };
    expect(await givenUp(() => guardedStore(hung).commit(change))).toEqual([5, "ERR_STORE_TIMEOUT"]);
    expect(await givenUp(() => guardedStore(hung).commit(withCallbacks))).toEqual([15, "ERR_STORE_TIMEOUT"]);
    const quick = guardedStore({ ...hung, timeoutSeconds: 1 });
    expect(await givenUp(() => quick.commit(change))).toEqual([1, "ERR_STORE_TIMEOUT"]);
    expect(await givenUp(() => quick.commit(withCallbacks))).toEqual([11, "ERR_STORE_TIMEOUT"]);
  });

  it("of a limiter's purge has five seconds", async () => {
    const limiter = { hit: hangs, clear: hangs, purge: hangs };
    expect(await givenUp(async () => guardedLimiter(limiter).purge?.(0, 1))).toEqual([5, "ERR_LIMITER"]);
  });

  it("is not there where the port has no such verb", () => {
    expect(guardedStore(memoryStore()).ready).toBeUndefined();
    expect(guardedLimiter({ hit: hangs, clear: hangs }).purge).toBeUndefined();
  });
});
