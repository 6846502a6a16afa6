import { expect, it } from "vitest";
import { consoleMailer } from "../../../src/mailer/console.js";
import { consoleTexter } from "../../../src/texter/console.js";

const letter = { id: "1", locale: "en", kind: "activated", text: "Welcome." } as const;

it("consoleMailer prints address, subject and text", async () => {
  const printed: string[] = [];
  const mailer = consoleMailer((text) => printed.push(text));
  await mailer.send({ ...letter, channel: "email", to: "ada@example.com", subject: "Hello", html: "<p>Welcome.</p>" });
  expect(printed).toEqual(["To: ada@example.com\nSubject: Hello\n\nWelcome.\n"]);
});

it("consoleTexter prints number and text", async () => {
  const printed: string[] = [];
  await consoleTexter((text) => printed.push(text)).send({ ...letter, channel: "phone", to: "+4915123456789" });
  expect(printed).toEqual(["SMS to: +4915123456789\n\nWelcome.\n"]);
});
