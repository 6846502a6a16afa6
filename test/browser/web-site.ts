import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { build } from "vite";
import { createSite, type Site, type SiteOptions } from "../../examples/web/site.js";

/** The reference app as `npm start` serves it, on a database and a port of its own. */
export interface WebSite extends Site {
  readonly origin: string;
  /** Lets time pass, for the site and not for the browser. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** Builds the page, as `npm start` does. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "porchlight-page-"));
  const root = fileURLToPath(new URL("../../examples/web/page", import.meta.url));
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "warn", build: { outDir: folder } });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Real providers in place of the outbox; a real server in place of PGlite, to be closed by who opened it. */
export type WebSiteOptions = Pick<SiteOptions, "mailer" | "texter"> & Partial<Pick<SiteOptions, "database">>;

export async function openWebSite(page: string, options: WebSiteOptions = {}): Promise<WebSite> {
  const own = options.database === undefined ? await PGlite.create() : undefined;
  const database = options.database ?? own;
  if (database === undefined) throw new Error("There is no database.");
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let skipped = 0;
  const clock = { now: () => Date.now() + skipped };
  const site = await createSite({ ...options, database, page, origin, clock });
  await once(site.server.listen(port, "localhost"), "listening");
  return {
    ...site,
    origin,
    advance(ms) {
      skipped += ms;
    },
    async close() {
      site.server.close();
      site.server.closeAllConnections();
      await site.registrar.close();
      await own?.close();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, "localhost"), "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
