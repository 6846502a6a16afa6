import { describe, expect, it, onTestFinished } from "vitest";
import { startMailServer } from "./mail-server.js";
import { ada, header, openHouse, password, tokenIn } from "./smtp-house.js";

const second = 1_000;
const mostBackOff = 6 * second;

describe("a sign-up by a real mail", () => {
  it.each([
    { accept: "en-GB,en;q=0.9", locale: "en", subject: "Activate your Example account" },
    { accept: "de-AT,de;q=0.9,en;q=0.5", locale: "de", subject: "Aktivieren Sie Ihr Konto bei Example" },
    { accept: "zh-CN,zh;q=0.9,en;q=0.8", locale: "zh", subject: "激活您的 Example 账号" },
  ])("goes from the form to the sign-in in $locale", async ({ accept, locale, subject }) => {
    const { registrar, server, signUp } = await openHouse();
    const { ticket } = await signUp("Ada@example.com", accept);
    await registrar.deliver();

    const arrival = server.newest();
    expect(arrival).toMatchObject({ recipients: ["Ada@example.com"], smtpUtf8: false });
    expect(arrival.mail).toMatchObject({
      subject,
      from: { name: "Example", address: "no-reply@app.example" },
      to: [{ name: "", address: "Ada@example.com" }],
    });
    expect(header(arrival, "Auto-Submitted")).toBe("auto-generated");
    expect(header(arrival, "Content-Language")).toBe(locale);
    expect(header(arrival, "Message-ID")).toMatch(/^<[\w-]{16,}@app\.example>$/);
    expect(header(arrival, "Content-Type")).toMatch(/^multipart\/alternative;/);

    const token = tokenIn(arrival);
    expect(await registrar.inspect(token, { ticket }, ada)).toMatchObject({ state: "ready", proof: "ticket" });
    expect(await registrar.activate(token, { ticket }, ada)).toMatchObject({
      ok: true,
      registration: { by: "ticket" },
    });
    expect(await registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });

    await registrar.deliver();
    expect(header(server.newest(), "Content-Language")).toBe(locale);
    expect(server.newest().mail.text).toContain("https://app.example/login");
    expect(server.arrivals).toHaveLength(2);
  });

  it.each(["en", "de", "zh"])("is written in ASCII lines that every server takes, in %s", async (locale) => {
    const { registrar, server, signUp } = await openHouse({ by: ["link", "code"] });
    await signUp("ada@example.com", locale);
    await registrar.deliver();
    const { raw, mail } = server.newest();
    // RFC 5322 section 2.1.1.
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(raw).toMatch(/^[\t\r\n -~]*$/);
    expect(`${mail.subject}${mail.text}${mail.html}`).not.toContain("\uFFFD");
  });

  it("activates in another browser by the password, and by nothing less", async () => {
    const { registrar, server, signUp } = await openHouse({
      activationUrl: "https://app.example/activate?from=mail&t={token}",
    });
    await signUp("ada@example.com");
    await registrar.deliver();
    const token = tokenIn(server.newest());

    expect(await registrar.inspect(token, {}, ada)).toMatchObject({ state: "ready", proof: "password" });
    expect(await registrar.activate(token, {}, ada)).toMatchObject({ problems: [{ code: "proof_required" }] });
    expect(await registrar.activate(token, { password: "harbour" }, ada)).toMatchObject({
      problems: [{ code: "proof_wrong", field: "password", facts: { attemptsLeft: 4 } }],
    });
    expect(await registrar.activate(token, { password }, ada)).toMatchObject({
      ok: true,
      registration: { by: "password" },
    });
    expect(await registrar.inspect(token, {}, ada)).toEqual({ state: "used" });
    expect(await registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });
  });

  it("activates by the code of the mail", async () => {
    const { registrar, server, signUp } = await openHouse({ by: ["link", "code"] });
    const { ticket } = await signUp("ada@example.com", "de");
    await registrar.deliver();
    const { mail } = server.newest();
    const [code = ""] = mail.text?.match(/^\d{8}$/m) ?? [];
    expect(mail.html).toContain(`>${code}</p>`);

    expect(await registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true, registration: { by: "code" } });
    expect(await registrar.inspect(tokenIn(server.newest()), { ticket }, ada)).toEqual({ state: "used" });
    expect(await registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });
  });

  it("tells the owner of an address, and nobody else, that it has an account", async () => {
    const { registrar, server, clock, signUp } = await openHouse();
    const first = await signUp("ada@example.com");
    await registrar.deliver();
    await registrar.activate(tokenIn(server.newest()), first, ada);
    await registrar.deliver();

    clock.advance(60 * second);
    const again = await signUp("ada@example.com", "de");
    expect(again).toMatchObject({ ok: true, registration: { step: "pending", message: { delivery: "queued" } } });
    await registrar.deliver();
    const arrival = server.newest();
    expect(arrival).toMatchObject({
      recipients: ["ada@example.com"],
      mail: { subject: "Sie haben bereits ein Konto bei Example" },
    });
    expect(`${arrival.mail.text}${arrival.mail.html}`).toContain("https://app.example/login");
    expect(arrival.raw).not.toContain("app.example/activate");
    expect(await registrar.status(again.ticket, ada)).toMatchObject({
      registration: { step: "pending", message: { delivery: "sent" } },
    });
  });
});

describe("addresses on the wire", () => {
  it.each([
    ["ada@bücher.example.com", "ada@xn--bcher-kva.example.com"],
    ["ada@example。com", "ada@example.com"],
    ["ada@例子.中国", "ada@xn--fsqu00a.xn--fiqs8s"],
  ])("go to %s as A-labels, and it signs in as typed", async (typed, wire) => {
    const { registrar, server, signUp } = await openHouse();
    const { ticket } = await signUp(typed);
    await registrar.deliver();
    const arrival = server.newest();
    expect(arrival).toMatchObject({ recipients: [wire], smtpUtf8: false });
    expect(header(arrival, "To")).toBe(wire);

    expect(await registrar.activate(tokenIn(arrival), { ticket }, ada)).toMatchObject({ ok: true });
    for (const identifier of [typed, wire]) {
      expect(await registrar.signIn({ identifier, password }, ada)).toMatchObject({ ok: true });
    }
  });

  it("go by SMTPUTF8 where the local part is not ASCII and the host allows it", async () => {
    const { registrar, server, signUp } = await openHouse({ smtpUtf8: true });
    const { ticket } = await signUp("zoë@bücher.example.com");
    await registrar.deliver();
    const arrival = server.newest();
    // RFC 6531 section 3.3: a server that speaks SMTPUTF8 takes U-labels.
    expect(arrival).toMatchObject({ recipients: ["zoë@bücher.example.com"], smtpUtf8: true });
    expect(header(arrival, "To")).toBe("zoë@bücher.example.com");

    expect(await registrar.activate(tokenIn(arrival), { ticket }, ada)).toMatchObject({ ok: true });
    expect(await registrar.signIn({ identifier: "ZOË@bücher.example.com", password }, ada)).toMatchObject({ ok: true });
  });

  it.each(["=?utf-8?Q?eve=40evil.org=3E?=@example.com", "eve%evil.org@example.com", "{o'ada}|`eve`@example.com"])(
    "reach %s letter by letter and nobody else",
    async (typed) => {
      const { registrar, server, signUp } = await openHouse();
      await signUp(typed);
      await registrar.deliver();
      expect(server.newest().recipients).toEqual([typed]);
    },
  );

  it("write no header: an address with a line break sends nothing", async () => {
    const { registrar, server, signUp } = await openHouse();
    expect(await signUp("ada@example.com\r\nBcc: eve@example.com")).toMatchObject({
      problems: [{ code: "email_malformed" }],
    });
    await registrar.deliver();
    expect(server.arrivals).toEqual([]);
  });

  it("write no header: nor does a subject of the host's own of two lines", async () => {
    const messages = { en: { activation: { subject: () => "Hello\r\nBcc: eve@example.com\r\n\r\nEvil" } } };
    const { registrar, server, signUp } = await openHouse({ messages });
    await signUp("ada@example.com");
    await registrar.deliver();
    const arrival = server.newest();
    expect(arrival.recipients).toEqual(["ada@example.com"]);
    expect(arrival.mail.subject).toBe("Hello Bcc: eve@example.com Evil");
    expect(arrival.mail.bcc).toBeUndefined();
    expect(tokenIn(arrival)).not.toBe("");
  });
});

describe("a mail that the server does not take", () => {
  it.each([
    { moment: "recipient", reply: "450 4.2.0 Greylisted, come again" },
    { moment: "data", reply: "451 4.3.0 Local error" },
    { moment: "connection", reply: "554 5.3.2 Not today" },
  ] as const)("at first, with $reply, comes by the second try", async ({ moment, reply }) => {
    const { registrar, server, clock, events, signUp } = await openHouse();
    const { ticket } = await signUp("ada@example.com");
    server.refuseNext(moment, reply);
    expect(await registrar.deliver()).toMatchObject({ retried: 1, failed: 0 });
    expect(server.arrivals.filter(({ accepted }) => accepted)).toEqual([]);
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "queued" } } });

    clock.advance(mostBackOff);
    await registrar.deliver();
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "sent" } } });
    expect(await registrar.activate(tokenIn(server.newest()), { ticket }, ada)).toMatchObject({ ok: true });
    expect(await registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });
    await registrar.deliver();
    expect(events).toEqual(["registration.pending", "account.activated"]);
  });

  it("is the same mail at the second try: Message-ID, subject and link", async () => {
    const { registrar, server, clock, signUp } = await openHouse();
    await signUp("ada@example.com", "zh");
    server.refuseNext("data", "451 4.3.0 Local error");
    await registrar.deliver();
    clock.advance(mostBackOff);
    await registrar.deliver();
    const said = server.arrivals.map((arrival) => ({
      id: header(arrival, "Message-ID"),
      subject: arrival.mail.subject,
      token: tokenIn(arrival),
    }));
    expect(server.arrivals.map(({ accepted }) => accepted)).toEqual([false, true]);
    expect(said[1]).toEqual(said[0]);
  });

  it.each([
    { moment: "recipient", reply: "550 5.1.1 No such user" },
    { moment: "data", reply: "554 5.7.1 Refused as spam" },
  ] as const)("for good, with $reply, has visibly failed, and another may be asked for at once", async (refusal) => {
    const { registrar, server, clock, events, signUp } = await openHouse();
    const { ticket } = await signUp("ada@example.com");
    server.refuseNext(refusal.moment, refusal.reply);
    expect(await registrar.deliver()).toMatchObject({ retried: 0, failed: 1 });
    expect(events).toEqual(["registration.pending", "message.failed"]);
    expect(await registrar.status(ticket, ada)).toMatchObject({
      ok: true,
      registration: { step: "pending", message: { delivery: "failed", resendAt: clock.now() } },
    });

    expect(await registrar.resend(ticket, ada)).toMatchObject({
      ok: true,
      registration: { message: { delivery: "queued" } },
    });
    await registrar.deliver();
    expect(await registrar.activate(tokenIn(server.newest()), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it.each([
    { moment: "connection", reply: "421 4.7.0 Too many connections" },
    { moment: "recipient", reply: "450 4.7.1 Rate limit exceeded" },
    { moment: "data", reply: "452 4.7.28 Unusual rate of mail" },
  ] as const)("now, with $reply, waits a minute", async ({ moment, reply }) => {
    const { registrar, server, clock, signUp } = await openHouse();
    const { ticket } = await signUp("ada@example.com");
    server.refuseNext(moment, reply);
    expect(await registrar.deliver()).toMatchObject({ retried: 1, failed: 0 });
    clock.advance(59 * second);
    expect(await registrar.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    clock.advance(second);
    await registrar.deliver();
    expect(await registrar.activate(tokenIn(server.newest()), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("because no server listens is kept, and comes when one does", async () => {
    const { registrar, server, clock, signUp } = await openHouse();
    const { ticket } = await signUp("ada@example.com");
    await server.close();
    expect(await registrar.deliver()).toMatchObject({ retried: 1, failed: 0 });
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { message: { delivery: "queued" } } });
    const restarted = await startMailServer(server.port);
    onTestFinished(restarted.close);
    clock.advance(mostBackOff);
    await registrar.deliver();
    expect(await registrar.activate(tokenIn(restarted.newest()), { ticket }, ada)).toMatchObject({ ok: true });
  });
});
