import type { Texter } from "../ports.js";

/**
 * Prints each text message (to, text) instead of sending it: for development.
 *
 * With the console mailer the only adapter that prints secrets: whoever reads the terminal can activate. Never for
 * production, where output ends in logs.
 *
 * @example
 * ```ts
 * import { consoleTexter } from "porchlight/texter/console";
 * const texter = consoleTexter();
 * ```
 * @param write where a printed message goes, as one text of several lines; default `console.log`
 */
export function consoleTexter(write: (text: string) => void = console.log): Texter {
  return {
    async send({ to, text }) {
      write(`SMS to: ${to}\n\n${text}\n`);
    },
  };
}
