import { createTransport } from "nodemailer";
import { type Answer, type Channels, createRegistrar, type Event, type Messages, type Registrar } from "porchlight";
import { nodemailerMailer } from "porchlight/mailer/nodemailer";
import { type FixedClock, testPorts } from "porchlight/testing";
import { onTestFinished } from "vitest";
import { type Arrival, type MailServer, startMailServer } from "./mail-server.js";

export const password = "harbour tulip nine cranes";
export const ada = { ip: "192.0.2.7", locale: "en" };

/** A host whose mails go through nodemailer and a real SMTP server; the other ports are in memory. */
export interface House {
  readonly registrar: Registrar<"email">;
  readonly server: MailServer;
  readonly clock: FixedClock;
  readonly events: readonly Event["type"][];
  signUp(email: string, locale?: string): Promise<Answer>;
}

type MailChoices = Partial<Pick<Channels["email"], "activationUrl" | "by" | "smtpUtf8">>;

/** Opens a house, and closes it with the test. */
export async function openHouse(choices: MailChoices & { readonly messages?: Messages } = {}): Promise<House> {
  const { messages, ...mailChoices } = choices;
  const { mailer: _mailer, texter: _texter, captcha: _captcha, ...ports } = testPorts();
  const server = await startMailServer();
  const transport = createTransport({ host: "127.0.0.1", port: server.port, connectionTimeout: 5_000 });
  const mailer = nodemailerMailer(transport, { from: "Example <no-reply@app.example>" });
  const events: Event["type"][] = [];
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}", ...mailChoices } },
    ...ports,
    captcha: "none",
    messages,
    onEvent: async ({ type }) => {
      events.push(type);
    },
  });
  onTestFinished(async () => {
    await registrar.close();
    await server.close();
  });
  return {
    registrar,
    server,
    clock: ports.clock,
    events,
    signUp: (email, locale = "en") => registrar.start({ email, password, confirmation: password }, { ...ada, locale }),
  };
}

/** The token of the one address that text, button and copied link of a mail lead to. */
export function tokenIn({ mail }: Arrival): string {
  const inText = (mail.text ?? "").match(/https:\/\/app\.example\/activate\S+/g) ?? [];
  const inHtml = [...(mail.html ?? "").matchAll(/href="([^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
  const [link = "", ...others] = new Set([...inText, ...inHtml]);
  if (inText.length === 0 || inHtml.length === 0 || others.length > 0) {
    throw new Error(`Text and HTML disagree on the link: ${[link, ...others].join(" ")}`);
  }
  const { hash, searchParams } = new URL(link);
  return new URLSearchParams(hash.slice(1)).get("t") ?? searchParams.get("t") ?? "";
}

/** The one header of that name, undecoded. */
export function header({ mail }: Arrival, name: string): string {
  const found = mail.headers.filter(({ key }) => key === name.toLowerCase());
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${name} stands ${found.length} times.`);
  return only.value;
}
