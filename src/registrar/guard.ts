import { type ErrorCode, PorchlightError, recast } from "../errors.js";

/** What the call has come to by then, nobody knows. */
const timedOut = { code: "ETIMEDOUT" };

/** Whether a port was given up on, so that its work may yet have succeeded. */
export function isTimeOut(error: unknown): boolean {
  const cause = error instanceof PorchlightError ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && Reflect.get(cause, "code") === timedOut.code;
}

/**
 * Calls a port: bounded in time, and with its failure turned into a {@link PorchlightError} of one code.
 *
 * No call is ever repeated here; delivery is the only retry.
 */
export function guarded<T>(
  call: () => Promise<T>,
  rule: { readonly code: ErrorCode; readonly seconds: number; readonly late?: ErrorCode },
): Promise<T> {
  // One promise that both settle: a race of two costs three more, at every call of every port.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new PorchlightError(rule.late ?? rule.code, { cause: timedOut })),
      rule.seconds * 1000,
    );
    const settle = async () => {
      try {
        resolve(await call());
      } catch (error) {
        reject(recast(error, rule.code));
      } finally {
        clearTimeout(timer);
      }
    };
    void settle();
  });
}

/** The same for what answers at once. */
export function guardedNow<T>(call: () => T, { code }: { readonly code: ErrorCode }): T {
  try {
    return call();
  } catch (error) {
    throw recast(error, code);
  }
}
