import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { type NodemailerMessage, nodemailerMailer } from "../../../src/mailer/nodemailer.js";
import type { Mail } from "../../../src/ports.js";

const from = "Example <no-reply@app.example>";
const mail: Mail = {
  channel: "email",
  id: "01J9-message_1",
  kind: "already_registered",
  to: "ada@example.com",
  locale: "de",
  subject: "Sie haben schon ein Konto",
  text: "Melden Sie sich an.",
  html: "<p>Melden Sie sich an.</p>",
};

/** A transport that keeps what it is given, and throws what it is told. */
function scripted(error?: unknown) {
  const messages: NodemailerMessage[] = [];
  const transport = {
    async sendMail(message: NodemailerMessage) {
      messages.push(message);
      if (error !== undefined) throw error;
    },
  };
  return { messages, send: nodemailerMailer(transport, { from }).send };
}

async function sent(
  overrides: Partial<Pick<Mail, "id" | "to" | "subject" | "locale">>,
): Promise<NodemailerMessage | undefined> {
  const { messages, send } = scripted();
  await send({ ...mail, ...overrides });
  return messages[0];
}

async function thrown(reply: object): Promise<unknown> {
  const error = Object.assign(new Error("550 ada@example.com"), reply);
  const caught: unknown = await scripted(error)
    .send(mail)
    .catch((one: unknown) => one);
  return caught === error ? "as it is" : caught instanceof PorchlightError ? caught.code : caught;
}

describe("nodemailerMailer", () => {
  it("hands over text, HTML, the language and the mark of an automatic mail", async () => {
    expect(await sent({})).toEqual({
      from,
      to: { name: "", address: "ada@example.com" },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: "<01J9-message_1@app.example>",
      headers: { "Auto-Submitted": "auto-generated", "Content-Language": "de" },
    });
  });

  it("gives every try of a mail one Message-ID, and two mails two", async () => {
    const ids = await Promise.all(["a", "a", "b"].map(async (id) => (await sent({ id }))?.messageId));
    expect(ids).toEqual(["<a@app.example>", "<a@app.example>", "<b@app.example>"]);
  });

  it("writes any id as atom characters", async () => {
    expect((await sent({ id: "a b.<c>(d)\r\n@é" }))?.messageId).toBe(
      "<a%20b%2e%3Cc%3E%28d%29%0D%0A%40%C3%A9@app.example>",
    );
  });

  it("turns the domain of a recipient into A-labels", async () => {
    expect((await sent({ to: "ada@bücher.example" }))?.to.address).toBe("ada@xn--bcher-kva.example");
  });

  it.each(["\r", "\n", "\0", "\r\nBcc: eve@example.com"])("throws at %j before anything is sent", async (text) => {
    for (const field of ["to", "subject", "locale"] as const) {
      const { messages, send } = scripted();
      await expect(send({ ...mail, [field]: `${mail[field]}${text}` })).rejects.toThrow(TypeError);
      expect(messages).toEqual([]);
    }
    expect(() => nodemailerMailer({ sendMail: async () => undefined }, { from: `${from}${text}` })).toThrow(TypeError);
  });

  it("refuses a sender without an address at construction", () => {
    expect(() => nodemailerMailer({ sendMail: async () => undefined }, { from: "Example" })).toThrow(TypeError);
  });

  it.each([
    { code: "EENVELOPE", responseCode: 550, response: "550 5.1.1 No such user", command: "RCPT TO" },
    { code: "EENVELOPE", responseCode: 553, response: "553 5.1.3 Bad address", command: "RCPT TO" },
    { code: "EMESSAGE", responseCode: 554, response: "554 5.7.1 Refused as spam", command: "DATA" },
  ])("takes $response to $command for a refusal for good", async (reply) => {
    expect(await thrown(reply)).toBe("ERR_UNDELIVERABLE");
  });

  it.each([
    { code: "EENVELOPE", responseCode: 421, response: "421 Too many connections", command: "RCPT TO" },
    { code: "EPROTOCOL", responseCode: 421, response: "421 4.7.0 Try again later" },
    { code: "EENVELOPE", responseCode: 450, response: "450 4.7.1 Rate exceeded", command: "RCPT TO" },
    { code: "EENVELOPE", responseCode: 451, response: "451 4.7.650 Rate limited", command: "MAIL FROM" },
    { code: "EMESSAGE", responseCode: 452, response: "452 4.7.28 Unusual rate", command: "DATA" },
    { code: "EAUTH", responseCode: 454, response: "454 4.7.0 Too many login attempts", command: "AUTH PLAIN" },
  ])("takes $response for a wish to slow down", async (reply) => {
    expect(await thrown(reply)).toBe("ERR_RATE_LIMITED");
  });

  it.each([
    { code: "EAUTH", responseCode: 535, response: "535 5.7.8 Bad credentials", command: "AUTH PLAIN" },
    { code: "EENVELOPE", responseCode: 530, response: "530 5.7.0 Authentication required", command: "MAIL FROM" },
    { code: "EENVELOPE", responseCode: 550, response: "550 5.7.1 Sender refused", command: "MAIL FROM" },
    { code: "EENVELOPE", responseCode: 450, response: "450 4.2.0 Greylisted", command: "RCPT TO" },
    { code: "EENVELOPE", responseCode: 452, response: "452 4.2.2 Mailbox full", command: "RCPT TO" },
    { code: "EMESSAGE", responseCode: 451, response: "451 Local error", command: "DATA" },
    { code: "ECONNECTION" },
    { code: "ETIMEDOUT", responseCode: "550" },
  ])("lets $code $response through as it is", async (reply) => {
    expect(await thrown(reply)).toBe("as it is");
  });

  it("lets through what is not even an error", async () => {
    await expect(scripted("cut").send(mail)).rejects.toBe("cut");
  });

  it("keeps the words of the server out of what it throws", async () => {
    const reply = {
      code: "EENVELOPE",
      responseCode: 550,
      response: "550 ada@example.com is unknown",
      command: "RCPT TO",
    };
    const error: unknown = await scripted(reply)
      .send(mail)
      .catch((one: unknown) => one);
    expect(error).toMatchObject({ code: "ERR_UNDELIVERABLE", cause: { code: "EENVELOPE", responseCode: 550 } });
    expect(JSON.stringify(error, ["message", "cause", "response"])).not.toContain("ada");
  });

  it("reaches one envelope through nodemailer itself, with A-labels and a single recipient", async () => {
    const transport = createTransport({ streamTransport: true, buffer: true });
    const seen: unknown[] = [];
    transport.use("stream", (message, done) => {
      seen.push(message.message.getEnvelope());
      done();
    });
    const { send } = nodemailerMailer(transport, { from });
    await send({ ...mail, to: "ada@bücher.example" });
    await send({ ...mail, to: "a,b@example.com" });
    expect(seen).toEqual([
      { from: "no-reply@app.example", to: ["ada@xn--bcher-kva.example"] },
      { from: "no-reply@app.example", to: ['"a,b"@example.com'] },
    ]);
  });
});
