import type { Mail, Sms } from "../ports.js";

/** What arrived. `last`, `link` and `code` throw with a list of who did get a message, so that a failing test says why. */
export interface Inbox<Message> {
  /** Every accepted message, oldest first. */
  readonly sent: readonly Message[];
  /** The newest message to this address, compared letter by letter. */
  last(to: string): Message;
  /** The link of the newest message to this address that carries one. */
  link(to: string): string;
  /** The code of the newest message to this address that carries one. */
  code(to: string): string;
  /** Lets the next `send` that has no failure yet throw `error`. */
  failNext(error?: Error): void;
}

interface Outbound<Message> {
  send(message: Message): Promise<void>;
  readonly sent: readonly Message[];
  failNext(error?: Error): void;
}

/**
 * Gives a memory mailer or texter the eyes of whoever opens the messages.
 *
 * @example
 * ```ts
 * import { memoryMailer } from "porchlight/mailer/memory";
 * import { withInbox } from "porchlight/testing";
 * const mailer = withInbox(memoryMailer());
 * mailer.sent.length; // 0
 * ```
 */
export function withInbox<Message extends Mail | Sms>(port: Outbound<Message>): Outbound<Message> & Inbox<Message> {
  const newest = (to: string, what: string, fits: (message: Message) => boolean): Message => {
    const found = port.sent.findLast((message) => message.to === to && fits(message));
    if (found === undefined) throw new Error(`No ${what} went to ${to}. Sent so far: ${listed(port.sent)}.`);
    return found;
  };
  const secret = (to: string, name: "link" | "code"): string => {
    const message = newest(to, `message with a ${name}`, (candidate) => secretOf(candidate, name) !== undefined);
    return secretOf(message, name) ?? "";
  };
  return {
    send: (message) => port.send(message),
    sent: port.sent,
    failNext: (error) => port.failNext(error),
    last: (to) => newest(to, "message", () => true),
    link: (to) => secret(to, "link"),
    code: (to) => secret(to, "code"),
  };
}

function secretOf(message: Mail | Sms, name: "link" | "code"): string | undefined {
  return message.kind === "activation" ? message[name] : undefined;
}

function listed(sent: readonly (Mail | Sms)[]): string {
  return sent.map(({ kind, to }) => `${kind} to ${to}`).join(", ") || "nothing";
}
