import { describe, expect, it } from "vitest";
import type { Limit } from "../../../src/ports.js";
import {
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
  problemsOf,
} from "./house.js";

const victim = "victim@example.com";

describe("a thousand sign-ups of one address from a thousand callers", () => {
  it.each([["free"], ["taken"]])(
    "cost its owner at most five messages a day, and say the same, where it is %s (T14)",
    async (which) => {
      const house = openHouse();
      const { registrar, ports } = house;
      if (which === "taken") await openAccount(house, victim);
      ports.clock.advance(2 * day);
      const before = kindsTo(house, victim).length;
      const answers: string[] = [];
      for (let n = 0; n < 1_000; n += 1) {
        const answer = await registrar.start(form(victim, otherPassword), caller(n));
        answers.push(answer.registration.step === "pending" ? "pending" : codesOf(answer).join());
        // Spread over a day, so that no budget of the hour alone explains it.
        ports.clock.advance(Math.floor(day / 1_000) - 1);
        if (n % 10 === 0) await registrar.deliver();
      }
      await registrar.deliver();
      expect(kindsTo(house, victim).length - before).toBe(5);
      expect(answers.filter((one) => one === "pending")).toHaveLength(5);
      expect(new Set(answers)).toEqual(new Set(["pending", "too_many_messages"]));
    },
  );

  it("say after how many whole hours to come again", async () => {
    const { registrar } = openHouse();
    const waits = new Set<number>();
    for (let n = 0; n < 50; n += 1) {
      for (const { code, facts } of problemsOf(await registrar.start(form(victim), caller(n)))) {
        if (code === "too_many_messages") waits.add(facts.retryAfterSeconds);
      }
    }
    expect([...waits]).toEqual([3_600]);
  });

  it("at one instant cost three, and leave the address to its owner again after an hour (T14b)", async () => {
    const house = openHouse();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => house.registrar.start(form(victim), caller(n))));
    for (let n = 0; n < 10; n += 1) {
      await house.registrar.deliver();
      house.ports.clock.advance(minute);
    }
    expect(kindsTo(house, victim)).toHaveLength(3);
    house.ports.clock.advance(hour);
    expect((await house.registrar.start(form(victim, otherPassword), caller(2_000))).registration.step).toBe("pending");
  });

  it("are as few by SMS (T14)", async () => {
    const house = openHouse();
    for (let n = 0; n < 200; n += 1) {
      await house.registrar.start(phoneForm(mobile), caller(n));
      await house.registrar.deliver();
      house.ports.clock.advance(7 * minute);
    }
    expect(house.ports.clock.now()).toBeLessThan(Date.UTC(2026, 0, 2));
    expect(house.ports.texter.sent).toHaveLength(5);
  });

  it("lock nobody out who has an account already (T14b)", async () => {
    const house = openHouse();
    await openAccount(house, victim);
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => house.registrar.start(form(victim, otherPassword), caller(n))),
    );
    const { registrar } = house;
    expect(
      await registrar.signIn({ identifier: victim, password: "harbour tulip nine cranes" }, caller(3)),
    ).toMatchObject({ ok: true });
  });

  it("touch no budget of the address where the captcha is not solved", async () => {
    const { ports } = openHouse();
    const paid = new Set<string>();
    const hit = async (limits: readonly Limit[]) => {
      const answer = await ports.limiter.hit(limits);
      if (answer.allowed) for (const { key, cost } of limits) if (cost !== 0) paid.add(key.split(":")[0] ?? "");
      return answer;
    };
    const house = openHouse({ ports, limiter: { ...ports.limiter, hit } });
    for (let n = 0; n < 1_000; n += 1) {
      const answer = await house.registrar.start({ ...form(victim, otherPassword), captcha: "wrong" }, caller(n));
      expect(codesOf(answer)).toEqual(["captcha_failed"]);
    }
    expect([...paid]).toEqual(["calls"]);
    for (let n = 0; n < 3; n += 1) {
      expect(codesOf(await house.registrar.start(form(victim), caller(2_000 + n)))).toEqual([]);
    }
  });

  it("touch the account's row with nothing", async () => {
    const house = openHouse();
    await openAccount(house, victim);
    const before = JSON.stringify(await house.ports.store.accountByKey(victim));
    for (let n = 0; n < 1_000; n += 1) await house.registrar.start(form(victim, otherPassword), caller(n));
    await house.registrar.deliver();
    expect(JSON.stringify(await house.ports.store.accountByKey(victim))).toBe(before);
  });
});
