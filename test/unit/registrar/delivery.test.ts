import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import type { Mail } from "../../../src/ports.js";
import {
  ada,
  caller,
  codesOf,
  day,
  form,
  hour,
  kindsTo,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  phoneForm,
  second,
  signUp,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";

describe("delivery", () => {
  it("asks only then whether the address is taken, and makes one send on the same channel either way (T3)", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    house.ports.clock.advance(hour);
    await house.registrar.start(form(mail, otherPassword), caller(1));
    await house.registrar.start(form("bob@example.com"), caller(1));
    const before = house.ports.mailer.sent.length;
    await house.registrar.deliver();
    expect(
      house.ports.mailer.sent
        .slice(before)
        .map(({ to, kind }) => [to, kind])
        .sort(),
    ).toEqual([
      [mail, "already_registered"],
      ["bob@example.com", "activation"],
    ]);
    expect(house.ports.texter.sent).toHaveLength(0);
  });

  it("tells the owner of a taken number by SMS, without a code", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const first = await registrar.start(phoneForm(mobile), ada);
    await registrar.deliver();
    await registrar.confirm(first.ticket, { code: ports.texter.code(mobile) }, ada);
    ports.clock.advance(minute);
    await registrar.start(phoneForm(mobile, otherPassword), caller(1));
    await registrar.deliver();
    await registrar.deliver();
    expect(kindsTo(house, mobile)).toEqual(["activation", "activated", "already_registered"]);
    expect(ports.texter.last(mobile)).not.toHaveProperty("code");
    expect(ports.texter.last(mobile).text).not.toMatch(/\d{6}/);
  });

  it("decides by what is true at the try, not by what was true at the sign-up", async () => {
    const house = openHouse();
    const first = await signUp(house, mail);
    await house.registrar.start(form(mail, otherPassword), caller(1));
    await house.registrar.confirm(first, { code: house.ports.mailer.code(mail) }, ada);
    house.ports.clock.advance(minute);
    await house.registrar.deliver();
    expect(kindsTo(house, mail)).toEqual(["activation", "activated", "already_registered"]);
  });

  it("tries again after a failure, with the same message id, and later each time (B235)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const tried: Mail[] = [];
    const moments: number[] = [];
    let failing = true;
    const flaky = openHouse({
      ports,
      email: {
        mailer: {
          async send(letter) {
            tried.push(letter);
            moments.push(ports.clock.now());
            if (failing) throw new Error(`451 try later, ${letter.to}`);
          },
        },
      },
    });
    const answer = await registrar.start(form(mail), ada);
    expect(answer.ok).toBe(true);
    expect(await flaky.registrar.deliver()).toMatchObject({ retried: 1, failed: 0 });
    expect(await flaky.registrar.deliver()).toMatchObject({ sent: 0, retried: 0 });
    while (tried.length < 5) {
      ports.clock.advance(second);
      await flaky.registrar.deliver();
    }
    failing = false;
    ports.clock.advance(2 * minute);
    expect(await flaky.registrar.deliver()).toMatchObject({ sent: 1 });
    expect(new Set(tried.map(({ id }) => id)).size).toBe(1);
    const waits = moments.slice(1, 5).map((at, n) => (at - (moments[n] ?? 0)) / second);
    for (const [n, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(5 * 2 ** n * 0.8);
      expect(wait).toBeLessThanOrEqual(5 * 2 ** n * 1.2 + 1);
    }
    expect(flaky.signals.filter(({ type }) => type === "fault")).toHaveLength(5);
  });

  it("spreads what failed together, so that it does not come back together", async () => {
    const house = openHouse();
    for (let n = 0; n < 20; n += 1) {
      await house.registrar.start(form(`${n}@example.com`), caller(n));
      house.ports.mailer.failNext();
    }
    expect(await house.registrar.deliver()).toMatchObject({ retried: 20 });
    const arrivals = new Set<number>();
    for (let passed = 0; passed < 8 * second; passed += 100) {
      house.ports.clock.advance(100);
      if ((await house.registrar.deliver()).sent > 0) arrivals.add(passed);
    }
    expect(house.ports.mailer.sent).toHaveLength(20);
    expect(arrivals.size).toBeGreaterThan(5);
  });

  it("waits as long as a provider asks for (B238)", async () => {
    const house = openHouse();
    house.ports.mailer.failNext(new PorchlightError("ERR_RATE_LIMITED", { retryAfterSeconds: 120 }));
    await house.registrar.start(form(mail), ada);
    await house.registrar.deliver();
    expect(house.signals.find(({ type }) => type === "fault")).toMatchObject({
      error: { code: "ERR_RATE_LIMITED", retryAfterSeconds: 120 },
    });
    house.ports.clock.advance(2 * minute - 1);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0 });
    house.ports.clock.advance(1);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("gives up visibly after ten tries: the page shows it, an event and a signal say it", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    for (let n = 0; n < 10; n += 1) ports.mailer.failNext();
    const { ticket } = await registrar.start(form(mail), ada);
    let failed = 0;
    for (let n = 0; n < 60 && failed === 0; n += 1) {
      failed += (await registrar.deliver()).failed;
      ports.clock.advance(5 * minute);
    }
    expect(failed).toBe(1);
    await registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "message.failed"]);
    expect(house.events[1]).toMatchObject({ channel: "email", masked: "a***@example.com" });
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "failed" } } });
    expect(ports.mailer.sent).toHaveLength(0);
  });

  it("gives up at once where the provider refuses for good", async () => {
    const house = openHouse();
    house.ports.mailer.failNext(new PorchlightError("ERR_UNDELIVERABLE"));
    await house.registrar.start(form(mail), ada);
    expect(await house.registrar.deliver()).toMatchObject({ failed: 1, retried: 0 });
  });

  it.each([
    [
      "disowned",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        await house.registrar.resend(ticket, ada);
        await house.registrar.disown(tokenTo(house, mail), ada);
      },
    ],
    [
      "cancelled",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        await house.registrar.resend(ticket, ada);
        await house.registrar.cancel(ticket, ada);
      },
    ],
    [
      "activated",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        await house.registrar.resend(ticket, ada);
        await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
      },
    ],
    [
      "changed to another address",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        await house.registrar.resend(ticket, ada);
        await house.registrar.change(ticket, { email: "bob@example.com" }, ada);
      },
    ],
    [
      "within a minute of its end",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        await house.registrar.resend(ticket, ada);
        house.ports.clock.advance(8 * hour - 2 * minute + 1);
      },
    ],
  ])("drops an activation message of a registration that was %s", async (_, happens) => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    house.ports.clock.advance(minute);
    await happens(house, ticket);
    await house.registrar.deliver();
    expect(kindsTo(house, mail).filter((kind) => kind === "activation")).toHaveLength(1);
  });

  it("shows a dropped message as sent, so that a disowned address does not show", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    house.ports.clock.advance(minute);
    await house.registrar.resend(ticket, ada);
    await house.registrar.disown(tokenTo(house, mail), ada);
    await house.registrar.deliver();
    expect(await house.registrar.status(ticket, ada)).toMatchObject({
      registration: { message: { delivery: "sent" } },
    });
  });

  it("keeps 60 seconds between two messages to one address by waiting, whatever the registration", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    for (const n of [1, 2, 3]) expect(codesOf(await registrar.start(form(mail), caller(n)))).toEqual([]);
    const arrivals = [];
    for (let n = 0; n <= 150; n += 1) {
      const { sent } = await registrar.deliver();
      if (ports.mailer.sent.length > arrivals.length) arrivals.push(n);
      expect(sent).toBeLessThanOrEqual(1);
      ports.clock.advance(second);
    }
    expect(arrivals).toEqual([0, 60, 120]);
  });

  it("gives the wait back where the send failed", async () => {
    const house = openHouse();
    house.ports.mailer.failNext();
    await house.registrar.start(form(mail), ada);
    await house.registrar.deliver();
    house.ports.clock.advance(6 * second);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1 });
  });

  it("sends the notice of an activation for a day, then says that it failed", async () => {
    for (const [late, outcome, told] of [
      [day, { sent: 1, failed: 0 }, []],
      [day + 1, { sent: 0, failed: 1 }, ["message.failed"]],
    ] as const) {
      const house = openHouse();
      const ticket = await signUp(house, mail);
      await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
      house.ports.clock.advance(late);
      expect(await house.registrar.deliver()).toMatchObject(outcome);
      expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "account.activated", ...told]);
      expect(await house.registrar.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    }
  });

  it("gives a notice up after ten tries like any message, with its event", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    for (let n = 0; n < 10; n += 1) house.ports.mailer.failNext();
    let failed = 0;
    for (let passed = 0; passed < day && failed === 0; passed += 5 * minute) {
      failed += (await house.registrar.deliver()).failed;
      house.ports.clock.advance(5 * minute);
    }
    expect(failed).toBe(1);
    expect(house.events.at(-1)).toMatchObject({ type: "message.failed", masked: "a***@example.com" });
    expect(house.signals.filter(({ type }) => type === "fault")).toHaveLength(10);
  });

  it("sends the notice of an activation at once: nobody can ask for it", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    await house.registrar.deliver();
    expect(kindsTo(house, mail)).toEqual(["activation", "activated"]);
  });

  it("joins a pass that is already running", async () => {
    const { ports } = openHouse();
    let leases = 0;
    const { store } = ports;
    const { registrar } = openHouse({
      ports: {
        ...ports,
        store: {
          ...store,
          lease: async (...asked) => {
            leases += 1;
            return store.lease(...asked);
          },
        },
      },
    });
    await registrar.start(form(mail), ada);
    const passes = await Promise.all(Array.from({ length: 50 }, () => registrar.deliver()));
    expect(passes).toEqual(passes.map(() => ({ sent: 1, retried: 0, failed: 0 })));
    // Of each lane the first, once more for those who joined it, and once for an event behind the one that was told.
    expect(leases).toBeLessThanOrEqual(3 * 2 + 1);
    expect(ports.mailer.sent).toHaveLength(1);
  });

  it("sends once where two processes deliver from one store", async () => {
    const one = openHouse();
    const two = openHouse({ ports: one.ports });
    for (let n = 0; n < 50; n += 1) await one.registrar.start(form(`${n}@example.com`), caller(n));
    await Promise.all([one.registrar.deliver(), two.registrar.deliver()]);
    expect(one.ports.mailer.sent).toHaveLength(50);
    expect(new Set(one.ports.mailer.sent.map(({ to }) => to)).size).toBe(50);
  });

  it("sends again what a process took and never settled, once its lease is over", async () => {
    const house = openHouse();
    await house.registrar.start(form(mail), ada);
    const at = house.ports.clock.now();
    await house.ports.store.lease(at, at + 90 * second, 20, "email");
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0 });
    house.ports.clock.advance(90 * second);
    await house.registrar.deliver();
    expect(kindsTo(house, mail)).toEqual(["activation"]);
  });

  it("writes neither an address nor a secret into the outbox", async () => {
    const house = openHouse();
    await signUp(house, mail);
    const outbox = JSON.stringify(house.commits.flatMap((change) => change.outbox));
    expect(outbox).toContain("activation");
    expect(outbox).not.toContain(mail);
    expect(outbox).not.toContain(house.ports.mailer.code(mail));
    expect(outbox).not.toContain(tokenTo(house, mail));
  });
});
