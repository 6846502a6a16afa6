import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ada, form, minute, openHouse, second } from "./house.js";

const mail = "ada@example.com";

/** Lets the platform finish what it has begun (a digest, a first import) until this is so; moves no clock. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 100_000 && !isSo(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("automatic delivery", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  it("runs after the answer, and on a timer until it is closed", async () => {
    const house = openHouse({ delivery: "automatic" });
    const { registrar, ports } = house;
    ports.mailer.failNext();
    const answer = await registrar.start(form(mail), ada);
    expect(answer.registration).toMatchObject({ message: { delivery: "queued" } });
    expect(ports.mailer.sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => house.signals.some(({ type }) => type === "fault"));
    expect(house.signals.filter(({ type }) => type === "fault")).toHaveLength(1);
    ports.clock.advance(10 * second);
    await vi.advanceTimersByTimeAsync(5 * second);
    await until(() => ports.mailer.sent.length > 0);
    expect(ports.mailer.sent).toHaveLength(1);
    await registrar.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hands its work to a serverless platform", async () => {
    const work: Promise<unknown>[] = [];
    const { registrar, ports } = openHouse({ delivery: "automatic", waitUntil: (one) => work.push(one) });
    await registrar.start(form(mail), ada);
    expect(work).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await Promise.all(work);
    expect(ports.mailer.sent).toHaveLength(1);
    await registrar.close();
  });

  it("fails no request where the store of the background does, and says so (B236)", async () => {
    const { ports } = openHouse();
    const down = async () => {
      throw new Error("connection reset");
    };
    const { registrar, signals } = openHouse({
      ports: { ...ports, store: { ...ports.store, lease: down } },
      delivery: "automatic",
    });
    expect(await registrar.start(form(mail), ada)).toMatchObject({ ok: true });
    await vi.advanceTimersByTimeAsync(1);
    await until(() => signals.some(({ type }) => type === "fault"));
    expect(signals.at(-1)).toMatchObject({ type: "fault", error: { code: "ERR_STORE" } });
    await registrar.close();
  });

  it("fails no request where the platform's own waitUntil throws (B236)", async () => {
    const { registrar, ports, signals } = openHouse({
      delivery: "automatic",
      waitUntil: () => {
        throw new Error("no request context");
      },
    });
    expect(await registrar.start(form(mail), ada)).toMatchObject({ ok: true });
    expect(signals.filter(({ type }) => type === "fault")).toMatchObject([{ error: { code: "ERR_HOST_CALLBACK" } }]);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => ports.mailer.sent.length > 0);
    expect(ports.mailer.sent).toHaveLength(1);
    await registrar.close();
  });

  it("has nothing left to do once close() has resolved", async () => {
    const { registrar, ports } = openHouse({ delivery: "automatic" });
    await registrar.start(form(mail), ada);
    const closed = registrar.close();
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    const sent = ports.mailer.sent.length;
    await vi.advanceTimersByTimeAsync(minute);
    expect(ports.mailer.sent).toHaveLength(sent);
    expect(sent).toBe(1);
  });

  it("bounds a mailer that hangs, and tries again (B145, B250)", async () => {
    const { ports } = openHouse();
    let sends = 0;
    const hangs = {
      send: () => {
        sends += 1;
        return new Promise<void>(() => undefined);
      },
    };
    const { registrar, signals } = openHouse({ ports, email: { mailer: hangs } });
    await registrar.start(form(mail), ada);
    const pass = registrar.deliver();
    await until(() => sends > 0);
    await vi.advanceTimersByTimeAsync(20 * second);
    expect(await pass).toMatchObject({ sent: 0, retried: 1 });
    expect(sends).toBe(1);
    expect(signals.filter(({ type }) => type === "fault")).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("bounds a captcha that hangs, and lets nobody in (B144, B145)", async () => {
    let asked = 0;
    const hangs = {
      check: () => {
        asked += 1;
        return new Promise<never>(() => undefined);
      },
    };
    const { registrar, commits } = openHouse({ captcha: hangs });
    const answer = registrar.start(form(mail), ada).catch((error: unknown) => error);
    await until(() => asked > 0);
    await vi.advanceTimersByTimeAsync(3 * second);
    expect(await answer).toMatchObject({ code: "ERR_CAPTCHA" });
    expect(commits).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
