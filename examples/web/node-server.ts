// Between node:http and the Web's Request and Response, which the rest of the example speaks.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** A server that answers each request by `handle`; `ip` is the connection's own, which no header changes. */
export function serve(handle: (request: Request, ip: string | undefined) => Promise<Response>): Server {
  return createServer(async (incoming, outgoing) => {
    try {
      await send(await handle(toRequest(incoming), incoming.socket.remoteAddress), outgoing);
    } catch (error) {
      console.error(error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    }
  });
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = "GET", url = "/", headers } = incoming;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) given.append(name, one);
  }
  const bodied = method !== "GET" && method !== "HEAD";
  const body: ReadableStream<Uint8Array> = Readable.toWeb(incoming);
  const address = new URL(`http://${headers.host ?? "localhost"}`);
  return new Request(new URL(url.replace(/^\/+/, "/"), address), {
    method,
    headers: given,
    ...(bodied && { body, duplex: "half" as const }),
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  // Pages and answers are small; a visitor who left meanwhile misses nothing.
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}
