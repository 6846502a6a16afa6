import { describe, expect, it } from "vitest";
import {
  caller,
  codesOf,
  day,
  type House,
  kindsTo,
  minute,
  mobile,
  openHouse,
  otherPassword,
  phoneForm,
  signUpByPhone,
} from "./house.js";

const british = (n: number): string => `+447400${pad(n % 100, 2)}${pad(Math.floor(n / 100), 4)}`;
const german = (n: number): string => `+49151${pad(n % 100, 4)}${pad(Math.floor(n / 100), 4)}`;
const pad = (n: number, digits: number): string => String(n).padStart(digits, "0");

/** Every call of `texter.send`, by when it came and where it went. */
interface Sent {
  readonly at: number;
  readonly to: string;
}

/** A house whose every text message is noted at the moment of sending. */
function counting(host: Parameters<typeof openHouse>[0]): { readonly house: House; readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  const house: House = openHouse({
    ...host,
    phone: {
      ...host?.phone,
      texter: {
        async send(sms) {
          sent.push({ at: house.ports.clock.now(), to: sms.to });
          await house.ports.texter.send(sms);
        },
      },
    },
  });
  return { house, sent };
}

/** Somebody with numbers without end, who enters every code and asks twice for those that have an account. */
async function pump(house: House, hours: number): Promise<void> {
  const { registrar, ports } = house;
  for (let n = 0; n < hours * 12; n += 1) {
    for (const phone of [british(n), german(n), british(Math.floor(n / 3))]) {
      const answer = await registrar.start(phoneForm(phone, otherPassword), caller(n));
      await registrar.deliver();
      if (answer.registration.step !== "pending") continue;
      const last = ports.texter.sent.findLast(({ to }) => to === phone);
      if (last?.kind !== "activation") continue;
      await registrar.confirm(answer.ticket, { code: ports.texter.code(phone) }, caller(n));
      await registrar.deliver();
    }
    ports.clock.advance(5 * minute);
  }
}

/** A code leaves up to ten minutes after it was paid for: what leaves in a day less ten minutes was paid for in one day. */
const mostInADay = (sent: readonly Sent[]): number =>
  Math.max(...sent.map(({ at }) => sent.filter((to) => to.at >= at && to.at < at + day - 10 * minute).length));

describe("a day of text messages", () => {
  it("holds no more than smsPerDay, notices of activation and to owners among them, whoever enters the codes (T15)", async () => {
    const { house, sent } = counting({ phone: { smsPerDay: 40 } });
    await pump(house, 36);
    expect(new Set(house.ports.texter.sent.map(({ kind }) => kind))).toEqual(
      new Set(["activation", "activated", "already_registered"]),
    );
    expect(mostInADay(sent)).toBe(40);
  });

  it("holds no more than smsPerCountryPerDay for each country", async () => {
    const { house, sent } = counting({ rules: { smsPerCountryPerDay: 15 } });
    await pump(house, 36);
    expect(mostInADay(sent.filter(({ to }) => to.startsWith("+44")))).toBe(15);
    expect(mostInADay(sent.filter(({ to }) => to.startsWith("+49")))).toBe(15);
    expect(mostInADay(sent)).toBe(30);
  });

  it("holds twenty an hour at most for one range, of five hundred sequential numbers that all enter their code (T15)", async () => {
    const { house, sent } = counting({});
    for (let n = 0; n < 500; n += 1) {
      const phone = `+4474001${pad(23_000 + n, 5)}`;
      const { ticket, registration } = await house.registrar.start(phoneForm(phone), caller(n));
      if (registration.step !== "pending") continue;
      await house.registrar.deliver();
      await house.registrar.confirm(ticket, { code: house.ports.texter.code(phone) }, caller(n));
      await house.registrar.deliver();
    }
    expect(sent).toHaveLength(20);
  });

  it("gives codes the room that is left: a notice without room is told as failed, and its account is there", async () => {
    const { house, sent } = counting({ phone: { smsPerDay: 1 } });
    const ticket = await signUpByPhone(house, mobile);
    const done = await house.registrar.confirm(ticket, { code: house.ports.texter.code(mobile) }, caller(1));
    expect(codesOf(done)).toEqual([]);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 0, failed: 1 });
    expect(sent).toHaveLength(1);
    expect(house.signals.filter(({ type }) => type === "limited")).toMatchObject([{ by: "day", masked: "+44***61" }]);
    await house.registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual([
      "registration.pending",
      "account.activated",
      "message.failed",
    ]);
  });

  it("pays once for a notice, however often it is tried", async () => {
    const { house } = counting({ phone: { smsPerDay: 3 } });
    const ticket = await signUpByPhone(house, mobile);
    await house.registrar.confirm(ticket, { code: house.ports.texter.code(mobile) }, caller(1));
    for (let tries = 0; tries < 3; tries += 1) {
      house.ports.texter.failNext();
      await house.registrar.deliver();
      house.ports.clock.advance(minute);
    }
    await house.registrar.deliver();
    expect(kindsTo(house, mobile)).toEqual(["activation", "activated"]);
    // The third of the day is left, and no fourth.
    expect(codesOf(await house.registrar.start(phoneForm(british(1)), caller(2)))).toEqual([]);
    expect(codesOf(await house.registrar.start(phoneForm(british(2)), caller(3)))).toEqual(["too_many_messages"]);
  });

  it("costs nothing for the notice of a mailbox", async () => {
    const { house, sent } = counting({ phone: { smsPerDay: 1 } });
    const { ticket } = await house.registrar.start(
      { email: "ada@example.com", password: otherPassword, confirmation: otherPassword, captcha: "pass" },
      caller(1),
    );
    await house.registrar.deliver();
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code("ada@example.com") }, caller(1));
    await house.registrar.deliver();
    expect(kindsTo(house, "ada@example.com")).toEqual(["activation", "activated"]);
    expect(codesOf(await house.registrar.start(phoneForm(mobile), caller(2)))).toEqual([]);
    expect(sent).toHaveLength(0);
  });
});

describe("nothing is sent and nothing is paid for", () => {
  /** The house's own budgets of text messages are those of one message: whoever spends it is seen at once. */
  async function expectUnspent(house: House): Promise<void> {
    await house.registrar.deliver();
    expect(house.ports.texter.sent).toHaveLength(0);
    expect(codesOf(await house.registrar.start(phoneForm(mobile), caller(99)))).toEqual([]);
  }

  it.each([
    ["+19005550123", "premium_rate"],
    ["+449098790123", "premium_rate"],
    ["+448431234567", "premium_rate"],
    ["+4918012345678", "shared_cost"],
    ["+88216123456", "non_geographic"],
    ["+883510012345678", "non_geographic"],
    ["+442079460461", "fixed_line"],
  ])("to %s, of type %s, whatever types the host allows", async (phone, type) => {
    const types = ["mobile", "mobile_or_landline", "voip"] as const;
    const house = openHouse({ phone: { countries: ["GB", "DE", "US"], types, smsPerDay: 1 } });
    const answer = await house.registrar.start(phoneForm(phone), caller(1));
    expect(answer).toMatchObject({ problems: [{ code: "phone_type_not_allowed", facts: { type } }] });
    await expectUnspent(house);
  });

  it("to a country that is not listed", async () => {
    const house = openHouse({ phone: { countries: ["GB"], smsPerDay: 1 } });
    expect(codesOf(await house.registrar.start(phoneForm("+4915123456789"), caller(1)))).toEqual([
      "phone_country_not_allowed",
    ]);
    await expectUnspent(house);
  });

  it("before the host's screen has seen the number, nor where it refuses", async () => {
    const seen: string[] = [];
    const house = openHouse({
      phone: { smsPerDay: 1 },
      screen: async ({ identifier }) => {
        seen.push(`${identifier.address} ${house.ports.texter.sent.length}`);
        return identifier.address === british(7) ? { refuse: "risky" } : "pass";
      },
    });
    expect(codesOf(await house.registrar.start(phoneForm(british(7)), caller(1)))).toEqual(["refused"]);
    await expectUnspent(house);
    expect(seen).toEqual([`${british(7)} 0`, `${mobile} 0`]);
  });
});
