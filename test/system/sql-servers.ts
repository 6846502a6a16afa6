import type { PrivateOptions } from "./premises.js";
import {
  describeMysql,
  describePostgres,
  describePrivateMariadb,
  describePrivatePostgres,
  freshMysql,
  freshPostgres,
} from "./servers.js";
import type { Kind } from "./worker-databases.js";

/** What a test gets of a fresh database, whatever server it is on. */
export interface Fresh {
  readonly url: string;
  empty(): Promise<void>;
  drop(): Promise<void>;
}

/** What a test does to a server of its own. */
export interface PrivateServer {
  readonly url: string;
  start(): Promise<void>;
  stop(how: "fast" | "immediate"): Promise<void>;
  readOnly(on: boolean): Promise<void>;
  exhaust(): Promise<() => Promise<void>>;
  fill(): Promise<void>;
  relieve(): Promise<void>;
}

/** A kind of server on which several processes share one database. */
export interface SqlServer {
  readonly title: string;
  readonly kind: Kind;
  /** How often a process is killed in the test of crashes; a multiple of four. */
  readonly kills: number;
  /** The least disk that such a server starts on, in megabytes. */
  readonly smallDisk: number;
  /** Makes a fresh database on another server than the usual one. */
  readonly fresh: (options: { readonly url: string; readonly connections: number }) => Promise<Fresh>;
  readonly describe: (title: string, tests: (database: () => Fresh) => void) => void;
  readonly describePrivate: (
    title: string,
    options: PrivateOptions,
    tests: (server: () => PrivateServer) => void,
  ) => void;
}

/** The full number of kills, where a run has the time for it. */
const demandedKills = Number(process.env.PORCHLIGHT_KILLS ?? 0);

export const sqlServers: readonly SqlServer[] = [
  {
    title: "PostgreSQL",
    kind: "postgres",
    kills: demandedKills || 200,
    smallDisk: 32,
    fresh: freshPostgres,
    describe: describePostgres,
    describePrivate: describePrivatePostgres,
  },
  {
    title: "MariaDB",
    kind: "mysql",
    kills: demandedKills || 40,
    smallDisk: 160,
    fresh: freshMysql,
    describe: describeMysql,
    describePrivate: describePrivateMariadb,
  },
];
