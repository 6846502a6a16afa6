import type { Mail, Mailer } from "../ports.js";

/** A mailer whose mails can be read, and made to fail. */
export interface MemoryMailer extends Mailer {
  /** Every accepted mail, oldest first. */
  readonly sent: readonly Mail[];
  /** Lets the next `send` that has no failure yet throw `error`. */
  failNext(error?: Error): void;
}

/**
 * Keeps mails in this process instead of sending them.
 *
 * @example
 * ```ts
 * import { memoryMailer } from "porchlight/mailer/memory";
 * const mailer = memoryMailer();
 * mailer.failNext(new Error("connection reset"));
 * mailer.sent.length; // 0
 * ```
 */
export function memoryMailer(): MemoryMailer {
  const sent: Mail[] = [];
  const failures: Error[] = [];
  return {
    sent,
    async send(mail) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      sent.push(Object.freeze({ ...mail }));
    },
    failNext(error = new Error("The mailer was told to fail.")) {
      failures.push(error);
    },
  };
}
