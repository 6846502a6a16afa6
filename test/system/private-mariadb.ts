import { join } from "node:path";
import mysql from "mysql2/promise";
import { freePort } from "./port.js";
import { type Premises, type PrivateOptions, premises } from "./premises.js";
import { folderWith } from "./programs.js";

const installer = folderWith(["mariadb-install-db"], ["/usr/bin"]);
const daemon = folderWith(["mariadbd"], ["/usr/sbin", "/usr/libexec"]);

/** Whether this machine has `mariadbd` and `mariadb-install-db`. */
export const hasMariadb: boolean = installer !== undefined && daemon !== undefined;

/** A MariaDB server that nobody else uses: it may be stopped, filled and starved. */
export interface PrivateMariadb {
  /** Names a user who may do all in databases that begin with `porchlight_test_`, and nothing to the server. */
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** `fast` is an orderly end; `immediate` is SIGKILL, and the next start recovers from the log. */
  stop(how: "fast" | "immediate"): Promise<void>;
  restart(how: "fast" | "immediate"): Promise<void>;
  /** Lets nobody write, open connections included: ER_OPTION_PREVENTS_STATEMENT (1290). */
  readOnly(on: boolean): Promise<void>;
  /** Takes every connection that is left (ER_CON_COUNT_ERROR, 1040), until the function that it answers is called. */
  exhaust(): Promise<() => Promise<void>>;
  /** Fills the disk of the whole server: ER_RECORD_FILE_FULL (1114); needs `diskMegabytes`. */
  fill(): Promise<void>;
  relieve(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Starts a server of its own on a free loopback port, in a temporary folder: about two seconds.
 *
 * `settings` are server options such as `max_connections`. `diskMegabytes`, at least 64, puts all of it on a disk of
 * that size. The folder and the server go with `remove()`, and with this process.
 *
 * @example
 * ```ts
 * const server = await privateMariadb({ settings: { max_connections: "10" } });
 * const { pool } = await freshMysql({ url: server.url });
 * await server.stop("immediate"); // … await server.start(); … await server.remove();
 * ```
 */
export async function privateMariadb(options: PrivateOptions = {}): Promise<PrivateMariadb> {
  if (installer === undefined || daemon === undefined) {
    throw new Error("No private MariaDB: mariadbd and mariadb-install-db are not in PATH.");
  }
  const site = await premises(["mysql", "nobody"], options.diskMegabytes);
  try {
    return await opened(join(installer, "mariadb-install-db"), join(daemon, "mariadbd"), site, options);
  } catch (error) {
    await site.remove();
    throw error;
  }
}

async function opened(
  install: string,
  server: string,
  site: Premises,
  options: PrivateOptions,
): Promise<PrivateMariadb> {
  const data = join(site.disk, "data");
  const port = await freePort();
  const root = `mysql://root@127.0.0.1:${port}`;
  const settings = {
    datadir: data,
    port,
    "bind-address": "127.0.0.1",
    socket: join(site.folder, "socket"),
    "pid-file": join(site.folder, "pid"),
    "innodb-log-file-size": "8M",
    "innodb-buffer-pool-size": "32M",
    ...options.settings,
  };
  const args = ["--no-defaults", ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)];
  await site.prepare(install, [
    ...["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    `--innodb-log-file-size=${settings["innodb-log-file-size"]}`,
  ]);

  const start = () => site.start(server, args, () => asRoot(root, async () => {}));
  const stop = (how: "fast" | "immediate") => site.stop(how === "fast" ? "SIGTERM" : "SIGKILL");
  await start();
  await asRoot(root, async (admin) => {
    // An ordinary user, for root writes where nobody may and keeps a connection when there is none left.
    await admin.query("create user porchlight@'127.0.0.1'");
    await admin.query("grant all on `porchlight\\_test\\_%`.* to porchlight@'127.0.0.1'");
  });
  const url = `mysql://porchlight@127.0.0.1:${port}`;

  return {
    url,
    port,
    start,
    stop,
    async restart(how) {
      await stop(how);
      await start();
    },
    readOnly: (on) => asRoot(root, (admin) => admin.query(`set global read_only = ${on ? 1 : 0}`)),
    async exhaust() {
      const held: mysql.Connection[] = [];
      for (;;) {
        const connection = await mysql.createConnection({ uri: url }).catch(() => undefined);
        if (connection === undefined) break;
        held.push(connection);
      }
      return async () => {
        for (const connection of held) await connection.end();
      };
    },
    fill: () => site.fill(),
    relieve: () => site.relieve(),
    remove: () => site.remove(),
  };
}

async function asRoot(url: string, work: (admin: mysql.Connection) => Promise<unknown>): Promise<void> {
  const admin = await mysql.createConnection({ uri: url, connectTimeout: 2_000 });
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
