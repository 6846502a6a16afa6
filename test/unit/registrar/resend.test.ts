import { describe, expect, it } from "vitest";
import {
  ada,
  codesOf,
  form,
  hour,
  kindsTo,
  minute,
  mobile,
  openAccount,
  openHouse,
  problemsOf,
  second,
  signUp,
  signUpByPhone,
  tokenTo,
  wrong,
} from "./house.js";

describe("a resend", () => {
  it("keeps the old code good while a resend is refused (B086)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "ada@example.com");
    ports.clock.advance(59 * second + 1);
    const early = await registrar.resend(ticket, ada);
    expect(problemsOf(early)).toEqual([{ code: "resend_too_early", facts: { retryAfterSeconds: 1 } }]);
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
    expect(await registrar.confirm(ticket, { code: ports.mailer.code("ada@example.com") }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("is allowed in the very millisecond that the page was told", async () => {
    const house = openHouse();
    const ticket = await signUp(house, "ada@example.com");
    const { registration } = await house.registrar.status(ticket, ada);
    if (registration.step !== "pending") throw new Error("not pending");
    house.ports.clock.set(registration.message.resendAt - 1);
    expect(codesOf(await house.registrar.resend(ticket, ada))).toEqual(["resend_too_early"]);
    house.ports.clock.set(registration.message.resendAt);
    expect(await house.registrar.resend(ticket, ada)).toMatchObject({
      ok: true,
      registration: { message: { resendsLeft: 3 } },
    });
  });

  it("sends the same code with its unchanged end in the first half of its life (B090)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const first = ports.texter.last(mobile);
    ports.clock.advance(5 * minute - 1);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    const second = ports.texter.last(mobile);
    expect(ports.texter.sent).toHaveLength(2);
    expect(second).not.toBe(first);
    expect(second.kind === "activation" && first.kind === "activation" && second.code === first.code).toBe(true);
    expect(second.kind === "activation" && first.kind === "activation" && second.expiresAt === first.expiresAt).toBe(
      true,
    );
  });

  it("sends a new code in the second half, and only the newest works (B089, B090)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const first = ports.texter.code(mobile);
    ports.clock.advance(5 * minute);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    const newest = ports.texter.code(mobile);
    expect(newest).not.toBe(first);
    expect(codesOf(await registrar.confirm(ticket, { code: first }, ada))).toEqual(["code_wrong"]);
    expect(await registrar.confirm(ticket, { code: newest }, ada)).toMatchObject({ ok: true });
  });

  it("makes a new code at once where the guesses of the old one are spent, with five of its own (B090, B092)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUpByPhone(house, mobile);
    const first = ports.texter.code(mobile);
    for (let n = 0; n < 5; n += 1) await registrar.confirm(ticket, { code: wrong(first) }, ada);
    ports.clock.advance(minute);
    expect(await registrar.resend(ticket, ada)).toMatchObject({ registration: { message: { attemptsLeft: 5 } } });
    await registrar.deliver();
    expect(ports.texter.code(mobile)).not.toBe(first);
    expect(await registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada)).toMatchObject({ ok: true });
  });

  it("makes a new code and a new link where the old ones expired, at the same address (B090, B173)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "ada@example.com");
    const old = tokenTo(house, "ada@example.com");
    ports.clock.advance(8 * hour);
    expect(await registrar.activate(old, { ticket }, ada)).toMatchObject({ ok: false, link: { state: "expired" } });
    expect(await registrar.status(ticket, ada)).toMatchObject({
      registration: { step: "pending", identifier: { masked: "a***@example.com" } },
    });
    expect(await registrar.resend(ticket, ada)).toMatchObject({ ok: true });
    await registrar.deliver();
    expect(await registrar.activate(tokenTo(house, "ada@example.com"), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("is refused after five messages of one registration, and the last code stays good (B091)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "ada@example.com");
    for (let sends = 2; sends <= 5; sends += 1) {
      ports.clock.advance(hour);
      expect(codesOf(await registrar.resend(ticket, ada))).toEqual([]);
      await registrar.deliver();
    }
    ports.clock.advance(hour);
    const refused = await registrar.resend(ticket, ada);
    expect(codesOf(refused)).toEqual(["too_many_messages"]);
    expect(refused.registration).toMatchObject({ message: { resendsLeft: 0 } });
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(5);
    expect(await registrar.confirm(ticket, { code: ports.mailer.code("ada@example.com") }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("is allowed at once where the last message failed (B095)", async () => {
    const { PorchlightError } = await import("../../../src/errors.js");
    const house = openHouse();
    const { registrar, ports } = house;
    ports.mailer.failNext(new PorchlightError("ERR_UNDELIVERABLE"));
    const { ticket } = await registrar.start(form("ada@example.com"), ada);
    await registrar.deliver();
    const { registration } = await registrar.status(ticket, ada);
    expect(registration).toMatchObject({ message: { delivery: "failed", resendAt: ports.clock.now() } });
    expect(await registrar.resend(ticket, ada)).toMatchObject({ ok: true });
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
  });

  it("sends nothing where the code won at the same instant (B168)", async () => {
    for (const order of [0, 1]) {
      const house = openHouse();
      const { registrar, ports } = house;
      const ticket = await signUp(house, "ada@example.com");
      ports.clock.advance(minute);
      const code = ports.mailer.code("ada@example.com");
      const both = [() => registrar.confirm(ticket, { code }, ada), () => registrar.resend(ticket, ada)];
      const [first, other] = order === 0 ? both : both.reverse();
      await Promise.all([first?.(), other?.()]);
      await registrar.deliver();
      expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { step: "activated" } });
      expect(kindsTo(house, "ada@example.com")).toEqual(["activation", "activated"]);
    }
  });

  it("answers for a taken address as for a free one, while its owner gets the notice (B046, B030)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    await openAccount(house, "ada@example.com");
    const free = await registrar.start(form("bob@example.com"), ada);
    const taken = await registrar.start(form("ada@example.com"), ada);
    ports.clock.advance(minute);
    await registrar.deliver();
    const again = [await registrar.resend(free.ticket, ada), await registrar.resend(taken.ticket, ada)];
    const plain = again.map((answer) => JSON.stringify({ ...answer, ticket: answer.ticket.length }));
    expect(plain[1]?.replace("a***", "b***")).toBe(plain[0]);
    ports.clock.advance(minute);
    await registrar.deliver();
    expect(kindsTo(house, "ada@example.com")).toEqual([
      "activation",
      "activated",
      "already_registered",
      "already_registered",
    ]);
  });

  it("lasts at most its own wait after a clock that jumped back (B179, T25)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "ada@example.com");
    ports.clock.advance(-hour);
    const first = await registrar.resend(ticket, ada);
    expect(problemsOf(first)).toEqual([{ code: "resend_too_early", facts: { retryAfterSeconds: 60 } }]);
    ports.clock.advance(minute);
    expect(await registrar.resend(ticket, ada)).toMatchObject({ ok: true });
  });
});
