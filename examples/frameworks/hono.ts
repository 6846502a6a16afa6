// Porchlight in Hono, on Node.

import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import type { HandlerOptions, Served } from "porchlight/http";
import { createHandler } from "porchlight/http";

/** `origin`: where the site is reached, such as `https://app.example`. */
export function honoApp(registrar: Served, origin: string, session: HandlerOptions["session"]): Hono {
  const callers = new WeakMap<Request, string>();
  const handle = createHandler(registrar, { caller: (request) => ({ ip: callers.get(request) }), origin, session });
  const app = new Hono();
  app.all("/registration/*", (c) => {
    // The connection's own address. Behind a proxy of yours, the one that it vouches for.
    const { address } = getConnInfo(c).remote;
    if (address !== undefined) callers.set(c.req.raw, address);
    return handle(c.req.raw);
  });
  return app;
}
