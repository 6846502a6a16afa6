import * as z from "zod";
import { PorchlightError } from "../errors.js";
import { ask } from "../outbound/ask.js";

/** What a provider says of a good token. */
export interface SiteverifyAnswer {
  /** In epoch milliseconds. */
  readonly solvedAt: number;
  readonly hostname: string | undefined;
  readonly action: string | undefined;
  readonly score: number | undefined;
}

// ASVS 13.1.3: a captcha's limit is 3 s.
const patienceMs = 3_000;
// An answer has some 300 bytes.
const mostBytes = 65_536;

/** What a visitor can cause. Any other code is the host's fault or the provider's, and thrown. */
const faultsOfToken: ReadonlySet<string> = new Set([
  "missing-input-response",
  "invalid-input-response",
  "timeout-or-duplicate",
  "expired-input-response",
  "already-seen-response",
  "invalid-or-already-seen-response",
  // hCaptcha: a token of somebody else's sitekey, or the one of its documents for tests.
  "sitekey-secret-mismatch",
  "not-using-dummy-passcode",
  // reCAPTCHA v3, in no table: its script could not run in that browser, or not on that host.
  "browser-error",
]);

const answers = z.discriminatedUnion("success", [
  z.object({
    success: z.literal(true),
    // With its zone, without which a moment is read as local time.
    challenge_ts: z.iso.datetime({ offset: true }),
    hostname: z.string().nullish(),
    action: z.string().nullish(),
    score: z.number().nullish(),
  }),
  z.object({ success: z.literal(false), "error-codes": z.array(z.string()).nullish() }),
]);

/**
 * Asks a provider about a token, in three seconds at most: its answer to a good one, nothing for a bad one.
 *
 * @throws ERR_CAPTCHA for all else, with what is known as the `code` and `status` of its cause
 */
export async function askSiteverify(
  url: string,
  form: URLSearchParams,
  fetch: typeof globalThis.fetch,
): Promise<SiteverifyAnswer | undefined> {
  const { status, text } = await ask(
    url,
    { method: "POST", body: form },
    // A provider says with a status below 500 what is wrong with a token.
    { fetch, patienceMs, mostBytes, code: "ERR_CAPTCHA", accepts: (given) => given < 500 },
  );
  const read = answers.safeParse(parsed(text));
  if (!read.success || (read.data.success && status !== 200)) throw failure({ code: "UNKNOWN_ANSWER", status });
  if (read.data.success) {
    const { challenge_ts, hostname, action, score } = read.data;
    return {
      solvedAt: Date.parse(challenge_ts),
      hostname: hostname ?? undefined,
      action: action ?? undefined,
      score: score ?? undefined,
    };
  }
  const foreign = read.data["error-codes"]?.find((code) => !faultsOfToken.has(code));
  // A hyphen is no part of a cause's code.
  if (foreign !== undefined) throw failure({ code: foreign.replaceAll("-", "_"), status });
  return undefined;
}

export function failure(cause: { readonly code: string; readonly status?: number }): PorchlightError {
  return new PorchlightError("ERR_CAPTCHA", { cause });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
