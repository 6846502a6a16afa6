// Starts one of the examples on a free port: `npx tsx examples/frameworks/main.ts hono`, or `fastify`, or `express`.

import { once } from "node:events";
import { createServer } from "node:net";
import { serve } from "@hono/node-server";
import { createRegistrar } from "porchlight";
import { argon2Hasher } from "porchlight/hasher/argon2";
import { memoryLimiter } from "porchlight/limiter/memory";
import { consoleMailer } from "porchlight/mailer/console";
import { memoryStore } from "porchlight/store/memory";
import { expressApp } from "./express.js";
import { fastifyApp } from "./fastify.js";
import { honoApp } from "./hono.js";

const [name = "hono"] = process.argv.slice(2);
const probe = createServer();
await once(probe.listen(0, "localhost"), "listening");
const address = probe.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
probe.close();
const origin = `http://localhost:${port}`;

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
const registrar = createRegistrar({
  service: "Example",
  signInUrl: `${origin}/sign-in`,
  channels: {
    email: {
      mailer: consoleMailer(),
      // A page without script cannot read a fragment.
      activationUrl: name === "express" ? `${origin}/activate?t={token}` : `${origin}/activate#t={token}`,
      by: ["link", "code"],
    },
  },
  store: memoryStore(),
  limiter: memoryLimiter(),
  hasher: argon2Hasher(),
  captcha: "none", // See docs/captcha.md.
  keys: { seal: "k1", known: [{ id: "k1", secret: random() }], pseudonym: random() },
});

/** The one thing that Porchlight leaves to its host. */
const sessions = new Map<string, string>();
function begin(accountId: string): string {
  const session = crypto.randomUUID();
  sessions.set(session, accountId);
  return session;
}
const session = (accountId: string) => ({
  "Set-Cookie": `__Host-session=${begin(accountId)}; Path=/; Secure; HttpOnly; SameSite=Lax`,
});

const starts: Readonly<Record<string, () => unknown>> = {
  hono: () => serve({ fetch: honoApp(registrar, origin, session).fetch, port, hostname: "localhost" }),
  fastify: () => fastifyApp(registrar, origin, session).listen({ port, host: "localhost" }),
  express: () => expressApp(registrar, origin, begin).listen(port, "localhost"),
};
const start = starts[name];
if (start === undefined) throw new Error(`There is no ${name}; there are ${Object.keys(starts).join(", ")}.`);
await start();
console.log(name === "express" ? `Sign up: ${origin}/` : `Described: ${origin}/registration/openapi.json`);
