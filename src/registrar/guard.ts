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
export async function guarded<T>(
  call: () => Promise<T>,
  rule: { readonly code: ErrorCode; readonly seconds: number; readonly late?: ErrorCode },
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PorchlightError(rule.late ?? rule.code, { cause: timedOut })),
      rule.seconds * 1000,
    );
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw recast(error, rule.code);
  } finally {
    clearTimeout(timer);
  }
}

/** The same for what answers at once. */
export function guardedNow<T>(call: () => T, { code }: { readonly code: ErrorCode }): T {
  try {
    return call();
  } catch (error) {
    throw recast(error, code);
  }
}
