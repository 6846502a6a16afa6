import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { type TestPorts, testPorts } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  form,
  hour,
  minute,
  openHouse,
  phoneForm,
  second,
  signUp,
  signUpByPhone,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";
const slower = (retryAfterSeconds?: number) => new PorchlightError("ERR_RATE_LIMITED", { retryAfterSeconds });

/** A mailer that asks to slow down, or else fails, until it is told otherwise; knows when it was called. */
function moodyMailer({ clock, mailer }: TestPorts) {
  let mood: Error | undefined = slower(120);
  const calls: number[] = [];
  return {
    calls,
    setMood: (next: Error | undefined) => {
      mood = next;
    },
    mailer: {
      send: async (letter: Parameters<typeof mailer.send>[0]) => {
        calls.push(clock.now());
        if (mood !== undefined) throw mood;
        return mailer.send(letter);
      },
    },
  };
}

function moodyHouse() {
  const ports = testPorts();
  const moody = moodyMailer(ports);
  const house = openHouse({ ports, email: { mailer: moody.mailer }, rules: { pendingsPerHour: 100 } });
  return { ...moody, house, registrar: house.registrar, clock: ports.clock, sent: ports.mailer.sent };
}

describe("a provider that asks to slow down", () => {
  it("is left alone until its wait is over, by the same batch as far as not begun and by every later one", async () => {
    const { registrar, clock, calls, setMood, sent } = moodyHouse();
    for (let n = 0; n < 60; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    expect(await registrar.deliver()).toMatchObject({ sent: 0, retried: 60, failed: 0 });
    // Five were under way at once; the first answer kept the other 55 from beginning.
    expect(calls).toHaveLength(5);
    for (let passed = 0; passed < 2 * minute; passed += 5 * second) {
      await registrar.start(form(`late${passed}@example.com`), caller(100 + passed / second));
      await registrar.deliver();
      clock.advance(5 * second);
    }
    expect(calls).toHaveLength(5);
    setMood(undefined);
    for (let n = 0; n < 15; n += 1) {
      await registrar.deliver();
      clock.advance(second);
    }
    expect(sent).toHaveLength(60 + 24);
  });

  it("is asked again by what it refused at the end of the wait, and by the rest spread over a tenth of it", async () => {
    const { registrar, clock, calls, setMood } = moodyHouse();
    for (let n = 0; n < 40; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    await registrar.deliver();
    setMood(undefined);
    const begin = clock.now();
    for (clock.set(begin + 2 * minute); clock.now() <= begin + 2 * minute + 12 * second; clock.advance(100)) {
      await registrar.deliver();
    }
    const waits = calls.slice(5).map((at) => at - begin);
    expect(waits).toHaveLength(40);
    expect(waits.filter((wait) => wait === 2 * minute)).toHaveLength(5);
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * minute + 12 * second + 100);
  });

  it("delays neither the other channel nor events", async () => {
    const { house, registrar } = moodyHouse();
    for (let n = 0; n < 30; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    await registrar.start(phoneForm("+447400123461"), caller(200));
    expect(await registrar.deliver()).toMatchObject({ sent: 1, retried: 30 });
    expect(house.events.filter(({ type }) => type === "registration.pending")).toHaveLength(31);
    await signUpByPhone(house, "+447400123462", undefined, caller(201));
    expect(house.ports.texter.sent).toHaveLength(2);
  });

  it("is told of once for each message that it refused, by its own class, and not for those put off", async () => {
    const { house, registrar } = moodyHouse();
    for (let n = 0; n < 30; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    await registrar.deliver();
    const faults = house.signals.flatMap((signal) => (signal.type === "fault" ? [signal.error] : []));
    expect(faults).toHaveLength(5);
    for (const fault of faults) expect(fault).toMatchObject({ code: "ERR_RATE_LIMITED", retryAfterSeconds: 120 });
  });

  it("ends no message by its answer, however often it gives it", async () => {
    const { registrar, clock, calls, setMood, sent } = moodyHouse();
    setMood(slower(1));
    const { ticket } = await registrar.start(form(mail), ada);
    while (calls.length < 20) {
      expect(await registrar.deliver()).toMatchObject({ failed: 0 });
      clock.advance(minute);
    }
    setMood(undefined);
    clock.advance(20 * minute);
    expect(await registrar.deliver()).toMatchObject({ sent: 1 });
    expect(sent).toHaveLength(1);
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "sent" } } });
  });

  it("costs a message neither its tries nor a long wait: leases that came to no try are not counted", async () => {
    const { registrar, clock, setMood, house, sent } = moodyHouse();
    setMood(undefined);
    await registrar.start(form(mail), ada);
    // Ten leases that came to nothing, as where ten processes in a row were told to slow down.
    for (let n = 0; n < 10; n += 1) {
      const now = clock.now();
      const leased = await house.ports.store.lease(now, now + minute, 20, "email");
      await house.ports.store.settle(
        leased.map(({ id, lease }) => ({ id, lease, outcome: "retry" as const, dueAt: now, untried: true as const })),
      );
    }
    clock.advance(5 * second);
    setMood(new Error("connection reset"));
    expect(await registrar.deliver()).toMatchObject({ failed: 0, retried: 1 });
    setMood(undefined);
    clock.advance(12 * second);
    await registrar.deliver();
    expect(sent).toHaveLength(1);
  });

  it("ends a message by its own deadline alone, visibly and as soon as that is certain", async () => {
    const { house, registrar, clock, setMood, calls } = moodyHouse();
    setMood(slower(50 * 60));
    const { ticket } = await registrar.start(form(mail), ada);
    let failed = 0;
    for (let passed = 0; passed < 8 * hour && failed === 0; passed += 5 * minute) {
      failed += (await registrar.deliver()).failed;
      clock.advance(5 * minute);
    }
    expect(failed).toBe(1);
    // Every 50 minutes; the tenth wait would have gone past the eight hours of the link.
    expect(calls).toHaveLength(10);
    await registrar.deliver();
    expect(house.events.at(-1)).toMatchObject({ type: "message.failed" });
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "failed" } } });
  });

  it("is asked once more at the deadline where the back-off would go past it", async () => {
    const ports = testPorts();
    let calls = 0;
    const texter = {
      async send() {
        calls += 1;
        if (calls <= 7) throw slower(1);
      },
    };
    const { registrar } = openHouse({ ports, phone: { texter } });
    await registrar.start(phoneForm("+447400123461"), ada);
    // The code lives ten minutes, and a minute of it must be left.
    for (let passed = 0; passed <= 9 * minute && calls <= 7; passed += second) {
      expect(await registrar.deliver()).toMatchObject({ failed: 0 });
      ports.clock.advance(second);
    }
    expect(calls).toBe(8);
  });

  it("fails at once what its wait would make late, without being called for it", async () => {
    const ports = testPorts();
    ports.texter.failNext(slower(10 * 60));
    const house = openHouse({ ports });
    await house.registrar.start(phoneForm("+447400123461"), caller(1));
    expect(await house.registrar.deliver()).toMatchObject({ failed: 1 });
    await house.registrar.start(phoneForm("+447400123462"), caller(2));
    expect(await house.registrar.deliver()).toMatchObject({ failed: 1 });
    expect(ports.texter.sent).toHaveLength(0);
    expect(house.events.filter(({ type }) => type === "message.failed")).toHaveLength(2);
  });

  it.each([
    ["a minute where it does not say how long", slower(), minute],
    ["an hour where it asks for a day", slower(24 * 60 * 60), hour],
  ])("is left alone for %s", async (_, mood, wait) => {
    const { registrar, clock, calls, setMood } = moodyHouse();
    setMood(mood);
    await registrar.start(form(mail), ada);
    await registrar.deliver();
    setMood(undefined);
    clock.advance(wait - 1);
    await registrar.deliver();
    expect(calls).toHaveLength(1);
    clock.advance(1);
    expect(await registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("is left alone for no longer than its wait where the clock jumps back", async () => {
    const { registrar, clock, setMood } = moodyHouse();
    await registrar.start(form(mail), ada);
    await registrar.deliver();
    setMood(undefined);
    clock.advance(-6 * hour);
    await registrar.start(form("bob@example.com"), caller(1));
    await registrar.deliver();
    clock.advance(2 * minute + 12 * second);
    expect(await registrar.deliver()).toMatchObject({ sent: 2 });
  });

  it("makes a disowned message wait like any other", async () => {
    const { house, registrar, clock, setMood } = moodyHouse();
    setMood(undefined);
    const disowned = await signUp(house, mail);
    const other = await signUp(house, "bob@example.com", undefined, caller(1));
    await registrar.disown(tokenTo(house, mail), ada);
    setMood(slower(300));
    await registrar.start(form("eve@example.com"), caller(2));
    await registrar.deliver();
    clock.advance(minute);
    for (const ticket of [disowned, other]) expect((await registrar.resend(ticket, ada)).ok).toBe(true);
    await registrar.deliver();
    for (const ticket of [disowned, other]) {
      const { registration } = await registrar.status(ticket, ada);
      expect(registration).toMatchObject({ message: { delivery: "queued" } });
    }
  });

  it("that a listener passes on delays that event, not the mails", async () => {
    let busy = true;
    const house = openHouse({
      onEvent: async () => {
        if (busy) throw slower(120);
      },
    });
    await house.registrar.start(form(mail), ada);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1, retried: 1 });
    await house.registrar.start(form("bob@example.com"), caller(1));
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1, retried: 1 });
    busy = false;
    house.ports.clock.advance(2 * minute);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0, retried: 0 });
  });
});
