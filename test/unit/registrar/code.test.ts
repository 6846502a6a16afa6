import { describe, expect, it } from "vitest";
import { memoryLimiter } from "../../../src/limiter/memory.js";
import {
  ada,
  caller,
  codesOf,
  day,
  hour,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  problemsOf,
  second,
  signUp,
  signUpByPhone,
  wrong,
} from "./house.js";

const mail = "ada@example.com";

describe("a code", () => {
  it("activates in the same call and leaves a stub without address, hash or secret (B003)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    expect(done).toMatchObject({ ok: true, registration: { step: "activated", by: "code" } });
    const last = house.commits.at(-1);
    expect(Object.keys(last?.registration ?? {}).sort()).toEqual([
      "accountId",
      "by",
      "committedAt",
      "id",
      "keepUntil",
      "state",
    ]);
    expect(JSON.stringify([last?.registration, last?.outbox])).not.toContain(mail);
  });

  it("counts exactly one try for a wrong one, and the right one still works (B068)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const refused = await house.registrar.confirm(ticket, { code: wrong(code) }, ada);
    expect(problemsOf(refused)).toEqual([{ code: "code_wrong", field: "code", facts: { attemptsLeft: 4 } }]);
    expect(refused.registration).toMatchObject({ step: "pending", message: { attemptsLeft: 4 } });
    expect(await house.registrar.status(ticket, ada)).toMatchObject({ registration: { message: { attemptsLeft: 4 } } });
    expect(await house.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });

  it("is dead after five wrong ones, even the right one, until a new one is sent (B069)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const code = ports.texter.code(mobile);
    const answers = [];
    for (let n = 0; n < 5; n += 1) answers.push(await registrar.confirm(ticket, { code: wrong(code) }, ada));
    expect(answers.flatMap(codesOf)).toEqual(["code_wrong", "code_wrong", "code_wrong", "code_wrong", "code_locked"]);
    expect(codesOf(await registrar.confirm(ticket, { code }, ada))).toEqual(["code_locked"]);
    ports.clock.advance(minute);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    expect(await registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada)).toMatchObject({ ok: true });
  });

  it("is dead after as many as the host says, and no host can say none (B073)", async () => {
    const house = openHouse({ rules: { guessesPerCode: 1 } });
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    expect(codesOf(await house.registrar.confirm(ticket, { code: wrong(code) }, ada))).toEqual(["code_locked"]);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual(["code_locked"]);
    expect(() => openHouse({ rules: { guessesPerCode: 0 } })).toThrow(/guessesPerCode/);
  });

  it("opens nothing a second time (B075)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    await house.registrar.confirm(ticket, { code }, ada);
    for (const typed of [code, wrong(code)]) {
      const again = await house.registrar.confirm(ticket, { code: typed }, ada);
      expect(problemsOf(again)).toEqual([{ code: "wrong_step", facts: { step: "activated" } }]);
      expect(again.registration.step).toBe("activated");
    }
  });

  it.each([
    ["spaces", (code: string) => ` ${code.slice(0, 4)} ${code.slice(4)} `],
    ["dashes", (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`],
    [
      "full-width digits",
      (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    ],
  ])("is read through %s (B076)", async (_, spell) => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const typed = spell(house.ports.mailer.code(mail));
    expect(await house.registrar.confirm(ticket, { code: typed }, ada)).toMatchObject({ ok: true });
  });

  it.each([
    ["nothing", undefined, "field_missing"],
    ["an empty text", "", "field_missing"],
    ["null", null, "field_missing"],
    ["a number", 123456, "field_malformed"],
    ["an operator", { $ne: null }, "field_malformed"],
    ["a list", ["123456"], "field_malformed"],
    ["letters", "O0l1I5", "field_malformed"],
    ["eleven digits", "12345678901", "field_malformed"],
    ["50 MB", "1".repeat(50_000_000), "field_malformed"],
  ])("pays no guess for %s (B037, B229)", async (_, typed, code) => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const answer = await house.registrar.confirm(ticket, { code: typed }, ada);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.registration).toMatchObject({ step: "pending", message: { attemptsLeft: 5 } });
  });

  it("does not match in part: a shorter one is a wrong guess", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    expect(codesOf(await house.registrar.confirm(ticket, { code: code.slice(1) }, ada))).toEqual(["code_wrong"]);
    expect(codesOf(await house.registrar.confirm(ticket, { code: `0${code}` }, ada))).toEqual(["code_wrong"]);
  });

  it("belongs to its registration: another one of the same number refuses it and counts it", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const first = await signUpByPhone(house, mobile);
    const code = ports.texter.code(mobile);
    ports.clock.advance(minute);
    const second = await signUpByPhone(house, mobile, otherPassword, caller(2));
    const crossed = await registrar.confirm(second, { code }, ada);
    expect(problemsOf(crossed)).toEqual([{ code: "code_wrong", field: "code", facts: { attemptsLeft: 4 } }]);
    expect(await registrar.confirm(first, { code }, ada)).toMatchObject({ ok: true });
  });

  it("is found for an address in other letter case (B082, B255)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, "Ada@Example.COM");
    expect(
      await house.registrar.confirm(ticket, { code: house.ports.mailer.code("Ada@Example.COM") }, ada),
    ).toMatchObject({ ok: true });
    const account = await house.ports.store.accountByKey(mail);
    expect(account?.account.identifier).toMatchObject({ address: "Ada@Example.COM", key: mail });
  });

  it("makes one account where the right one comes at once as often as it may be tried, and every answer shows it (B157, B158)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const all = await Promise.all(Array.from({ length: 5 }, () => house.registrar.confirm(ticket, { code }, ada)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.every(({ registration }) => registration.step === "activated")).toBe(true);
    await house.registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });

  it("makes one account of a hundred at once: who finds the guesses spent hears so, or sees the account, and sees it when he looks again", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const all = await Promise.all(Array.from({ length: 100 }, () => house.registrar.confirm(ticket, { code }, ada)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    const pages = all.map((answer) => [answer.registration.step, ...codesOf(answer)].join(" "));
    const known = ["activated", "activated wrong_step", "pending code_locked"];
    expect(pages.filter((page) => !known.includes(page))).toEqual([]);
    expect(pages.filter((page) => page !== "pending code_locked").length).toBeGreaterThanOrEqual(5);
    expect(await house.registrar.status(ticket, ada)).toMatchObject({ registration: { step: "activated" } });
    expect(house.commits.filter(({ account }) => account !== undefined).length).toBeGreaterThan(0);
    await house.registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });

  it("is compared at most five times of a thousand that come at once (T9)", async () => {
    const house = openHouse();
    const { ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const code = ports.texter.code(mobile);
    const limiter = memoryLimiter({ clock: ports.clock });
    let compared = 0;
    const counting = {
      ...limiter,
      hit: async (limits: Parameters<typeof limiter.hit>[0]) => {
        if (limits.some(({ key, cost }) => key.startsWith("guesses-day") && cost !== 0)) compared += 1;
        return limiter.hit(limits);
      },
    };
    const { registrar } = openHouse({ ports, limiter: counting });
    const guesses = Array.from({ length: 1_000 }, () => registrar.confirm(ticket, { code: wrong(code) }, ada));
    await Promise.all(guesses);
    expect(compared).toBe(5);
    expect(codesOf(await registrar.confirm(ticket, { code }, ada))).toEqual(["code_locked"]);
  });

  it("survives a wrong one at the same instant: activated, or not, but never half (B160)", async () => {
    for (const rightFirst of [true, false]) {
      const house = openHouse();
      const ticket = await signUp(house, mail);
      const code = house.ports.mailer.code(mail);
      const typed = rightFirst ? [code, wrong(code)] : [wrong(code), code];
      await Promise.all(typed.map((one) => house.registrar.confirm(ticket, { code: one }, ada)));
      expect(await house.registrar.status(ticket, ada)).toMatchObject({ registration: { step: "activated" } });
      expect(await house.ports.store.accountByKey(mail)).toBeDefined();
    }
  });

  it("meets the sweep at its very end: activated or expired, never half (B166)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    house.ports.clock.advance(20 * hour);
    await house.registrar.resend(ticket, ada);
    await house.registrar.deliver();
    house.ports.clock.advance(4 * hour - 1);
    const code = house.ports.mailer.code(mail);
    const [done] = await Promise.all([house.registrar.confirm(ticket, { code }, ada), house.registrar.purge()]);
    expect(done.ok).toBe((await house.ports.store.accountByKey(mail)) !== undefined);
  });

  it("once refused as expired stays so when the clock jumps back (T25, B179)", async () => {
    const house = openHouse();
    const ticket = await signUpByPhone(house, mobile);
    const code = house.ports.texter.code(mobile);
    house.ports.clock.advance(10 * minute);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual(["code_expired"]);
    house.ports.clock.advance(-5 * minute);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual(["code_expired"]);
  });

  it("that came too late stays so when the clock is set back in the middle of the call (T25)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const { clock } = house.ports;
    const late = clock.now() + 2 * day;
    const readings = [late];
    const jumping = { ...house.ports, clock: { ...clock, now: () => readings.pop() ?? clock.now() } };
    const other = openHouse({ ports: jumping });
    expect(codesOf(await other.registrar.confirm(ticket, { code }, ada))).toEqual(["code_expired"]);
    expect((await house.registrar.confirm(ticket, { code }, ada)).ok).toBe(false);
  });

  it("used once stays used when the clock jumps back a day (T25)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    await house.registrar.confirm(ticket, { code }, ada);
    house.ports.clock.advance(-day);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual(["wrong_step"]);
  });

  it("works after a restart: another process with the same keys and store takes it (B184)", async () => {
    const before = openHouse();
    const ticket = await signUp(before, mail);
    const code = before.ports.mailer.code(mail);
    const after = openHouse({ ports: before.ports });
    expect(await after.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });

  it("is refused alike for a free and for a taken address (B048, T1)", async () => {
    const house = openHouse();
    await openAccount(house, "taken@example.com");
    house.ports.clock.advance(minute);
    const answers = [];
    for (const address of ["thaum@example.com", "taken@example.com"]) {
      const ticket = await signUp(house, address, otherPassword);
      const { registration, ...answer } = await house.registrar.confirm(ticket, { code: "00000000" }, ada);
      answers.push(JSON.stringify({ registration, problems: problemsOf(answer) }));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it("leaves the registration pending where the store fails, and a retry succeeds (B245)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    let failing = true;
    const { store } = house.ports;
    const broken = openHouse({
      ports: {
        ...house.ports,
        store: {
          ...store,
          commit: async (change) => {
            if (failing) throw new Error(`insert into accounts values ('${mail}')`);
            return store.commit(change);
          },
        },
      },
    });
    await expect(broken.registrar.confirm(ticket, { code }, ada)).rejects.toMatchObject({ code: "ERR_STORE" });
    expect(await store.accountByKey(mail)).toBeUndefined();
    failing = false;
    house.ports.clock.advance(second);
    expect(await broken.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });
});
