import type { Mail } from "../ports.js";
import type { Clause } from "./clause.js";
import { type MessengerUnderTest, messageClauses } from "./message-clauses.js";

/** A mailer with the means to stand in for its provider. */
export type MailerUnderTest = MessengerUnderTest<Mail>;

/** What every mailer promises. */
export const mailerContract: readonly Clause<MailerUnderTest>[] = messageClauses<Mail>((text) => ({
  channel: "email",
  id: `message with ${text}`,
  kind: "activation",
  to: "ada@example.com",
  locale: "de",
  subject: "Bitte bestätigen Sie Ihre Adresse",
  text,
  html: "<p>Grüße &amp; Ihr Code: <b>01234567</b></p>",
  code: "01234567",
  expiresAt: Date.UTC(2026, 0, 1, 8),
}));
