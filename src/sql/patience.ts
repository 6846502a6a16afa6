import { PorchlightError } from "../errors.js";

/** How long one statement may take, in seconds. Default 5 (ASVS 13.1.3 asks for a limit on every call out). */
export interface TimeLimit {
  readonly timeoutSeconds?: number | undefined;
}

/** @throws TypeError for a limit outside 1 to 60 seconds */
export function limitMs({ timeoutSeconds = 5 }: TimeLimit): number {
  if (timeoutSeconds >= 1 && timeoutSeconds <= 60) return timeoutSeconds * 1000;
  throw new TypeError("timeoutSeconds: must be 1 to 60.");
}

/**
 * Waits for `work`, but no longer than `ms`; then ERR_STORE_TIMEOUT. What comes after that goes to `late`, so that a
 * connection that was waited for in vain still finds its way home.
 */
export function withinTime<T>(ms: number, work: Promise<T>, late?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new PorchlightError("ERR_STORE_TIMEOUT", { cause: { code: "ETIMEDOUT" } }));
    }, ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        if (over) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** Whether somebody was given up on, who may still use the connection: a statement, or a callback of the host. */
export function isTimeOut(error: unknown): boolean {
  return causes(error).includes("ETIMEDOUT");
}

const mostTries = 8;
const firstPauseMs = 4;

/**
 * Runs `work` again while the database asks for it: a deadlock or a serialisation failure has written nothing.
 *
 * Pauses grow and are drawn at random, so that those who met do not meet again.
 */
export async function untilItHolds<T>(work: () => Promise<T>, mayTryAgain: (code: unknown) => boolean): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === mostTries || !causes(error).some(mayTryAgain)) throw error;
      const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
      const pause = firstPauseMs * 2 ** tried * (draw / 2 ** 32);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** What the error says of itself, and what a wrapped one says: a host's callback fails by the same deadlock. */
function causes(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return [];
  const { cause } = error;
  const inner = typeof cause === "object" && cause !== null ? cause : {};
  // `errcode` is that of node:sqlite.
  return [error, inner].flatMap((one) => ["code", "errno", "errcode"].map((name) => Reflect.get(one, name)));
}
