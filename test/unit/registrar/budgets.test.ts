import { describe, expect, it } from "vitest";
import { memoryLimiter } from "../../../src/limiter/memory.js";
import { callerName } from "../../../src/registrar/caller-name.js";
import {
  ada,
  caller,
  codesOf,
  day,
  form,
  hour,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  password,
  phoneForm,
  problemsOf,
  signUp,
  signUpByPhone,
  wrong,
} from "./house.js";

const mail = "ada@example.com";

describe("messages to one address", () => {
  it("are three an hour over all registrations, and the wait is told in whole hours", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    for (let n = 0; n < 3; n += 1) {
      expect(codesOf(await registrar.start(form(mail), caller(n)))).toEqual([]);
      ports.clock.advance(7 * minute);
    }
    const refused = await registrar.start(form(mail), caller(9));
    expect(problemsOf(refused)).toEqual([{ code: "too_many_messages", facts: { retryAfterSeconds: 3_600 } }]);
    expect(refused.registration).toMatchObject({ identifier: { display: mail } });
    ports.clock.advance(hour);
    expect(codesOf(await registrar.submit(refused.ticket, { email: "" }, caller(9)))).toEqual(["ticket_expired"]);
    expect(codesOf(await registrar.start(form(mail), caller(9)))).toEqual([]);
  });

  it("are five in 24 hours, told in whole hours", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    for (let n = 0; n < 5; n += 1) {
      expect(codesOf(await registrar.start(form(mail), caller(n)))).toEqual([]);
      ports.clock.advance(hour + minute);
    }
    const refused = await registrar.start(form(mail), caller(9));
    const left = day - 5 * (hour + minute);
    expect(problemsOf(refused)).toEqual([
      { code: "too_many_messages", facts: { retryAfterSeconds: Math.ceil(left / hour) * 3_600 } },
    ]);
    ports.clock.advance(left);
    expect(codesOf(await registrar.start(form(mail), caller(9)))).toEqual([]);
  });

  it("count resends and changes to it, whoever asks", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start(form(mail), ada);
    ports.clock.advance(minute);
    await registrar.resend(ticket, ada);
    const other = await registrar.start(form("eve@example.com"), caller(1));
    expect(codesOf(await registrar.change(other.ticket, { email: mail.toUpperCase() }, caller(1)))).toEqual([]);
    ports.clock.advance(minute);
    expect(codesOf(await registrar.resend(ticket, ada))).toEqual(["too_many_messages"]);
    expect(codesOf(await registrar.start(form("ADA@example.com"), caller(2)))).toEqual(["too_many_messages"]);
  });

  it("are the same for a free and a taken address (T3, B046)", async () => {
    const histories = [];
    for (const taken of [false, true]) {
      const house = openHouse();
      if (taken) await openAccount(house, mail);
      house.ports.clock.advance(2 * day);
      const answers = [];
      for (let n = 0; n < 5; n += 1) {
        const { ticket, ...answer } = await house.registrar.start(form(mail, otherPassword), caller(n));
        answers.push({ ...answer, length: ticket.length });
        house.ports.clock.advance(minute);
        await house.registrar.deliver();
      }
      histories.push({
        answers: JSON.stringify(answers),
        sent: house.ports.mailer.sent.filter(({ to }) => to === mail).length,
      });
    }
    expect(histories[1]?.answers).toBe(histories[0]?.answers);
    // Beside the two of its own sign-up.
    expect(histories[1]?.sent).toBe((histories[0]?.sent ?? 0) + 2);
  });

  it("cost the address nothing where the same request is repeated", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start({}, ada);
    for (let n = 0; n < 4; n += 1) await registrar.submit(ticket, form(mail), ada);
    const pending = (await registrar.submit(ticket, form(mail), ada)).ticket;
    ports.clock.advance(minute);
    await Promise.all([registrar.resend(pending, ada), registrar.resend(pending, ada)]);
    await registrar.deliver();
    // Two were paid for; the third of the hour is left.
    expect(codesOf(await registrar.start(form(mail), caller(1)))).toEqual([]);
    expect(codesOf(await registrar.start(form(mail), caller(2)))).toEqual(["too_many_messages"]);
  });

  it("come back by the support desk's hand (T14b)", async () => {
    const house = openHouse();
    const { registrar } = house;
    for (let n = 0; n < 3; n += 1) await registrar.start(form(mail), caller(n));
    expect(codesOf(await registrar.start(form(mail), caller(4)))).toEqual(["too_many_messages"]);
    await registrar.clearLimits({ channel: "email", address: mail, key: mail });
    expect(codesOf(await registrar.start(form(mail), caller(4)))).toEqual([]);
  });

  it("are not counted before a captcha is passed", async () => {
    const house = openHouse();
    const { registrar } = house;
    for (let n = 0; n < 20; n += 1) await registrar.start({ ...form(mail), captcha: "wrong" }, caller(n));
    for (let n = 0; n < 3; n += 1) expect(codesOf(await registrar.start(form(mail), caller(50 + n)))).toEqual([]);
  });
});

describe("guesses", () => {
  /** Guesses wrong through as many registrations as it takes; gives how many were compared. */
  async function guessAt(house: ReturnType<typeof openHouse>, rounds: number): Promise<number> {
    let compared = 0;
    for (let n = 0; n < rounds; n += 1) {
      const answer = await house.registrar.start(phoneForm(mobile), caller(n));
      if (answer.registration.step !== "pending") break;
      await house.registrar.deliver();
      const { code = "" } = Object.fromEntries(Object.entries(house.ports.texter.last(mobile)));
      for (let guess = 0; guess < 6; guess += 1) {
        const refused = await house.registrar.confirm(answer.ticket, { code: wrong(String(code)) }, caller(n));
        if (String(code).length === 6 && guess < 5) compared += 1;
        expect(refused.ok).toBe(false);
      }
      house.ports.clock.advance(61 * minute);
    }
    return compared;
  }

  it("at short codes of one address are fifteen in 24 hours; after them codes have ten digits and work (T9)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    expect(await guessAt(house, 3)).toBe(15);
    const ticket = await signUpByPhone(house, mobile, password, ada);
    expect(ports.texter.code(mobile)).toMatch(/^\d{10}$/);
    expect(await registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada)).toMatchObject({ ok: true });
  });

  it("past the fifteenth refuse even a right short code that was sent before, until a long one is asked for (T9)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const patient = await signUp(house, mail);
    const short = ports.mailer.code(mail);
    for (let n = 0; n < 3; n += 1) {
      ports.clock.advance(hour);
      const attack = await signUp(house, mail, otherPassword, caller(n));
      const sent = ports.mailer.code(mail);
      for (let guess = 0; guess < 5; guess += 1) await registrar.confirm(attack, { code: wrong(sent) }, caller(n));
    }
    expect(codesOf(await registrar.confirm(patient, { code: short }, ada))).toEqual(["code_locked"]);
    expect(house.signals.some((signal) => signal.type === "limited" && signal.by === "address")).toBe(true);
    ports.clock.advance(minute);
    expect(codesOf(await registrar.resend(patient, ada))).toEqual([]);
    await registrar.deliver();
    const long = ports.mailer.code(mail);
    expect(long).toMatch(/^\d{10}$/);
    expect(await registrar.confirm(patient, { code: long }, ada)).toMatchObject({ ok: true });
  });

  it("at short codes of one address are thirty in 30 days (T9)", async () => {
    const house = openHouse();
    expect(await guessAt(house, 3)).toBe(15);
    house.ports.clock.advance(day);
    expect(await guessAt(house, 3)).toBe(15);
    for (let n = 0; n < 5; n += 1) {
      house.ports.clock.advance(5 * day);
      expect(await guessAt(house, 1)).toBe(0);
    }
    house.ports.clock.advance(5 * day);
    expect(await guessAt(house, 1)).toBe(5);
  });

  it("refuse no link with its proof, even where all are spent", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start(form(mail), ada);
    await registrar.deliver();
    const code = ports.mailer.code(mail);
    for (let n = 0; n < 6; n += 1) await registrar.confirm(ticket, { code: wrong(code) }, ada);
    const link = new URL(ports.mailer.link(mail)).hash.slice(3);
    expect(await registrar.activate(link, { ticket }, ada)).toMatchObject({ ok: true });
  });
});

describe("callers", () => {
  it("make sixty calls an hour before the captcha; the provider is not asked past them (B150)", async () => {
    let asked = 0;
    const { ports } = openHouse();
    const { registrar, signals } = openHouse({
      ports,
      captcha: {
        check: async () => {
          asked += 1;
          return { passed: false };
        },
      },
    });
    for (let n = 0; n < 60; n += 1) {
      expect(codesOf(await registrar.start({ ...form(`${n}@example.com`) }, ada))).toEqual(["captcha_failed"]);
    }
    expect(problemsOf(await registrar.start(form(mail), ada))).toEqual([
      { code: "too_many_attempts", facts: { retryAfterSeconds: 3_600 } },
    ]);
    expect(asked).toBe(60);
    expect(signals.filter(({ type }) => type === "limited")).toMatchObject([{ by: "caller" }]);
    expect(codesOf(await registrar.start(form(mail), caller(1)))).toEqual(["captcha_failed"]);
  });

  it("make twenty pending registrations an hour", async () => {
    const { registrar, ports } = openHouse();
    for (let n = 0; n < 20; n += 1) expect(codesOf(await registrar.start(form(`${n}@example.com`), ada))).toEqual([]);
    expect(codesOf(await registrar.start(form(mail), ada))).toEqual(["too_many_attempts"]);
    ports.clock.advance(hour);
    expect(codesOf(await registrar.start(form(mail), ada))).toEqual([]);
  });

  it("buy thirty hashes an hour, and five for one registration", async () => {
    let hashes = 0;
    const { ports } = openHouse();
    const { hasher } = ports;
    const { registrar } = openHouse({
      ports,
      hasher: {
        ...hasher,
        hash: async (typed) => {
          hashes += 1;
          return hasher.hash(typed);
        },
      },
    });
    let { ticket } = await registrar.start({}, ada);
    const seen = [];
    for (let n = 0; n < 6; n += 1) {
      const answer = await registrar.submit(ticket, { password, confirmation: password }, ada);
      ticket = answer.ticket;
      seen.push(...codesOf(answer));
    }
    expect([hashes, seen]).toEqual([5, ["too_many_attempts"]]);
    for (let n = 0; n < 30; n += 1) {
      await registrar.start({ email: `${n}@example.com`, password, confirmation: password }, ada);
    }
    expect(hashes).toBe(30);
  });

  it("without a readable address share one name, and are limited together (B107)", async () => {
    const { registrar } = openHouse();
    for (let n = 0; n < 20; n += 1) {
      await registrar.start(form(`${n}@example.com`), { ip: [undefined, "", "nonsense", "999:zz"][n % 4] });
    }
    expect(codesOf(await registrar.start(form(mail), { ip: undefined }))).toEqual(["too_many_attempts"]);
  });

  it.each([
    ["one /64 of IPv6", "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["an IPv4 inside IPv6", "::ffff:192.0.2.1", "192.0.2.1"],
    ["its hexadecimal spelling", "::ffff:c000:201", "192.0.2.1"],
    ["a zone", "fe80::1%eth0", "fe80::2"],
    ["brackets and spaces", " [2001:DB8::1] ", "2001:db8::9"],
  ])("of %s are one (B108)", (_, one, other) => {
    expect(callerName(one)).toBe(callerName(other));
    expect(callerName(one)).not.toBe("unknown");
  });

  it("of two networks are two", () => {
    const names = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1"].map(callerName);
    expect(new Set(names).size).toBe(4);
  });

  it("are known to the limiter by pseudonym only: no address, number or IP stands in a key", async () => {
    const keys: string[] = [];
    const { ports } = openHouse();
    const { limiter } = ports;
    const { registrar } = openHouse({
      ports,
      limiter: {
        ...limiter,
        hit: async (limits) => {
          keys.push(...limits.map(({ key }) => key));
          return limiter.hit(limits);
        },
      },
    });
    await registrar.start(form(mail), ada);
    await registrar.start(phoneForm(mobile), ada);
    await registrar.signIn({ identifier: mail, password }, ada);
    await registrar.deliver();
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.join(" ")).not.toMatch(/ada|example|7400|192\.0\.2/);
  });

  it("that are new wait where a limiter in memory is full, for it forgets none", async () => {
    const { ports } = openHouse();
    const limiter = memoryLimiter({ clock: ports.clock, maxKeys: 20 });
    const { registrar } = openHouse({ ports, limiter });
    const said = [];
    for (let n = 0; n < 30; n += 1)
      said.push(codesOf(await registrar.start(form(`${n}@example.com`), caller(n))).join());
    expect(said[0]).toBe("");
    expect(said.at(-1)).toMatch(/^too_many_(attempts|messages)$/);
    expect(problemsOf(await registrar.start(form(mail), caller(99)))).toMatchObject([
      { facts: { retryAfterSeconds: expect.any(Number) } },
    ]);
    ports.clock.advance(day);
    expect(codesOf(await registrar.start(form(mail), caller(99)))).toEqual([]);
  });

  it("are kept out where the limiter is down", async () => {
    const { ports } = openHouse();
    const down = async () => {
      throw new Error("connection refused");
    };
    const { registrar } = openHouse({ ports, limiter: { ...ports.limiter, hit: down } });
    await expect(registrar.start(form(mail), ada)).rejects.toMatchObject({ code: "ERR_LIMITER" });
    await expect(registrar.signIn({ identifier: mail, password }, ada)).rejects.toMatchObject({ code: "ERR_LIMITER" });
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(0);
  });
});
