import { describe, expect, it } from "vitest";
import type { Event } from "../../../src/core/registration.js";
import { ada, codesOf, form, hour, minute, openAccount, openHouse, signUp, tokenTo } from "./house.js";

const mail = "ada@example.com";

describe("events", () => {
  it("tell of the pending registration and of the account, each once, with ids and a masked address", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    const [pending, activated] = house.events;
    const registrationId = house.commits[0]?.registration.id;
    const at = house.ports.clock.now();
    const about = { at, registrationId, channel: "email", masked: "a***@example.com" };
    expect(pending).toEqual({ ...about, id: expect.stringMatching(/^[\w-]{16,}$/), type: "registration.pending" });
    expect(activated).toEqual({
      ...about,
      id: expect.stringMatching(/^[\w-]{16,}$/),
      type: "account.activated",
      accountId,
    });
    expect(house.events).toHaveLength(2);
    expect(pending?.id).not.toBe(activated?.id);
  });

  it.each([
    [
      "cancelled",
      async (house: ReturnType<typeof openHouse>, ticket: string) => void (await house.registrar.cancel(ticket, ada)),
    ],
    [
      "expired",
      async (house: ReturnType<typeof openHouse>, ticket: string) => {
        house.ports.clock.advance(24 * hour);
        await house.registrar.status(ticket, ada);
      },
    ],
  ])("tell that a registration was %s", async (_, end) => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    await end(house, ticket);
    await house.registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "registration.closed"]);
  });

  it("are told again until the host takes them, with the same id, while the account stays (B242)", async () => {
    const seen: Event[] = [];
    let failing = true;
    const house = openHouse({
      onEvent: async (event) => {
        seen.push(event);
        if (failing) throw new Error("queue down");
      },
    });
    const ticket = await signUp(house, mail);
    expect(await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada)).toMatchObject({
      ok: true,
    });
    for (let n = 0; n < 15; n += 1) {
      await house.registrar.deliver();
      house.ports.clock.advance(20 * minute);
    }
    expect(seen.length).toBeGreaterThan(12);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    expect(await house.ports.store.accountByKey(mail)).toBeDefined();
    failing = false;
    await house.registrar.deliver();
    expect(seen.map(({ type }) => type).slice(-2)).toEqual(["registration.pending", "account.activated"]);
    const told = seen.length;
    house.ports.clock.advance(hour);
    await house.registrar.deliver();
    expect(seen).toHaveLength(told);
  });

  it("come in order within a registration", async () => {
    const house = openHouse();
    const { ticket } = await house.registrar.start(form(mail), ada);
    await house.registrar.cancel(ticket, ada);
    await house.registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "registration.closed"]);
  });

  it("are not written at all where the host listens to none", async () => {
    const house = openHouse({ onEvent: undefined });
    await signUp(house, mail);
    expect(house.commits.flatMap(({ outbox }) => outbox).map(({ entry }) => entry.kind)).toEqual(["activation"]);
  });
});

describe("signals", () => {
  it("tell each step of a whole sign-up at once", async () => {
    const house = openHouse();
    const { registrar, ports, signals } = house;
    const ticket = await signUp(house, mail);
    await registrar.confirm(ticket, { code: "00000000" }, ada);
    ports.clock.advance(minute);
    await registrar.resend(ticket, ada);
    await registrar.change(ticket, { email: "bob@example.com" }, ada);
    await registrar.deliver();
    await registrar.activate(tokenTo(house, "bob@example.com"), { ticket }, ada);
    expect(signals.map(({ type }) => type)).toEqual([
      "started",
      "submitted",
      "sent",
      "refused",
      "resent",
      "changed",
      "dropped",
      "sent",
      "activated",
    ]);
    expect(signals[3]).toMatchObject({ codes: ["code_wrong"], masked: "a***@example.com" });
    expect(new Set(signals.map(({ registrationId }) => registrationId)).size).toBe(1);
    expect(signals.every(({ at }) => Number.isSafeInteger(at))).toBe(true);
  });

  it("tell of a code, a cancellation and a disowned link", async () => {
    const one = openHouse();
    await openAccount(one, mail);
    expect(one.signals.map(({ type }) => type)).toContain("confirmed");
    const two = openHouse();
    const ticket = await signUp(two, mail);
    await two.registrar.disown(tokenTo(two, mail), ada);
    await two.registrar.cancel(ticket, ada);
    expect(two.signals.map(({ type }) => type).slice(-2)).toEqual(["disowned", "cancelled"]);
  });

  it("name all codes of a refusal, and no value", async () => {
    const { registrar, signals } = openHouse();
    await registrar.start({ email: "nonsense at all", password: "short", confirmation: "other" }, ada);
    expect(signals.at(-1)).toMatchObject({
      type: "refused",
      codes: ["email_malformed", "password_too_short", "confirmation_mismatch"],
    });
    expect(JSON.stringify(signals)).not.toMatch(/nonsense|"short"|"other"/);
  });

  it("undo nothing where the listener throws", async () => {
    const house = openHouse({
      onSignal: () => {
        throw new Error("no metrics");
      },
    });
    await openAccount(house, mail);
    expect(await house.ports.store.accountByKey(mail)).toBeDefined();
  });

  it("tell nothing of a resend that was refused", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    expect(codesOf(await house.registrar.resend(ticket, ada))).toEqual(["resend_too_early"]);
    expect(house.signals.map(({ type }) => type)).not.toContain("resent");
  });

  it("tell of a breach check that is down, the same for every way to fail, while the local list decides (B133, B134)", async () => {
    const ways = [
      async () => Promise.reject(new Error("ECONNREFUSED")),
      async () => Promise.reject(new TypeError("fetch failed")),
      async () => Promise.reject("no error at all"),
      () => {
        throw new Error("status 503");
      },
    ];
    for (const count of ways) {
      const house = openHouse({ breach: { count } });
      expect(codesOf(await house.registrar.start(form("eve@example.com", "passwordpassword"), ada))).toEqual([
        "password_common",
      ]);
      const answer = await house.registrar.start(form(mail), ada);
      expect(answer.registration.step).toBe("pending");
      expect(house.signals.filter(({ type }) => type === "fault")).toMatchObject([
        { error: { code: "ERR_BREACH_CHECK" } },
      ]);
    }
  });

  it("are no refusal below the host's threshold of breaches (B135)", async () => {
    for (const [seen, codes] of [
      [0, []],
      [9, []],
      [10, ["password_breached"]],
      [11, ["password_breached"]],
    ] as const) {
      const { registrar } = openHouse({ breach: { count: async () => seen }, rules: { breachThreshold: 10 } });
      expect(codesOf(await registrar.start(form(mail), ada))).toEqual(codes);
    }
  });
});
