import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { openPort } from "../captcha/open-port.js";

// The protocol as the service's documents had it in November 2026: Have I Been Pwned, API v3, "Searching by range",
// "Padding".

export interface RangeDouble {
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[];
  /** Reaches the double in place of the service, over HTTP on loopback; any other host is an error. */
  readonly fetch: typeof globalThis.fetch;
  /** Adds a password as seen so often. */
  see(password: string, count: number): void;
  /** From now on every request is answered like this. */
  answer(how: (response: ServerResponse, rows: string) => void): void;
  close(): Promise<void>;
}

export const sha1 = (text: string): string => createHash("sha1").update(text, "utf8").digest("hex").toUpperCase();

/** Starts a double of the range API, which pads each answer to 800 rows when asked to. */
export async function rangeDouble(): Promise<RangeDouble> {
  const seen = new Map<string, number>();
  const requests: { method: string; path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let answerOtherwise: ((response: ServerResponse, rows: string) => void) | undefined;

  const rowsOf = (prefix: string, padded: boolean): string => {
    const rows = [...seen]
      .filter(([hash]) => hash.startsWith(prefix))
      .map(([hash, count]) => `${hash.slice(5)}:${count}`);
    while (padded && rows.length < 800) rows.push(`${sha1(`${prefix} ${rows.length}`).slice(5)}:0`);
    return rows.sort().join("\r\n");
  };

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method = "", url: path = "", headers } = request;
    requests.push({ method, path, headers, body });
    const rows = rowsOf(path.slice(path.lastIndexOf("/") + 1), headers["add-padding"] === "true");
    if (answerOtherwise !== undefined) return answerOtherwise(response, rows);
    response.setHeader("content-type", "text/plain").end(rows);
  });
  const { port, close } = await openPort(server);
  const service = "https://api.pwnedpasswords.com/";

  return {
    requests,
    fetch: (input, init) => {
      const url = String(input);
      if (!url.startsWith(service)) throw new Error(`The service is not at ${url}.`);
      return globalThis.fetch(url.replace(service, `http://127.0.0.1:${port}/`), init);
    },
    see(password, count) {
      seen.set(sha1(password), count);
    },
    answer(how) {
      answerOtherwise = how;
    },
    close,
  };
}
