import type { Sms, Texter } from "../ports.js";

/** A texter whose messages can be read, and made to fail. */
export interface MemoryTexter extends Texter {
  /** Every accepted message, oldest first. */
  readonly sent: readonly Sms[];
  /** Lets the next `send` that has no failure yet throw `error`. */
  failNext(error?: Error): void;
}

/**
 * Keeps messages in this process instead of sending them.
 *
 * @example
 * ```ts
 * import { memoryTexter } from "porchlight/texter/memory";
 * const texter = memoryTexter();
 * texter.failNext(new Error("connection reset"));
 * texter.sent.length; // 0
 * ```
 */
export function memoryTexter(): MemoryTexter {
  const sent: Sms[] = [];
  const failures: Error[] = [];
  return {
    sent,
    async send(sms) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      sent.push(Object.freeze({ ...sms }));
    },
    failNext(error = new Error("The texter was told to fail.")) {
      failures.push(error);
    },
  };
}
