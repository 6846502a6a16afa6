import { afterEach, describe, expect, it, vi } from "vitest";
import type { Mail } from "../../../src/ports.js";
import { testPorts } from "../../../src/testing/index.js";
import { ada, caller, day, form, hour, mobile, openHouse, phoneForm, second } from "./house.js";

/** A mailer whose sends to these addresses end only when they are told to. */
function stuckMailer(stuck: (to: string) => boolean) {
  const sent: string[] = [];
  const held: (() => void)[] = [];
  const mailer = {
    async send({ to }: Mail) {
      if (stuck(to)) await new Promise<void>((resolve) => held.push(resolve));
      sent.push(to);
    },
  };
  return { sent, held, mailer, release: () => callAll(held) };
}

/** Calls them, and forgets them. */
function callAll(waiting: (() => void)[]): void {
  for (const end of waiting.splice(0)) end();
}

describe("the lanes of delivery", () => {
  it("let text messages and events go while mails hang", async () => {
    const { mailer, held, release } = stuckMailer(() => true);
    const { registrar, ports, events } = openHouse({ email: { mailer } });
    for (let n = 0; n < 50; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    await registrar.start(phoneForm(mobile), caller(200));
    const delivered = registrar.deliver();
    await vi.waitUntil(() => ports.texter.sent.length === 1 && events.length === 51);
    expect(held).toHaveLength(5);
    release();
    await vi.waitUntil(() => held.length === 5);
    expect(ports.texter.sent).toHaveLength(1);
    const end = setInterval(release, 1);
    expect(await delivered).toMatchObject({ sent: 51 });
    clearInterval(end);
  });

  it("let mails go while the listener for events hangs", async () => {
    const told: (() => void)[] = [];
    const { registrar, ports } = openHouse({ onEvent: () => new Promise((resolve) => told.push(resolve)) });
    for (let n = 0; n < 60; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    const delivered = registrar.deliver();
    await vi.waitUntil(() => ports.mailer.sent.length === 60);
    expect(told).toHaveLength(20);
    const end = setInterval(() => callAll(told), 1);
    expect(await delivered).toMatchObject({ sent: 60 });
    clearInterval(end);
  });

  it("lose one place to a send that hangs, and nothing else", async () => {
    const { mailer, sent, release } = stuckMailer((to) => to === "0@example.com");
    const { registrar } = openHouse({ email: { mailer } });
    for (let n = 0; n < 60; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    const delivered = registrar.deliver();
    await vi.waitUntil(() => sent.length === 59);
    await registrar.start(form("late@example.com"), caller(100));
    void registrar.deliver();
    await vi.waitUntil(() => sent.includes("late@example.com"));
    release();
    expect(await delivered).toMatchObject({ sent: 61 });
  });
});

describe("a clock that is set back", () => {
  afterEach(() => void vi.useRealTimers());

  it("begins nothing later than the lease allows", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { mailer, held, release } = stuckMailer(() => true);
    const { registrar, ports } = openHouse({ email: { mailer }, onEvent: undefined });
    for (let n = 0; n < 6; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    const delivered = registrar.deliver();
    await vi.waitUntil(() => held.length === 5);
    ports.clock.advance(-hour);
    vi.advanceTimersByTime(15 * second + 1);
    release();
    await vi.waitUntil(() => held.length === 1);
    release();
    expect(await delivered).toMatchObject({ sent: 6, retried: 1 });
  });

  it("delays no message by its jump, be it put off or leased by a process that died", async () => {
    const ports = testPorts();
    const { registrar } = openHouse({ ports, onEvent: undefined });
    await registrar.start(form("ada@example.com"), ada);
    ports.mailer.failNext(new Error("connection reset"));
    expect(await registrar.deliver()).toMatchObject({ retried: 1 });
    await registrar.start(form("bob@example.com"), caller(1));
    const now = ports.clock.now();
    await ports.store.lease(now, now + 90 * second, 20, "email");
    await registrar.start(form("eve@example.com"), caller(2));
    ports.clock.advance(-day);
    expect(await registrar.deliver()).toMatchObject({ sent: 3 });
  });
});
