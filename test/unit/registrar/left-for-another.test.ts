import { describe, expect, it } from "vitest";
import type { Leased } from "../../../src/ports.js";
import { testPorts } from "../../../src/testing/index.js";
import { ada, caller, form, hour, openHouse } from "./house.js";

describe("what this process cannot do is left for another:", () => {
  it("an event that nobody here listens to waits for somebody who does", async () => {
    const ports = testPorts();
    const listening = openHouse({ ports });
    await listening.registrar.start(form("ada@example.com"), ada);
    const deaf = openHouse({ ports, onEvent: undefined });
    expect(await deaf.registrar.deliver()).toEqual({ sent: 1, retried: 0, failed: 0 });
    expect(deaf.signals.filter(({ type }) => type === "fault")).toEqual([]);
    await listening.registrar.deliver();
    expect(listening.events.map(({ type }) => type)).toEqual(["registration.pending"]);
  });

  it("a message whose registration cannot be read stops no other, and fails in the end", async () => {
    const ports = testPorts();
    const unreadable = (leased: Leased): Leased => {
      const isBad =
        leased.registration?.state === "pending" && leased.registration.identifier.key === "bad@example.com";
      const { registration: _, ...entry } = leased;
      return isBad ? { ...entry, unreadable: true } : leased;
    };
    const store = {
      ...ports.store,
      lease: async (...pass: Parameters<typeof ports.store.lease>) =>
        (await ports.store.lease(...pass)).map(unreadable),
    };
    const { registrar, signals } = openHouse({ ports: { ...ports, store }, onEvent: undefined });
    await registrar.start(form("bad@example.com"), ada);
    await registrar.start(form("good@example.com"), caller(1));
    expect(await registrar.deliver()).toEqual({ sent: 1, retried: 1, failed: 0 });
    const fault = signals.find(({ type }) => type === "fault");
    expect(fault).toMatchObject({ registrationId: expect.any(String), error: { cause: { code: "UNREADABLE" } } });
    let failed = 0;
    for (let tries = 0; tries < 20 && failed === 0; tries += 1) {
      ports.clock.advance(hour);
      failed = (await registrar.deliver()).failed;
    }
    expect(failed).toBe(1);
    expect(ports.mailer.sent.map(({ to }) => to)).toEqual(["good@example.com"]);
  });
});
