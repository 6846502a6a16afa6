import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "./port.js";
import { type Premises, type PrivateOptions, premises } from "./premises.js";
import { folderWith, versionsIn } from "./programs.js";

const programs = folderWith(["initdb", "postgres"], versionsIn("/usr/lib/postgresql", "bin"));

/** Whether this machine has `initdb` and `postgres`. */
export const hasPostgres: boolean = programs !== undefined;

/** A PostgreSQL server that nobody else uses: it may be stopped, filled and starved. */
export interface PrivatePostgres {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** `fast` says goodbye to every client; `immediate` is a crash, and the next start recovers from the log. */
  stop(how: "fast" | "immediate"): Promise<void>;
  restart(how: "fast" | "immediate"): Promise<void>;
  /** Lets nobody write, open connections included: SQLSTATE 25006. */
  readOnly(on: boolean): Promise<void>;
  /** Takes every connection that is left (53300), until the function that it answers is called. */
  exhaust(): Promise<() => Promise<void>>;
  /** Fills the disk under the tables, not that of the log (53100); needs `diskMegabytes`. */
  fill(): Promise<void>;
  relieve(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Starts a cluster of its own on a free loopback port, in a temporary folder: about a second.
 *
 * `settings` go into postgresql.conf. `diskMegabytes`, at least 32, puts every database that is created on a disk of
 * that size. The folder and the server go with `remove()`, and with this process.
 *
 * @example
 * ```ts
 * const server = await privatePostgres({ settings: { max_connections: "10" } });
 * const { pool } = await freshPostgres({ url: server.url });
 * await server.stop("immediate"); // … await server.start(); … await server.remove();
 * ```
 */
export async function privatePostgres(options: PrivateOptions = {}): Promise<PrivatePostgres> {
  if (programs === undefined) throw new Error("No private PostgreSQL: initdb and postgres are not in PATH.");
  const site = await premises(["postgres", "nobody"], options.diskMegabytes);
  try {
    return await opened(programs, site, options);
  } catch (error) {
    await site.remove();
    throw error;
  }
}

async function opened(programs: string, site: Premises, options: PrivateOptions): Promise<PrivatePostgres> {
  const data = join(site.folder, "data");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await site.prepare(join(programs, "initdb"), [
    ...["--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"],
    "--no-sync",
  ]);
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port, ...options.settings };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(data, "postgresql.conf"), lines.join(""));

  const start = () => site.start(join(programs, "postgres"), ["-D", data], () => asAdmin(url, async () => {}));
  const stop = (how: "fast" | "immediate") => site.stop(how === "fast" ? "SIGINT" : "SIGQUIT");
  await start();
  if (options.diskMegabytes !== undefined) {
    // What is created from template1 lies where template1 lies.
    await asAdmin(url, async (admin) => {
      await admin.query(`create tablespace small location '${site.disk}'`);
      await admin.query("alter database template1 set tablespace small");
    });
  }

  return {
    url,
    port,
    start,
    stop,
    async restart(how) {
      await stop(how);
      await start();
    },
    readOnly: (on) =>
      asAdmin(url, async (admin) => {
        const wanted = on ? "on" : "off";
        await admin.query(`alter system set default_transaction_read_only = ${wanted}`);
        await admin.query("select pg_reload_conf()");
        // The server tells all its sessions at once: when an open one knows, so do the others.
        const setting = async () => (await admin.query("show default_transaction_read_only")).rows[0];
        while ((await setting())?.default_transaction_read_only !== wanted);
      }),
    async exhaust() {
      const held: pg.Client[] = [];
      for (;;) {
        const client = new pg.Client({ connectionString: url });
        client.on("error", () => {});
        if (
          !(await client.connect().then(
            () => true,
            () => false,
          ))
        )
          break;
        held.push(client);
      }
      return async () => {
        for (const client of held) await client.end();
      };
    },
    fill: () => site.fill(),
    relieve: () => site.relieve(),
    remove: () => site.remove(),
  };
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  admin.on("error", () => {});
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
