// Porchlight in Fastify.

import { Readable } from "node:stream";
import fastify, { type FastifyInstance } from "fastify";
import type { HandlerOptions, Served } from "porchlight/http";
import { createHandler } from "porchlight/http";

/** `origin`: where the site is reached, such as `https://app.example`. */
export function fastifyApp(registrar: Served, origin: string, session: HandlerOptions["session"]): FastifyInstance {
  const callers = new WeakMap<Request, string>();
  const handle = createHandler(registrar, { caller: (request) => ({ ip: callers.get(request) }), origin, session });
  const app = fastify();
  app.register(async (scope) => {
    // In this scope alone bodies stay unread: the handler bounds them itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", async () => undefined);
    scope.all("/registration/*", async ({ raw, ip, url, method }, reply) => {
      const bodied = method !== "GET" && method !== "HEAD";
      const headers = new Headers();
      for (const [name, value] of Object.entries(raw.headers)) headers.set(name, String(value));
      const body = { body: Readable.toWeb(raw), duplex: "half" } as const;
      const request = new Request(new URL(url, origin), { method, headers, ...(bodied && body) });
      callers.set(request, ip);
      return reply.send(await handle(request));
    });
  });
  return app;
}
