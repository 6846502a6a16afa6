import { beforeAll, describe, expect, it } from "vitest";
import { memoryLimiter } from "../../src/limiter/memory.js";
import { postgresLimiter } from "../../src/limiter/postgres.js";
import { redisLimiter } from "../../src/limiter/redis.js";
import type { Caller, Clock, Limit, Limiter } from "../../src/ports.js";
import { migrate } from "../../src/store/postgres.js";
import { testPorts } from "../../src/testing/index.js";
import type { Identifier } from "../../src/values/identifier.js";
import {
  ada,
  caller,
  codesOf,
  day,
  form,
  type House,
  hour,
  minute,
  mobile,
  openHouse,
  otherMobile,
  otherPassword,
  password,
  phoneForm,
  problemsOf,
  signUp,
  signUpByPhone,
  wrong,
} from "../unit/registrar/house.js";
import { describePostgres, describeRedis } from "./servers.js";

const mail = "ada@example.com";
const adas: Identifier = { channel: "email", address: mail, key: mail };

/** A limiter over empty counters, and every key that lies in its storage. */
interface Counters {
  readonly limiter: Limiter;
  keys(): Promise<readonly string[]>;
}

type Host = Omit<NonNullable<Parameters<typeof openHouse>[0]>, "ports" | "limiter">;

/** What holds of every budget, through the registrar, whichever limiter counts. Inside a `describe`. */
function itKeepsEveryBudget(counters: (clock: Clock) => Promise<Counters>): void {
  async function open(host: Host = {}): Promise<House & Pick<Counters, "keys">> {
    const ports = testPorts();
    const { limiter, keys } = await counters(ports.clock);
    return { ...openHouse({ ...host, ports, limiter }), keys };
  }

  const start = async ({ registrar }: House, fields: ReturnType<typeof form | typeof phoneForm>, from: Caller) =>
    codesOf(await registrar.start(fields, from)).join();

  it("of an address: a flood of a hundred at once sends it three messages, of a day five", async () => {
    const house = await open();
    await Promise.all(Array.from({ length: 100 }, (_, n) => house.registrar.start(form(mail), caller(n))));
    for (let n = 0; n < 30; n += 1) {
      house.ports.clock.advance(30 * minute);
      await house.registrar.start(form(mail), caller(200 + n));
      await house.registrar.deliver();
    }
    expect(house.ports.mailer.sent).toHaveLength(5);
  });

  it("of an address: none is touched by fifty sign-ups without a captcha", async () => {
    const house = await open();
    for (let n = 0; n < 50; n += 1) {
      expect(await start(house, { ...form(mail), captcha: "wrong" }, caller(n))).toBe("captcha_failed");
    }
    expect((await house.keys()).filter((key) => !key.includes("calls:"))).toEqual([]);
  });

  it("of an address: says alike of a free and a taken one when to come again, in whole hours", async () => {
    const said = [];
    for (const taken of [false, true]) {
      const house = await open();
      if (taken) {
        const ticket = await signUp(house, mail);
        await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
      }
      house.ports.clock.advance(2 * day);
      const answers = [];
      for (let n = 0; n < 4; n += 1) {
        answers.push(problemsOf(await house.registrar.start(form(mail, otherPassword), caller(n))));
        house.ports.clock.advance(5 * minute);
      }
      said.push(answers);
    }
    expect(said[1]).toEqual(said[0]);
    expect(said[0]).toEqual([[], [], [], [{ code: "too_many_messages", facts: { retryAfterSeconds: 3_600 } }]]);
  });

  it("of guesses: fifteen of twenty guessed at by four callers through four sign-ups are looked at, then codes are long", async () => {
    const house = await open();
    const { registrar, ports } = house;
    const lengths = [];
    for (let n = 0; n < 4; n += 1) {
      const ticket = await signUpByPhone(house, mobile, password, caller(n));
      const code = ports.texter.code(mobile);
      lengths.push(code.length);
      for (let guess = 0; guess < 5; guess += 1) {
        await registrar.confirm(ticket, { code: wrong(code) }, caller(50 + 5 * n + guess));
      }
      ports.clock.advance(hour);
    }
    expect(lengths).toEqual([6, 6, 6, 10]);
    ports.clock.advance(hour);
    const ticket = await signUpByPhone(house, mobile, password, ada);
    expect(codesOf(await registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada))).toEqual([]);
  });

  it("of a code: of thirty guesses at once five are compared, and the right one after them opens nothing", async () => {
    const house = await open();
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => house.registrar.confirm(ticket, { code: wrong(code) }, caller(n))),
    );
    expect(answers.map((answer) => codesOf(answer)[0]).filter((said) => said === "code_wrong").length).toBeLessThan(6);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual(["code_locked"]);
  });

  it("of a range of numbers: twenty messages an hour", async () => {
    const house = await open();
    const said = [];
    for (let n = 0; n < 30; n += 1) said.push(await start(house, phoneForm(`+4474001234${60 + n}`), caller(n)));
    expect(said.filter((codes) => codes === "")).toHaveLength(20);
    house.ports.clock.advance(hour);
    expect(await start(house, phoneForm(mobile), ada)).toBe("");
  });

  it("of a country and of a day", async () => {
    const house = await open({ rules: { smsPerCountryPerDay: 2 }, phone: { smsPerDay: 3 } });
    const numbers = ["+447400123461", "+447411123461", "+447422123461", "+4915123456789", "+4915123556789"];
    const said = [];
    for (const number of numbers) said.push(await start(house, phoneForm(number), ada));
    expect(said).toEqual(["", "", "too_many_messages", "", "too_many_messages"]);
    const by = house.signals.flatMap((signal) => (signal.type === "limited" ? [signal.by] : []));
    expect(by).toEqual(["country", "day"]);
    house.ports.clock.advance(day);
    expect(await start(house, phoneForm(otherMobile), ada)).toBe("");
  });

  it("of the breaker: fifty messages that nobody answers, and more for a fifth that do", async () => {
    const house = await open({ rules: { breaker: true } });
    const { registrar, ports } = house;
    const number = (n: number) => `+447400${String(n % 100).padStart(2, "0")}0000`;
    const tickets = [];
    for (let n = 0; n < 50; n += 1) tickets.push((await registrar.start(phoneForm(number(n)), caller(n))).ticket);
    while ((await registrar.deliver()).sent > 0);
    expect(await start(house, phoneForm(number(50)), ada)).toBe("channel_not_offered,too_many_messages");
    for (const n of tickets.slice(0, 11).keys()) {
      await registrar.confirm(tickets[n], { code: ports.texter.code(number(n)) }, caller(n));
    }
    const said = [];
    for (let n = 50; n < 60; n += 1) said.push(await start(house, phoneForm(number(n)), caller(n)));
    expect(said.filter((codes) => codes === "")).toHaveLength(6);
    ports.clock.advance(hour);
    expect(await start(house, phoneForm(number(60)), ada)).toBe("");
  });

  it.each<[string, (n: number) => Caller]>([
    ["an IPv4 address, mapped into IPv6 or not", (n) => ({ ip: ["192.0.2.9", "::ffff:192.0.2.9"][n % 2] })],
    ["a /64 of IPv6", (n) => ({ ip: `2001:db8:1:2::${n.toString(16)}` })],
    ["all callers whose address nobody knows", (n) => ({ ip: [undefined, "", "nonsense"][n % 3] })],
  ])("of a caller: twenty pending registrations an hour for %s", async (_, from) => {
    const house = await open();
    for (let n = 0; n < 20; n += 1) expect(await start(house, form(`${n}@example.com`), from(n))).toBe("");
    const refused = await house.registrar.start(form(mail), from(21));
    expect(problemsOf(refused)).toEqual([{ code: "too_many_attempts", facts: { retryAfterSeconds: 3_600 } }]);
    expect(await start(house, form(mail), { ip: "2001:db8:1:3::1" })).toBe("");
    house.ports.clock.advance(hour);
    expect(await start(house, form("eve@example.com"), from(22))).toBe("");
  });

  it("of signing in: ten failures in 15 minutes for an identifier, known or not, and thirty for a caller", async () => {
    const house = await open();
    const ticket = await signUp(house, mail);
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    const trying = async (identifier: string, from: Caller) =>
      problemsOf(await house.registrar.signIn({ identifier, password: otherPassword }, from));
    for (const identifier of [mail, "nobody@example.com"]) {
      for (let n = 0; n < 10; n += 1) expect(await trying(identifier, caller(n))).toMatchObject([{}]);
      const refused = [{ code: "too_many_attempts", facts: { retryAfterSeconds: 900 } }];
      expect(await trying(identifier, caller(20))).toEqual(refused);
    }
    for (let n = 0; n < 30; n += 1) await trying(`${n}@example.com`, caller(30));
    expect(await trying("next@example.com", caller(30))).toMatchObject([{ code: "too_many_attempts" }]);
    house.ports.clock.advance(15 * minute);
    expect(await house.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
  });

  it("come back by clearLimits: messages, guesses and tries to sign in of one address, and of no other", async () => {
    const house = await open();
    const { registrar } = house;
    for (const address of [mail, "eve@example.com"]) {
      for (let n = 0; n < 3; n += 1) await registrar.start(form(address), caller(n));
      for (let n = 0; n < 10; n += 1) {
        await registrar.signIn({ identifier: address, password: otherPassword }, caller(n));
      }
    }
    await registrar.clearLimits(adas);
    expect(await start(house, form(mail), caller(9))).toBe("");
    expect(await start(house, form("eve@example.com"), caller(9))).toBe("too_many_messages");
    const fields = { password: otherPassword };
    const [hers, eves] = [
      await registrar.signIn({ ...fields, identifier: mail }, ada),
      await registrar.signIn({ ...fields, identifier: "eve@example.com" }, ada),
    ];
    expect([codesOf(hers), codesOf(eves)]).toEqual([["credentials_wrong"], ["too_many_attempts"]]);
  });

  it("lie under pseudonyms: no address, number, range or caller stands in the storage", async () => {
    const house = await open({ rules: { breaker: true } });
    const { registrar, ports } = house;
    const seen: Caller = { ip: "203.0.113.77" };
    for (const from of [seen, { ip: "2001:db8:77:1::5" }]) {
      const byMail = await signUp(house, mail, password, from);
      await registrar.confirm(byMail, { code: wrong(ports.mailer.code(mail)) }, from);
      await registrar.start({ ...form(mail), captcha: "wrong" }, from);
      await registrar.signIn({ identifier: mail, password: otherPassword }, from);
    }
    const byPhone = await signUpByPhone(house, mobile, password, seen);
    await registrar.confirm(byPhone, { code: ports.texter.code(mobile) }, seen);
    const keys = await house.keys();
    const kinds = new Set(keys.map((key) => key.slice(0, key.lastIndexOf(":"))));
    expect(kinds.size).toBeGreaterThan(12);
    const personal = [mail, "example", mobile, mobile.slice(1, -4), "203.0.113", "2001:db8", "2001:0db8"];
    for (const clear of personal) {
      const bytes = Buffer.from(clear);
      for (const spelled of [clear, bytes.toString("hex"), bytes.toString("base64url").slice(0, -1)]) {
        expect(keys.filter((key) => key.toLowerCase().includes(spelled.toLowerCase()))).toEqual([]);
      }
    }
    // What names a country or the day names nobody.
    expect(keys.filter((key) => /:(GB|sends-sms)$/.test(key)).map((key) => key.split(":").at(-2))).toEqual(
      expect.arrayContaining(["sends-country", "breaker-sent", "breaker-confirmed"]),
    );
  });
}

describe("the budgets, counted in memory,", () => {
  itKeepsEveryBudget(async (clock) => {
    const limiter = memoryLimiter({ clock });
    const known = new Set<string>();
    const hit = async (limits: readonly Limit[]) => {
      const answer = await limiter.hit(limits);
      if (answer.allowed) for (const { key, cost } of limits) if (cost !== 0) known.add(key);
      return answer;
    };
    return { limiter: { ...limiter, hit }, keys: async () => [...known] };
  });
});

describeRedis("the budgets, counted in Redis,", (redis) => {
  itKeepsEveryBudget(async (clock) => {
    const { client, prefix } = redis();
    const mine = prefix();
    const keys = async () => (await client.keys(`${mine}*`)).map((key) => key.slice(mine.length));
    return { limiter: redisLimiter(client, { clock, prefix: mine }), keys };
  });
});

describePostgres("the budgets, counted in PostgreSQL,", (database) => {
  beforeAll(() => migrate(database().pool));

  itKeepsEveryBudget(async (clock) => {
    await database().empty();
    const { pool } = database();
    const keys = async () => {
      const { rows } = await pool.query<{ counter_key: string }>("select counter_key from porchlight_counter");
      return rows.map((row) => row.counter_key);
    };
    return { limiter: postgresLimiter(pool, { clock }), keys };
  });
});
