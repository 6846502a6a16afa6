import { describe, expect, it } from "vitest";
import type { Limit } from "../../../src/ports.js";
import { createRegistrar } from "../../../src/registrar/registrar.js";
import { testPorts } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  codesOf,
  form,
  type House,
  hour,
  kindsTo,
  minute,
  openHouse,
  password,
  phoneForm,
  problemsOf,
  signUp,
} from "./house.js";

/** Numbers of a hundred ranges, so that no budget of a range gets in the way. */
const british = (n: number): string => `+447400${pad(n % 100, 2)}${pad(Math.floor(n / 100), 4)}`;
const german = (n: number): string => `+49151${pad(n % 100, 4)}${pad(Math.floor(n / 100), 4)}`;
const pad = (n: number, digits: number): string => String(n).padStart(digits, "0");

const guarded = (host: Parameters<typeof openHouse>[0] = {}): House => openHouse({ rules: { breaker: true }, ...host });

/** Signs up so many numbers, of which the first `confirmed` enter their code; gives how many became pending. */
async function flood(
  house: House,
  { from = 0, numbers, confirmed = 0, number = british }: Flood,
): Promise<{ readonly pending: number; readonly codes: ReadonlySet<string> }> {
  const { registrar, ports } = house;
  const codes = new Set<string>();
  let pending = 0;
  for (let n = from; n < from + numbers; n += 1) {
    const answer = await registrar.start(phoneForm(number(n)), caller(n));
    for (const code of codesOf(answer)) codes.add(code);
    if (answer.registration.step !== "pending") continue;
    pending += 1;
    await registrar.deliver();
    if (n - from >= confirmed) continue;
    const done = await registrar.confirm(answer.ticket, { code: ports.texter.code(number(n)) }, caller(n));
    expect(codesOf(done)).toEqual([]);
  }
  return { pending, codes };
}

interface Flood {
  readonly from?: number;
  readonly numbers: number;
  readonly confirmed?: number;
  readonly number?: (n: number) => string;
}

describe("the breaker of a country", () => {
  it("opens after fifty messages that nobody answers, of sixty sent to (T15)", async () => {
    const house = guarded();
    const { pending, codes } = await flood(house, { numbers: 60 });
    expect(pending).toBe(50);
    expect(codes).toEqual(new Set(["channel_not_offered", "too_many_messages"]));
    expect(house.ports.texter.sent).toHaveLength(50);
  });

  it("is off unless asked for", async () => {
    const { pending } = await flood(openHouse(), { numbers: 60 });
    expect(pending).toBe(60);
  });

  it("offers mail, and says when to come again; the same sign-up goes on by mail", async () => {
    const house = guarded();
    await flood(house, { numbers: 50 });
    const refused = await house.registrar.start(phoneForm(british(50)), ada);
    expect(problemsOf(refused)).toEqual([
      { code: "channel_not_offered", field: "phone", facts: { offered: ["email"] } },
      { code: "too_many_messages", facts: { retryAfterSeconds: 3_600 } },
    ]);
    const byMail = await house.registrar.submit(refused.ticket, { email: "ada@example.com" }, ada);
    expect(byMail.registration.step).toBe("pending");
    await house.registrar.deliver();
    expect(kindsTo(house, "ada@example.com")).toEqual(["activation"]);
  });

  it("only says when to come again where no mail is offered", async () => {
    const ports = testPorts();
    const { texter } = ports;
    const house = guarded({ ports });
    await flood(house, { numbers: 50 });
    const { mailer: _, texter: __, ...others } = ports;
    const phoneOnly = createRegistrar({
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: { phone: { texter, countries: ["GB"], smsPerDay: 1_000 } },
      rules: { breaker: true },
      ...others,
    });
    const refused = await phoneOnly.start(phoneForm(british(50)), ada);
    expect(problemsOf(refused)).toEqual([{ code: "too_many_messages", facts: { retryAfterSeconds: 3_600 } }]);
  });

  it("says the same of a number that has an account", async () => {
    const house = guarded();
    await flood(house, { numbers: 1, confirmed: 1 });
    house.ports.clock.advance(2 * hour);
    await flood(house, { from: 100, numbers: 50 });
    const [{ ticket: _, ...taken }, { ticket: __, ...free }] = [
      await house.registrar.start(phoneForm(british(0)), ada),
      await house.registrar.start(phoneForm(british(1)), ada),
    ];
    expect(JSON.stringify(taken).replaceAll(british(0), british(1))).toBe(JSON.stringify(free));
  });

  it("stays closed while a fifth is confirmed, and stops the first message past it", async () => {
    const house = guarded();
    expect((await flood(house, { numbers: 50, confirmed: 11 })).pending).toBe(50);
    // Eleven of fifty-five are a fifth; of fifty-six they are not.
    expect((await flood(house, { from: 50, numbers: 10 })).pending).toBe(6);
  });

  it("closes as soon as enough are confirmed", async () => {
    const house = guarded();
    const { registrar, ports } = house;
    const tickets = [];
    for (let n = 0; n < 50; n += 1) tickets.push((await registrar.start(phoneForm(british(n)), caller(n))).ticket);
    for (let n = 0; n < 5; n += 1) await registrar.deliver();
    expect(codesOf(await registrar.start(phoneForm(british(60)), ada))).toContain("channel_not_offered");
    for (let n = 0; n < 10; n += 1) {
      await registrar.confirm(tickets[n], { code: ports.texter.code(british(n)) }, caller(n));
    }
    expect(codesOf(await registrar.start(phoneForm(british(60)), ada))).toEqual([]);
    expect(codesOf(await registrar.start(phoneForm(british(61)), ada))).toContain("channel_not_offered");
  });

  it("closes by itself as the hour slides, and lets no more than fifty an hour through while nobody answers", async () => {
    const house = guarded();
    const sentAt: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      if ((await flood(house, { from: n, numbers: 1 })).pending === 1) sentAt.push(house.ports.clock.now());
      house.ports.clock.advance(minute / 2);
    }
    for (const at of sentAt) expect(sentAt.filter((other) => other >= at && other < at + hour).length).toBeLessThan(51);
    expect(sentAt.length).toBeGreaterThanOrEqual(125);
  });

  it("shuts one country and no other", async () => {
    const house = guarded();
    await flood(house, { numbers: 60 });
    expect((await flood(house, { numbers: 10, number: german })).pending).toBe(10);
  });

  it("counts resends and changes, and stops them: a number that waits is offered mail", async () => {
    const house = guarded();
    const { registrar, ports } = house;
    const waiting = (await registrar.start(phoneForm(british(0)), ada)).ticket;
    const other = await signUp(house, "eve@example.com", password, caller(900));
    await flood(house, { from: 1, numbers: 48 });
    ports.clock.advance(minute);
    expect(codesOf(await registrar.resend(waiting, ada))).toEqual([]);
    ports.clock.advance(minute);
    for (const refused of [
      await registrar.resend(waiting, ada),
      await registrar.change(other, { phone: british(99) }, caller(900)),
    ]) {
      expect(codesOf(refused)).toEqual(["channel_not_offered", "too_many_messages"]);
      expect(refused.registration.step).toBe("pending");
    }
    expect(codesOf(await registrar.change(waiting, { email: "ada@example.com" }, ada))).toEqual([]);
  });

  it("lets no more than fifty through of a hundred at once", async () => {
    const house = guarded();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => house.registrar.start(phoneForm(british(n)), caller(n))),
    );
    expect(answers.filter(({ registration }) => registration.step === "pending")).toHaveLength(50);
  });

  it("tells each refusal, and once an hour that the country rests", async () => {
    const house = guarded();
    await flood(house, { numbers: 55 });
    const told = () => house.signals.filter(({ type }) => type === "paused");
    expect(told()).toMatchObject([{ type: "paused", channel: "phone", country: "GB", at: house.ports.clock.now() }]);
    expect(house.signals.filter((signal) => signal.type === "limited" && signal.by === "breaker")).toHaveLength(5);
    house.ports.clock.advance(hour);
    await flood(house, { from: 100, numbers: 55 });
    expect(told()).toHaveLength(2);
  });

  it("asks nothing of the limiter for a mail, and one thing more for a number in a quiet hour", async () => {
    const asked: string[] = [];
    const ports = testPorts();
    const { limiter } = ports;
    const noting = {
      ...limiter,
      async hit(limits: readonly Limit[]) {
        asked.push(limits.map(({ key }) => key).join());
        return limiter.hit(limits);
      },
    };
    const house = guarded({ ports, limiter: noting });
    await house.registrar.start(form("ada@example.com"), ada);
    expect(asked.join()).not.toContain("breaker");
    await house.registrar.start(phoneForm(british(0)), ada);
    expect(asked.filter((keys) => keys === "breaker-sent:GB")).toHaveLength(1);
    await flood(house, { from: 1, numbers: 49 });
    asked.length = 0;
    await house.registrar.start(phoneForm(british(50)), ada);
    // No more than a hundred confirmations matter beside a country's 500 messages a day: seven questions tell how many.
    const questions = asked.filter((keys) => keys === "breaker-confirmed:GB").length;
    expect(questions).toBeGreaterThan(0);
    expect(questions).toBeLessThanOrEqual(7);
  });

  it("costs nobody his account where the limiter fails to count a confirmation", async () => {
    const ports = testPorts();
    const { limiter } = ports;
    const failing = {
      ...limiter,
      async hit(limits: readonly Limit[]) {
        if (limits.some(({ key }) => key.startsWith("breaker-confirmed:"))) throw new Error("connection lost");
        return limiter.hit(limits);
      },
    };
    const house = guarded({ ports, limiter: failing });
    expect((await flood(house, { numbers: 1, confirmed: 1 })).pending).toBe(1);
    expect(house.signals.filter(({ type }) => type === "fault")).toMatchObject([{ error: { code: "ERR_LIMITER" } }]);
  });
});
