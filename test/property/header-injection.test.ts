import fc from "fast-check";
import { nodemailerMailer } from "porchlight/mailer/nodemailer";
import { describe, expect, it } from "vitest";
import { naughtyTexts } from "../fuzz/naughty-texts.js";
import { email, from, openHouse, password } from "./house.js";

/** What ends a line somewhere: in SMTP, in a header, in JSON, in a mail client. */
const breaks = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  "\u0085",
  "\u2028",
  "\u2029",
  "\v",
  "\f",
  "%0d%0a",
  "=0D=0A",
  "\r\n ",
  "\r\n\t",
];
const headers = ["Bcc: eve@example.com", "Subject: prize", "\r\nRCPT TO:<eve@example.com>", ".\r\nQUIT", ""];

/** A good address with a break and a header put in somewhere. */
const injected = fc
  .tuple(
    fc.constantFrom(email, "a.b+c@sub.example.com"),
    fc.nat(40),
    fc.constantFrom(...breaks),
    fc.constantFrom(...headers),
  )
  .map(([address, at, end, header]) => address.slice(0, at) + end + header + address.slice(at));
const lists = fc.constantFrom(
  `${email},eve@example.com`,
  `${email};eve@example.com`,
  `${email} eve@example.com`,
  `"${email}" <eve@example.com>`,
  `<${email}>`,
  `${email}>,<eve@example.com`,
  `eve@example.com(${email})`,
  `group:${email};`,
);

describe.each([[false], [true]])("an address, with SMTPUTF8 %s,", (smtpUtf8) => {
  it("reaches the mailer as one line with one address, or not at all (T10)", async () => {
    const house = openHouse({ rules: { callsPerHour: 100_000, pendingsPerHour: 100_000, hashesPerHour: 100_000 } });
    const { mailer, texter: _, ...rest } = house.ports;
    const { registrar } = openHouse({
      ...rest,
      rules: { callsPerHour: 100_000, pendingsPerHour: 100_000, hashesPerHour: 100_000 },
      channels: {
        email: { mailer, smtpUtf8, activationUrl: "https://app.example/activate#t={token}" },
        phone: { texter: house.ports.texter, countries: ["GB"], smsPerDay: 10 },
      },
    });
    let taken = 0;
    const tryOne = async (typed: string, locale: string) => {
      const form = { email: typed, password, confirmation: password, captcha: "pass" };
      const { registration } = await registrar.start(form, { ...from, locale });
      if (registration.step === "pending") taken += 1;
    };
    for (const { text } of naughtyTexts) await tryOne(text, text);
    for (const end of breaks) await tryOne(`${email}${end}`, "en");
    const texts = fc.oneof(injected, lists);
    await fc.assert(fc.asyncProperty(texts, texts, tryOne), { numRuns: 500 });
    await registrar.deliver();

    const mails = mailer.sent;
    // Line breaks at an end are trimmed, and some oddities are good addresses: so there is something to look at.
    expect(taken).toBeGreaterThan(3);
    expect(mails.length).toBeGreaterThan(0);
    for (const { to, subject, locale, id } of mails) {
      for (const written of [to, subject, locale, id]) expect(written).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(to).toMatch(/^[^\s@,;<>()"]+@[^\s@,;<>()"]+$/u);
      expect(to).not.toContain("eve");
    }
  });
});

it("the mailer refuses what breaks a line all the same, before its transport is asked (T10)", async () => {
  const sent: unknown[] = [];
  const mailer = nodemailerMailer({ sendMail: async (mail) => sent.push(mail) }, { from: "no-reply@app.example" });
  const mail = {
    channel: "email",
    kind: "already_registered",
    id: "1",
    to: email,
    locale: "en",
    subject: "Hello",
    text: "",
    html: "",
  } as const;
  for (const end of ["\r\n", "\n", "\r", "\0"]) {
    for (const name of ["to", "subject", "locale"] as const) {
      await expect(mailer.send({ ...mail, [name]: `${mail[name]}${end}Bcc: eve@example.com` })).rejects.toThrow(
        TypeError,
      );
    }
  }
  expect(sent).toEqual([]);
});
