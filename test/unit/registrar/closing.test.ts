import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Mail } from "../../../src/ports.js";
import { testPorts } from "../../../src/testing/index.js";
import { countedStore } from "./counted-store.js";
import { ada, caller, form, openHouse, second } from "./house.js";

/** Lets the platform finish what it has begun (a digest, a first import) until this is so; moves no clock. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 100_000 && !isSo(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A mailer whose sends end when they are told to, or never. */
function heldMailer() {
  const sending: { readonly to: string; end(): void }[] = [];
  const send = ({ to }: Mail) => new Promise<void>((resolve) => sending.push({ to, end: resolve }));
  return { sending, mailer: { send } };
}

function heldHouse(delivery: "automatic" | "manual" = "manual") {
  const ports = testPorts();
  const counted = countedStore(ports.store);
  const held = heldMailer();
  const house = openHouse({
    ports: { ...ports, store: counted.store },
    email: { mailer: held.mailer },
    onEvent: undefined,
    delivery,
  });
  /** Another process beside this one, on the same store. */
  const other = openHouse({ ports, onEvent: undefined });
  return { ...counted, ...held, house, registrar: house.registrar, other, sent: ports.mailer.sent };
}

describe("close()", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  it("gives back after five seconds what has not begun, so that another process sends it now", async () => {
    const { registrar, sending, calls, settled, other, sent } = heldHouse();
    for (let n = 0; n < 8; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    const pass = registrar.deliver();
    await until(() => sending.length === 5);
    const closed = registrar.close();
    await vi.advanceTimersByTimeAsync(5 * second - 1);
    expect(calls).toEqual(["lease"]);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => calls.length === 2);
    expect(settled[0]?.map(({ outcome }) => outcome)).toEqual(["retry", "retry", "retry"]);
    expect(await other.registrar.deliver()).toMatchObject({ sent: 3 });
    for (const { end } of sending) end();
    await closed;
    expect(await pass).toEqual({ sent: 5, retried: 3, failed: 0 });
    expect(calls).toEqual(["lease", "settle", "settle"]);
    expect(sending).toHaveLength(5);
    expect(new Set([...sent, ...sending].map(({ to }) => to)).size).toBe(8);
  });

  it("waits for the sends under way, and notes them", async () => {
    const { registrar, sending, settled } = heldHouse();
    await registrar.start(form("ada@example.com"), ada);
    const pass = registrar.deliver();
    await until(() => sending.length === 1);
    let over = false;
    const closed = registrar.close().then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(19 * second);
    expect(over).toBe(false);
    sending[0]?.end();
    await closed;
    expect(await pass).toMatchObject({ sent: 1 });
    expect(settled.flat().map(({ outcome }) => outcome)).toEqual(["sent"]);
  });

  it("ends after twenty seconds where a send hangs, with its lease given back", async () => {
    const { registrar, sending, house, other } = heldHouse();
    await registrar.start(form("ada@example.com"), ada);
    const pass = registrar.deliver();
    await until(() => sending.length === 1);
    const closed = registrar.close();
    await vi.advanceTimersByTimeAsync(20 * second);
    await closed;
    expect(await pass).toMatchObject({ sent: 0, retried: 1 });
    house.ports.clock.advance(61 * second);
    expect(await other.registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("begins nothing of a batch that takes longer than that to be leased", async () => {
    const ports = testPorts();
    let lease: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      lease = resolve;
    });
    let asking = false;
    const slow = {
      ...ports.store,
      timeoutSeconds: 10,
      lease: async (...given: Parameters<typeof ports.store.lease>) => {
        asking = true;
        await asked;
        return ports.store.lease(...given);
      },
    };
    const { registrar } = openHouse({ ports: { ...ports, store: slow } });
    const other = openHouse({ ports });
    await registrar.start(form("ada@example.com"), ada);
    const pass = registrar.deliver();
    await until(() => asking);
    const closed = registrar.close();
    await vi.advanceTimersByTimeAsync(5 * second);
    lease();
    await closed;
    expect(await pass).toMatchObject({ sent: 0 });
    expect(ports.mailer.sent).toHaveLength(0);
    expect(await other.registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("sends what was promised after an answer, and begins nothing that is asked for afterwards", async () => {
    const { registrar, sending, calls, other } = heldHouse("automatic");
    await registrar.start(form("ada@example.com"), ada);
    const closed = registrar.close();
    await vi.advanceTimersByTimeAsync(1);
    await until(() => sending.length === 1);
    sending[0]?.end();
    await closed;
    expect(await registrar.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    await registrar.start(form("bob@example.com"), caller(1));
    await vi.advanceTimersByTimeAsync(60 * second);
    expect(calls).toEqual(["lease", "settle"]);
    expect(vi.getTimerCount()).toBe(0);
    expect(await other.registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("notes once more what the store could not, so that nobody sends it again", async () => {
    const { registrar, sending, calls, failSettle, other, house } = heldHouse();
    await registrar.start(form("ada@example.com"), ada);
    const pass = registrar.deliver().catch((error: unknown) => error);
    await until(() => sending.length === 1);
    failSettle(2);
    const closed = registrar.close();
    sending[0]?.end();
    await closed;
    expect(await pass).toMatchObject({ code: "ERR_STORE" });
    // Nothing to give back; the pass, and close() itself. The third failed no more.
    expect(calls).toEqual(["lease", "settle", "settle"]);
    await registrar.close();
    expect(calls).toEqual(["lease", "settle", "settle", "settle"]);
    house.ports.clock.advance(120 * second);
    expect(await other.registrar.deliver()).toMatchObject({ sent: 0 });
  });

  it("ends where the store does not, and says so", async () => {
    const { registrar, sending, failSettle, house } = heldHouse();
    await registrar.start(form("ada@example.com"), ada);
    const pass = registrar.deliver().catch((error: unknown) => error);
    await until(() => sending.length === 1);
    failSettle(100);
    const closed = registrar.close();
    sending[0]?.end();
    await expect(closed).resolves.toBeUndefined();
    expect(await pass).toMatchObject({ code: "ERR_STORE" });
    expect(house.signals.at(-1)).toMatchObject({ type: "fault", error: { code: "ERR_STORE" } });
  });
});
