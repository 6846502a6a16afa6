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

const utf8 = new TextDecoder("utf-8", { fatal: true });

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
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new RequestError("body_malformed");
  }
}

async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      timer = setTimeout(() => reject(new RequestError("body_too_slow")), longestMs);
      readToEnd(reader).then(resolve, reject);
    });
  } catch (error) {
    // Nobody waits for the rest, nor for the sender to hear of it.
    reader.cancel().catch(() => undefined);
    throw error instanceof RequestError ? error : new RequestError("body_malformed");
  } finally {
    clearTimeout(timer);
  }
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  let length = 0;
  let room: Uint8Array | undefined;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return held.subarray(0, length);
    if (length + value.length > mostBytes) throw new RequestError("body_too_large");
    // One piece is kept as it came. Many are copied into one place, for each may keep a whole buffer of its sender alive.
    if (length === 0) held = value;
    else {
      room ??= withRoom(held);
      room.set(value, length);
      held = room;
    }
    length += value.length;
  }
}

/** The same bytes with room for all that may follow. */
function withRoom(bytes: Uint8Array): Uint8Array {
  const room = new Uint8Array(mostBytes);
  room.set(bytes);
  return room;
}
