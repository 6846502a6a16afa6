import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** One mail as it came over the wire, read as its recipient's program reads it. */
export interface Arrival {
  /** What stood in RCPT TO, as it was sent: the server's own account of it has U-labels. */
  readonly recipients: readonly string[];
  /** Whether MAIL FROM asked for SMTPUTF8. */
  readonly smtpUtf8: boolean;
  readonly accepted: boolean;
  readonly raw: string;
  readonly mail: Email;
}

/** When the server says no: as soon as somebody calls, at RCPT TO, or after the whole mail was read. */
export type Moment = "connection" | "recipient" | "data";

export interface MailServer {
  readonly port: number;
  /** Every mail that was transmitted whole, refused ones included, oldest first. */
  readonly arrivals: readonly Arrival[];
  /** The newest mail that was accepted. */
  newest(): Arrival;
  /** Refuses once, with a reply such as `"550 5.1.1 No such user"`. */
  refuseNext(moment: Moment, reply: string): void;
  close(): Promise<void>;
}

/** A real SMTP server on the loopback interface, on a free port unless one is named. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const arrivals: Arrival[] = [];
  /** What the present client said: one connection at a time, one mail in each. */
  const spoken: string[] = [];
  const refusals: { readonly moment: Moment; readonly error: Error }[] = [];
  const refusalAt = (moment: Moment): Error | undefined =>
    refusals[0]?.moment === moment ? refusals.shift()?.error : undefined;

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    logger: { debug: (_about: unknown, _who: unknown, line: unknown) => spoken.push(String(line)) },
    onConnect(_session, done) {
      spoken.length = 0;
      done(refusalAt("connection"));
    },
    onRcptTo: (_address, _session, done) => done(refusalAt("recipient")),
    onData(stream, _session, done) {
      const refusal = refusalAt("data");
      text(stream)
        .then((raw) => readArrival(raw, { spoken, accepted: refusal === undefined }))
        .then((arrival) => arrivals.push(arrival))
        .then(() => done(refusal), done);
    },
  });
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");

  return {
    port: portOf(server.server.address()),
    arrivals,
    newest() {
      const found = arrivals.findLast(({ accepted }) => accepted);
      if (found === undefined) throw new Error("No mail was accepted yet.");
      return found;
    },
    refuseNext(moment, reply) {
      const responseCode = Number(reply.slice(0, 3));
      refusals.push({ moment, error: Object.assign(new Error(reply.slice(4)), { responseCode }) });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readArrival(
  raw: string,
  { spoken, accepted }: { readonly spoken: readonly string[]; readonly accepted: boolean },
): Promise<Arrival> {
  return {
    recipients: spoken.flatMap((line) => /^RCPT TO:<(.*)>/.exec(line)?.[1] ?? []),
    smtpUtf8: spoken.some((line) => /^MAIL FROM:.* SMTPUTF8\b/.test(line)),
    accepted,
    raw,
    mail: await PostalMime.parse(raw),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address.port;
}
