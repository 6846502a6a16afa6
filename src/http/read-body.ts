import { statusOf } from "./problem-status.js";
import type { RequestFault } from "./words.js";

/** What ends a request before the registrar hears of it. */
export class RequestError extends Error {
  readonly fault: RequestFault;
  readonly headers: Readonly<Record<string, string>>;

  constructor(fault: RequestFault, headers: Readonly<Record<string, string>> = {}) {
    super(fault);
    this.name = "RequestError";
    this.fault = fault;
    this.headers = headers;
  }

  get status(): number {
    return statusOf[this.fault];
  }
}

/** More than every field at its longest, a ticket and a captcha among them. */
const mostBytes = 16 * 1024;
/** What is sent in one piece arrives at once; a body that trickles holds a connection (OWASP, Denial of Service). */
const longestMs = 10_000;

/**
 * Reads a body of JSON, of at most 16 kB, within ten seconds; it is never held beyond that.
 *
 * @throws RequestError for another type, too much, too slow, or what is no JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new RequestError("content_type_not_json", { Accept: "application/json" });
  const said = Number(request.headers.get("content-length") ?? 0);
  if (said > mostBytes) throw new RequestError("body_too_large");
  const bytes = await readBytes(request.body);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RequestError("body_malformed");
  }
}

async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  let tooSlow: (error: RequestError) => void = () => undefined;
  const limit = new Promise<never>((_, reject) => {
    tooSlow = reject;
  });
  const timer = setTimeout(() => tooSlow(new RequestError("body_too_slow")), longestMs);
  const bytes = new Uint8Array(mostBytes);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), limit]);
      if (done) return bytes.subarray(0, length);
      if (length + value.length > mostBytes) throw new RequestError("body_too_large");
      bytes.set(value, length);
      length += value.length;
    }
  } catch (error) {
    // Nobody waits for the rest, nor for the sender to hear of it.
    reader.cancel().catch(() => undefined);
    throw error instanceof RequestError ? error : new RequestError("body_malformed");
  } finally {
    clearTimeout(timer);
  }
}
