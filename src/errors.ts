/** What broke, as a stable code. A visitor's doing is never among them: that is a returned problem. */
export type ErrorCode =
  | "ERR_STORE"
  | "ERR_STORE_TIMEOUT"
  | "ERR_SCHEMA_OUTDATED"
  | "ERR_CAPTCHA"
  | "ERR_LIMITER"
  | "ERR_HASHER"
  | "ERR_MAILER"
  | "ERR_TEXTER"
  | "ERR_BREACH_CHECK"
  | "ERR_HOST_CALLBACK"
  | "ERR_OVERLOADED"
  | "ERR_UNDELIVERABLE"
  | "ERR_RATE_LIMITED";

const sentences: Readonly<Record<ErrorCode, string>> = {
  ERR_STORE: "The store failed.",
  ERR_STORE_TIMEOUT: "The store did not answer in time.",
  ERR_SCHEMA_OUTDATED:
    'The database schema is missing or older than this version needs; run "await migrate(db)" of the store\'s own module (such as porchlight/store/postgres), or the SQL of its schema().',
  ERR_CAPTCHA: "The captcha service failed.",
  ERR_LIMITER: "The limiter failed.",
  ERR_HASHER: "The password hasher failed.",
  ERR_MAILER: "The mailer failed; the mail is tried again.",
  ERR_TEXTER: "The texter failed; the text message is tried again.",
  ERR_BREACH_CHECK: "The breach check failed; the local list decides.",
  ERR_HOST_CALLBACK: "A callback of the host application threw.",
  ERR_OVERLOADED: "The queue is full; try again later.",
  ERR_UNDELIVERABLE: "The provider refused this message for good.",
  ERR_RATE_LIMITED: "The provider asks to slow down.",
};

/**
 * Breakage, thrown: a port that failed, a queue that is full.
 *
 * `cause` is a copy with name, code and status only, because raw driver errors quote addresses and statements.
 *
 * @example
 * ```ts
 * import { PorchlightError } from "porchlight";
 * throw new PorchlightError("ERR_RATE_LIMITED", { retryAfterSeconds: 30 });
 * ```
 */
export class PorchlightError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(sentences[code], options.cause === undefined ? undefined : { cause: harmless(options.cause) });
    this.name = "PorchlightError";
    this.code = code;
    const { retryAfterSeconds: wait = 0 } = options;
    // A wait that is no number (a date, say) must not park anything for ever.
    this.retryAfterSeconds = Number.isFinite(wait) && wait > 0 ? wait : undefined;
  }
}

/**
 * A port's failure as one of ours, made anew: its code and its wait are kept, whatever else was put on it or changed in it
 * stays behind. What is none of ours is `code`.
 */
export function recast(error: unknown, code: ErrorCode): PorchlightError {
  if (!(error instanceof PorchlightError)) return new PorchlightError(code, { cause: error });
  const { cause, retryAfterSeconds } = error;
  const known = Object.hasOwn(sentences, error.code) ? error.code : code;
  return new PorchlightError(known, { retryAfterSeconds, ...(cause !== undefined && { cause }) });
}

/**
 * Short identifiers such as `ECONNREFUSED` or `23505`; anything longer may quote what was sent. A code that was sent to
 * somebody has at least six digits, so none so long is kept.
 */
const identifier = /^[A-Za-z][A-Za-z0-9_]{0,39}$|^(?!\d{6})[0-9A-Z]{1,8}$/;
const largestNumber = 99_999;

/** An error of a driver lies beneath that of a query builder, and that beneath one of the host's own. */
const deepest = 4;

/**
 * What may be kept of a foreign error: its kind, never its words. What the error itself does not say is taken from its
 * cause, so that a deadlock (`40001`, `1213`) is known as one through whatever wrapped it.
 */
function harmless(cause: unknown): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  let error = cause;
  for (let depth = 0; depth < deepest && typeof error === "object" && error !== null; depth += 1) {
    // `errcode` is that of node:sqlite.
    for (const key of ["name", "code", "errno", "errcode", "status", "statusCode", "responseCode"]) {
      const value = memberOf(error, key);
      const told =
        (typeof value === "number" && Math.abs(value) <= largestNumber) ||
        (typeof value === "string" && identifier.test(value));
      if (told && !(key in kept)) kept[key] = value;
    }
    error = memberOf(error, "cause");
  }
  return kept;
}

/** A member that throws when it is looked at, and its words with it, is none. */
function memberOf(error: object, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    return undefined;
  }
}
