import { describe, expect, it } from "vitest";
import { testPorts } from "../../../src/testing/index.js";
import { countedStore } from "./counted-store.js";
import { ada, caller, form, hour, kindsTo, minute, openHouse, password, second, signUp } from "./house.js";

const mail = "ada@example.com";

/** A house whose store counts, with a listener for events or, as a default, without. */
function countedHouse(host: Parameters<typeof openHouse>[0] = { onEvent: undefined }) {
  const { ports } = openHouse();
  const counted = countedStore(ports.store);
  const house = openHouse({ ...host, ports: { ...ports, store: counted.store } });
  return { ...counted, house, registrar: house.registrar, clock: ports.clock, sent: ports.mailer.sent };
}

async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

describe("a delivery pass", () => {
  it("costs one message one lease and one settle", async () => {
    const { registrar, calls } = countedHouse();
    await registrar.start(form(mail), ada);
    expect(await registrar.deliver()).toEqual({ sent: 1, retried: 0, failed: 0 });
    expect(calls).toEqual(["lease", "settle"]);
  });

  it("costs nineteen messages the same, and settles nothing where nothing is due", async () => {
    const { registrar, calls } = countedHouse();
    for (let n = 0; n < 19; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    expect(await registrar.deliver()).toMatchObject({ sent: 19 });
    expect(calls).toEqual(["lease", "settle"]);
    expect(await registrar.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    expect(calls).toEqual(["lease", "settle", "lease"]);
  });

  it("goes on while batches are full", async () => {
    const { registrar, calls } = countedHouse();
    for (let n = 0; n < 45; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    expect(await registrar.deliver()).toMatchObject({ sent: 45 });
    expect(calls.toSorted()).toEqual(["lease", "lease", "lease", "settle", "settle", "settle"]);
  });

  it("looks for the next event of a registration once an older one is told", async () => {
    const { registrar, calls, house } = countedHouse({});
    const { ticket } = await registrar.start(form(mail), ada);
    await registrar.cancel(ticket, ada);
    await registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "registration.closed"]);
    // The mails', which are no longer true; each event's; and the look that finds no other.
    expect(calls.toSorted()).toEqual(["lease", "lease", "lease", "lease", "settle", "settle", "settle"]);
  });

  it("tells of a failed message in the same call", async () => {
    const { registrar, house, clock } = countedHouse({});
    await registrar.start(form(mail), ada);
    clock.advance(8 * hour - minute + 1);
    expect(await registrar.deliver()).toMatchObject({ sent: 0, failed: 1 });
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "message.failed"]);
  });

  it("looks again for what was put off and has come due while it ran", async () => {
    const ports = testPorts();
    let failedOnce: () => void = () => undefined;
    const failed = new Promise<void>((resolve) => {
      failedOnce = resolve;
    });
    const sent: string[] = [];
    const mailer = {
      async send({ to }: { readonly to: string }) {
        if (to === mail && sent.length === 0) throw new Error("connection reset");
        if (to !== mail) {
          await failed;
          ports.clock.advance(10 * second);
        }
        sent.push(to);
      },
    };
    const { registrar } = openHouse({
      ports,
      email: { mailer },
      onSignal: ({ type }) => type === "fault" && failedOnce(),
    });
    await registrar.start(form(mail), ada);
    await registrar.start(form("slow@example.com"), ada);
    expect(await registrar.deliver()).toEqual({ sent: 2, retried: 1, failed: 0 });
    expect(sent).toEqual(["slow@example.com", mail]);
  });

  it("looks again for whoever joined it, since their message may have come after its lease", async () => {
    const ports = testPorts();
    const sent: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached: () => void = () => undefined;
    const sending = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const mailer = {
      async send({ to }: { readonly to: string }) {
        reached();
        await held;
        sent.push(to);
      },
    };
    const { registrar } = openHouse({ ports, email: { mailer }, onEvent: undefined });
    await registrar.start(form(mail), ada);
    const first = registrar.deliver();
    await sending;
    await registrar.start(form("bob@example.com"), caller(1));
    const joined = registrar.deliver();
    release();
    expect(await joined).toMatchObject({ sent: 2 });
    expect(await first).toEqual(await joined);
    expect(sent).toEqual([mail, "bob@example.com"]);
  });

  it("is not joined once it has looked for the last time", async () => {
    // The call comes so many turns after a lease that found nothing yet: while the pass ends, and when it has.
    for (let turns = 0; turns < 40; turns += 1) {
      const ports = testPorts();
      let asked: Promise<unknown> | undefined;
      const store: typeof ports.store = {
        ...ports.store,
        async lease(...given) {
          const leased = await ports.store.lease(...given);
          if (asked === undefined) {
            await registrar.start(form(mail), ada);
            asked = after(turns).then(() => registrar.deliver());
          }
          return leased;
        },
      };
      const { registrar } = openHouse({ ports: { ...ports, store } });
      await registrar.deliver();
      await asked;
      expect(ports.mailer.sent, `after ${turns} turns`).toHaveLength(1);
    }
  });
});

describe("a slow provider", () => {
  it("is asked for at most five messages at a time", async () => {
    const ports = testPorts();
    let [now, most] = [0, 0];
    const mailer = {
      send: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
      },
    };
    const { registrar } = openHouse({ ports, email: { mailer } });
    for (let n = 0; n < 20; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    expect(await registrar.deliver()).toMatchObject({ sent: 20 });
    expect(most).toBe(5);
  });

  it("holds up its batch no longer than one round of sends: what has not begun is given back, and goes next", async () => {
    const { ports } = openHouse();
    const { store, settled } = countedStore(ports.store);
    let sends = 0;
    const mailer = {
      async send() {
        sends += 1;
        // Five sends of 20 seconds each, side by side.
        if (sends % 5 === 0) ports.clock.advance(20 * second);
      },
    };
    const { registrar } = openHouse({ ports: { ...ports, store }, email: { mailer }, onEvent: undefined });
    for (let n = 0; n < 12; n += 1) await registrar.start(form(`${n}@example.com`), caller(n));
    expect(await registrar.deliver()).toEqual({ sent: 12, retried: 7 + 2, failed: 0 });
    const outcomes = settled.map((batch) => batch.map(({ outcome }) => outcome));
    expect(outcomes.map((batch) => batch.filter((outcome) => outcome === "sent").length)).toEqual([5, 5, 2]);
    expect(sends).toBe(12);
  });
});

describe("a settlement that fails", () => {
  it.each(["before", "after"] as const)(
    "%s the store did it is put again before the next lease, and nothing is sent twice",
    async (when) => {
      const { registrar, calls, failSettle, sent, clock } = countedHouse();
      const { ticket } = await registrar.start(form(mail), ada);
      failSettle(3, when);
      for (let n = 0; n < 3; n += 1) {
        await expect(registrar.deliver()).rejects.toMatchObject({ code: "ERR_STORE", cause: { code: "57P01" } });
        clock.advance(5 * second);
      }
      expect(await registrar.deliver()).toEqual({ sent: 1, retried: 0, failed: 0 });
      expect(calls).toEqual(["lease", "settle", "settle", "settle", "settle", "lease"]);
      clock.advance(2 * hour);
      expect(await registrar.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
      expect(sent).toHaveLength(1);
      expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "sent" } } });
    },
  );

  it("leaves what it was to become: a failed message fails, with its event", async () => {
    const { registrar, house, failSettle, clock } = countedHouse({});
    await signUp(house, mail);
    clock.advance(minute);
    await registrar.start(form("bob@example.com"), ada);
    clock.advance(8 * hour);
    failSettle(1);
    await expect(registrar.deliver()).rejects.toMatchObject({ code: "ERR_STORE" });
    expect(await registrar.deliver()).toMatchObject({ failed: 1 });
    expect(house.events.at(-1)).toMatchObject({ type: "message.failed", masked: "b***@example.com" });
  });

  it("is forgotten when its lease is over, so that one entry never holds up the rest", async () => {
    const { registrar, calls, failSettle, clock, house } = countedHouse();
    await registrar.start(form(mail), ada);
    failSettle(2);
    await expect(registrar.deliver()).rejects.toMatchObject({ code: "ERR_STORE" });
    clock.advance(90 * second);
    await expect(registrar.deliver()).rejects.toMatchObject({ code: "ERR_STORE" });
    await registrar.start(form("bob@example.com", password), ada);
    expect(await registrar.deliver()).toMatchObject({ sent: 2 });
    expect(calls).toEqual(["lease", "settle", "settle", "lease", "settle"]);
    expect(kindsTo(house, mail)).toEqual(["activation", "activation"]);
  });
});
