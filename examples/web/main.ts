// Builds the page and serves the site: on PGlite unless PORCHLIGHT_POSTGRES_URL names a server, with an outbox page unless
// SMTP_URL names one. PORT chooses the port; a free one without it. DATA names a folder that keeps
// the keys, and PGlite's database, over a restart; one process at a time may use it.

import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { createTransport } from "nodemailer";
import pg from "pg";
import { nodemailerMailer } from "porchlight/mailer/nodemailer";
import { build } from "vite";
import { keptKeys, randomKeys } from "./keys.js";
import { createSite } from "./site.js";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
await build({ root: folder("page"), configFile: folder("page/vite.config.ts"), logLevel: "warn" });

const { PORT, PORCHLIGHT_POSTGRES_URL: connectionString, SMTP_URL: smtp, DATA: data } = process.env;
const keys = data === undefined ? randomKeys() : await keptKeys(join(data, "keys"));
const database =
  connectionString === undefined ? new PGlite(data && join(data, "database")) : new pg.Pool({ connectionString });
if (database instanceof pg.Pool) database.on("error", (error) => console.error(error));
const mailer =
  smtp === undefined ? undefined : nodemailerMailer(createTransport(smtp), { from: "Example <no-reply@example.com>" });

const port = PORT === undefined ? await freePort() : Number(PORT);
const origin = `http://localhost:${port}`;
const { server, registrar } = await createSite({ database, page: folder("page/dist"), origin, mailer, keys });
await once(server.listen(port, "localhost"), "listening");
console.log(`Sign up:  ${origin}/`);
if (smtp === undefined)
  console.log(`Outbox:   ${origin}/outbox   (mails and text messages; nothing leaves this machine)`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await registrar.close();
    await (database instanceof pg.Pool ? database.end() : database.close());
  });
}

/** The registrar knows its own address before the server listens, for it is in every link. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, "localhost"), "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
