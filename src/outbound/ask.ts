import { type ErrorCode, PorchlightError } from "../errors.js";

/** What one question to another's server may take, and as what its failure is thrown. */
export interface Bounds {
  readonly fetch: typeof globalThis.fetch;
  readonly patienceMs: number;
  readonly mostBytes: number;
  readonly code: ErrorCode;
  /** Any other status is a failure (`UNKNOWN_ANSWER`), and nothing more of the answer is read. */
  accepts(status: number): boolean;
}

export interface Heard {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks another's server once: in bounded time, for an answer of bounded size, and following no redirect (ASVS 13.1.3, 15.3.2).
 *
 * @throws PorchlightError of the bounds' code, with what is known as the `code` and `status` of its cause
 */
export async function ask(url: string, init: RequestInit, bounds: Bounds): Promise<Heard> {
  const failed = (cause: unknown) => failureOf(bounds.code, cause);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(failed({ code: "ETIMEDOUT" })), bounds.patienceMs);
  try {
    const reply = await bounds.fetch(url, { ...init, redirect: "error", signal: giveUp.signal });
    const { status } = reply;
    if (!bounds.accepts(status)) throw failed({ code: "UNKNOWN_ANSWER", status });
    return { status, text: await textOf(reply, bounds) };
  } catch (error) {
    throw failed(error);
  } finally {
    clearTimeout(timer);
    // What was not read is not received either.
    giveUp.abort();
  }
}

async function textOf({ body, status }: Response, { mostBytes, code }: Bounds): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw failureOf(code, { code: "ANSWER_TOO_LONG", status });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** An error of that code, unless it is one of ours already. */
function failureOf(code: ErrorCode, cause: unknown): PorchlightError {
  return cause instanceof PorchlightError ? cause : new PorchlightError(code, { cause });
}
