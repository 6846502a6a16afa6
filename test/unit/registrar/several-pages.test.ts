import { describe, expect, it } from "vitest";
import { ada, codesOf, form, minute, openHouse, password } from "./house.js";

describe("a sign-up on several pages", () => {
  it("asks page by page and stores nothing before the last", async () => {
    const house = openHouse();
    const { registrar } = house;
    const first = await registrar.start({}, ada);
    expect(first).toMatchObject({
      ok: true,
      registration: { step: "identifier", missing: ["identifier", "password", "captcha"] },
    });
    const second = await registrar.submit(first.ticket, { email: "Ada@example.com" }, ada);
    expect(second.registration).toEqual({
      step: "password",
      missing: ["password", "captcha"],
      identifier: { channel: "email", display: "Ada@example.com", masked: "a***@example.com" },
    });
    const third = await registrar.submit(second.ticket, { password, confirmation: password }, ada);
    expect(third).toMatchObject({ ok: true, registration: { step: "captcha", missing: ["captcha"] } });
    expect(house.commits).toHaveLength(0);
    const last = await registrar.submit(third.ticket, { captcha: "pass" }, ada);
    expect(last).toMatchObject({
      ok: true,
      registration: { step: "pending", identifier: { masked: "a***@example.com" } },
    });
    expect(JSON.stringify(last.registration)).not.toContain("Ada@");
    expect(house.commits).toHaveLength(1);
  });

  it("asks for the captcha where it alone is missing and the page has none (B142)", async () => {
    const { registrar } = openHouse();
    const { ticket } = await registrar.start({ email: "ada@example.com", password, confirmation: password }, ada);
    expect(codesOf(await registrar.submit(ticket, { email: "ada@example.com" }, ada))).toEqual(["captcha_missing"]);
  });

  it("hashes no password without a captcha where the host asks for the captcha first", async () => {
    let hashes = 0;
    const house = openHouse();
    const { hasher } = house.ports;
    const { registrar } = openHouse({
      ports: house.ports,
      hasher: {
        ...hasher,
        hash: async (text) => {
          hashes += 1;
          return hasher.hash(text);
        },
      },
      rules: { steps: ["identifier", "captcha", "password"] },
    });
    const page = { email: "ada@example.com", password, confirmation: password };
    const refused = await registrar.start(page, ada);
    expect(codesOf(refused)).toEqual(["captcha_missing"]);
    expect(refused.registration).toMatchObject({ step: "captcha", missing: ["captcha", "password"] });
    expect(hashes).toBe(0);
    const passed = await registrar.submit(refused.ticket, { captcha: "pass" }, ada);
    const done = await registrar.submit(passed.ticket, { password, confirmation: password }, ada);
    expect(done.registration.step).toBe("pending");
    expect(hashes).toBe(1);
  });

  it("keeps a passed captcha over a typo, for half an hour (B154)", async () => {
    const { registrar, ports } = openHouse();
    const passed = await registrar.start({ captcha: "pass" }, ada);
    const typo = await registrar.submit(
      passed.ticket,
      { ...form("ada@example.com"), captcha: "", confirmation: "x" },
      ada,
    );
    expect(codesOf(typo)).toEqual(["confirmation_mismatch"]);
    ports.clock.advance(29 * minute);
    const mended = await registrar.submit(typo.ticket, { ...form("ada@example.com"), captcha: "" }, ada);
    expect(mended.registration.step).toBe("pending");
  });

  it("asks for the captcha again after half an hour", async () => {
    const { registrar, ports } = openHouse();
    let answer = await registrar.start({ captcha: "pass" }, ada);
    ports.clock.advance(29 * minute);
    answer = await registrar.submit(answer.ticket, { email: "ada@example.com" }, ada);
    ports.clock.advance(1 * minute);
    answer = await registrar.submit(answer.ticket, { password, confirmation: password }, ada);
    expect(answer.registration).toMatchObject({ step: "captcha", missing: ["captcha"] });
  });

  it("seals a passed captcha into the ticket even where the same page has a problem", async () => {
    const house = openHouse();
    let checks = 0;
    const { captcha } = house.ports;
    const { registrar } = openHouse({
      ports: house.ports,
      captcha: {
        check: async (response, about) => {
          checks += 1;
          return captcha.check(response, about);
        },
      },
      breach: { count: async (typed) => (typed === password ? 1 : 0) },
    });
    const breached = await registrar.start(form("ada@example.com"), ada);
    expect(codesOf(breached)).toEqual(["password_breached"]);
    expect(breached.registration).toMatchObject({ step: "password", missing: ["password"] });
    const better = "seven quiet lanterns burn";
    const done = await registrar.submit(breached.ticket, { password: better, confirmation: better }, ada);
    expect(done.registration.step).toBe("pending");
    expect(checks).toBe(1);
  });

  it("corrects the address before anything is sent, without a message to the former one", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    let answer = await registrar.start({ email: "adda@example.com", password, confirmation: password }, ada);
    answer = await registrar.change(answer.ticket, { email: "ada@example.com" }, ada);
    expect(answer).toMatchObject({
      ok: true,
      registration: { step: "captcha", identifier: { display: "ada@example.com" } },
    });
    answer = await registrar.submit(answer.ticket, { captcha: "pass" }, ada);
    await registrar.deliver();
    expect(ports.mailer.sent.map(({ to }) => to)).toEqual(["ada@example.com"]);
  });

  it.each([
    ["resend", "wrong_step"],
    ["confirm", "wrong_step"],
  ] as const)("answers %s before there is a message with %s and its own page", async (verb, code) => {
    const { registrar } = openHouse();
    const { ticket } = await registrar.start({ email: "ada@example.com" }, ada);
    const answer =
      verb === "resend"
        ? await registrar.resend(ticket, ada)
        : await registrar.confirm(ticket, { code: "123456" }, ada);
    expect(answer).toMatchObject({
      ok: false,
      registration: { step: "password" },
      problems: [{ code, facts: { step: "password" } }],
    });
  });

  it("cancels an unfinished sign-up and hands out a blank ticket", async () => {
    const { registrar } = openHouse();
    const { ticket } = await registrar.start({ email: "ada@example.com" }, ada);
    const closed = await registrar.cancel(ticket, ada);
    expect(closed).toMatchObject({ ok: true, registration: { step: "closed", reason: "cancelled" } });
    const blank = await registrar.status(closed.ticket, ada);
    expect(blank.registration).toEqual({ step: "identifier", missing: ["identifier", "password", "captcha"] });
  });

  it("ends with a blank page half an hour after the last thing given", async () => {
    const { registrar, ports } = openHouse();
    const { ticket } = await registrar.start({ email: "ada@example.com" }, ada);
    ports.clock.advance(30 * minute - 1);
    expect(codesOf(await registrar.status(ticket, ada))).toEqual([]);
    ports.clock.advance(1);
    const late = await registrar.status(ticket, ada);
    expect(codesOf(late)).toEqual(["ticket_expired"]);
    expect(late.registration).toEqual({ step: "identifier", missing: ["identifier", "password", "captcha"] });
  });

  it("needs no captcha step where the host says none", async () => {
    const { registrar } = openHouse({ captcha: "none" });
    const answer = await registrar.start({ email: "ada@example.com", password, confirmation: password }, ada);
    expect(answer.registration.step).toBe("pending");
  });

  it("passes the metadata of the start unread to the account (T20: where to go next is the host's own)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const metadata = { invitation: "friends", next: "//evil.example/\\x" };
    const { ticket } = await registrar.start(form("ada@example.com"), ada, metadata);
    await registrar.deliver();
    expect(JSON.stringify(ports.mailer.sent)).not.toContain("evil");
    const done = await registrar.confirm(ticket, { code: ports.mailer.code("ada@example.com") }, ada);
    if (!done.ok) throw new Error("not activated");
    expect(await registrar.account(done.registration.accountId)).toMatchObject({ metadata });
  });

  it("throws a TypeError at metadata that is no text or takes more than 512 bytes", async () => {
    const { registrar } = openHouse();
    await expect(registrar.start({}, ada, { tenant: "x".repeat(512) })).rejects.toThrow(TypeError);
    await expect(Reflect.apply(registrar.start, registrar, [{}, ada, { tenant: 7 }])).rejects.toThrow(TypeError);
    expect(await registrar.start({}, ada, { tenant: "x".repeat(400) })).toMatchObject({ ok: true });
  });
});
