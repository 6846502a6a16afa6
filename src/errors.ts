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
  ERR_SCHEMA_OUTDATED: "The database schema is older than this version needs; run migrate().",
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

/** Short identifiers such as `ECONNREFUSED` or `23505`; anything longer may quote what was sent. */
const identifier = /^[A-Za-z][A-Za-z0-9_]{0,39}$|^[0-9A-Z]{1,8}$/;

/** What may be kept of a foreign error: its kind, never its words. */
function harmless(cause: unknown): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  if (typeof cause !== "object" || cause === null) return kept;
  for (const key of ["name", "code", "errno", "status", "statusCode", "responseCode"]) {
    const value: unknown = Reflect.get(cause, key);
    if (typeof value === "number" || (typeof value === "string" && identifier.test(value))) kept[key] = value;
  }
  return kept;
}
