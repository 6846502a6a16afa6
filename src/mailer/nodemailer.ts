import { domainToASCII } from "node:url";
import { PorchlightError } from "../errors.js";
import type { Mailer } from "../ports.js";

/** What is handed to the transport: the sliver of nodemailer's message options that is used. */
export interface NodemailerMessage {
  readonly from: string;
  /** An object, never text: nodemailer splits text at commas. */
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: { readonly "Auto-Submitted": "auto-generated"; readonly "Content-Language": string };
}

/** The sliver of a nodemailer transport (7 and later) that is used; nodemailer itself is never imported. */
export interface NodemailerTransport {
  sendMail(message: NodemailerMessage): Promise<unknown>;
}

/** `from`: the sender, as `no-reply@app.example` or `Example <no-reply@app.example>`. */
export interface NodemailerOptions {
  readonly from: string;
}

/**
 * Sends mails through a nodemailer transport.
 *
 * Each try of a mail carries the same Message-ID. A recipient refused for good is ERR_UNDELIVERABLE, a server that asks
 * to slow down is ERR_RATE_LIMITED, and everything else comes through as it was thrown. A line break or NUL in an
 * address, a subject or a locale is a TypeError before anything is sent. Set the transport's own timeouts.
 *
 * @example
 * ```ts
 * import { createTransport } from "nodemailer";
 * import { nodemailerMailer } from "porchlight/mailer/nodemailer";
 * const transport = createTransport("smtp://localhost:25");
 * const mailer = nodemailerMailer(transport, { from: "Example <no-reply@app.example>" });
 * ```
 */
export function nodemailerMailer(transport: NodemailerTransport, { from }: NodemailerOptions): Mailer {
  refuseBreaks("from", from);
  const sender = /@([^\s<>@]+)>?$/.exec(from)?.[1];
  if (sender === undefined) throw new TypeError('from must end in an address: "Example <no-reply@app.example>".');

  return {
    async send({ id, to, locale, subject, text, html }) {
      refuseBreaks("to", to);
      refuseBreaks("subject", subject);
      refuseBreaks("locale", locale);
      const message: NodemailerMessage = {
        from,
        to: { name: "", address: withAsciiDomain(to) },
        subject,
        text,
        html,
        messageId: `<${atoms(id)}@${domainToASCII(sender)}>`,
        // RFC 3834 section 5: no vacation notice answers it. RFC 3282: its language.
        headers: { "Auto-Submitted": "auto-generated", "Content-Language": locale },
      };
      try {
        await transport.sendMail(message);
      } catch (error) {
        throw told(error);
      }
    },
  };
}

/** OWASP ASVS 5.0, 1.3.11: what breaks a line may write a header. */
function refuseBreaks(name: string, value: string): void {
  if (/[\r\n\0]/.test(value)) throw new TypeError(`${name} must not contain a line break or NUL.`);
}

/** RFC 5890: a server that lacks SMTPUTF8 understands only A-labels. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = domainToASCII(address.slice(at));
  return domain === "" ? address : address.slice(0, at) + domain;
}

/** RFC 5322 section 3.2.3: an id as atom characters; two ids never meet. */
function atoms(id: string): string {
  return encodeURIComponent(id).replace(/[.()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

/** What a failure means, where the reply of the server says so. */
function told(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  const status: unknown = Reflect.get(error, "responseCode");
  const response: unknown = Reflect.get(error, "response");
  if (typeof status !== "number") return error;
  // RFC 3463 section 3.8: X.7.Z is policy, which for a passing refusal is the sender's rate.
  const isPolicy = typeof response === "string" && /\b4\.7\.\d{1,3}\b/.test(response);
  // RFC 5321 section 4.2.3: 421 closes the channel, 450 to 452 and 454 pass.
  if (status === 421 || ([450, 451, 452, 454].includes(status) && isPolicy)) {
    return new PorchlightError("ERR_RATE_LIMITED", { cause: error });
  }
  return isRecipientRefused(error, status) ? new PorchlightError("ERR_UNDELIVERABLE", { cause: error }) : error;
}

function isRecipientRefused(error: object, status: number): boolean {
  // RFC 4954 section 6: these speak of our own login, which the host can mend.
  if (status < 500 || status > 599 || [530, 534, 535, 538].includes(status)) return false;
  const code: unknown = Reflect.get(error, "code");
  const command: unknown = Reflect.get(error, "command");
  // A refused MAIL FROM speaks of the sender.
  return (code === "EENVELOPE" || code === "EMESSAGE") && command !== "MAIL FROM";
}
