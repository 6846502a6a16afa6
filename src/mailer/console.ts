import type { Mailer } from "../ports.js";

/**
 * Prints each mail (to, subject, text) instead of sending it: for development.
 *
 * With the console texter the only adapter that prints secrets: whoever reads the terminal can activate. Never for
 * production, where output ends in logs.
 *
 * @example
 * ```ts
 * import { consoleMailer } from "porchlight/mailer/console";
 * const mailer = consoleMailer();
 * ```
 * @param write where a printed mail goes, as one text of several lines; default `console.log`
 */
export function consoleMailer(write: (text: string) => void = console.log): Mailer {
  return {
    async send({ to, subject, text }) {
      write(`To: ${to}\nSubject: ${subject}\n\n${text}\n`);
    },
  };
}
