import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { migrate } from "../../src/store/postgres.js";
import { freshPostgres } from "../../test/system/fresh-postgres.js";
import { median } from "../measure.js";
import { spread } from "../stores/rounds.js";
import { printTable } from "../table.js";

const child = fileURLToPath(new URL("crowd-child.js", import.meta.url));
const ms = 4_000;

interface Told {
  readonly people: number;
  readonly seconds: number;
  readonly ownMicros: number;
}

/** What so many processes came to together. */
interface Shared {
  readonly perSecond: number;
  readonly ownMicros: number;
  /** Of all looks at a connection at work, the share of those at which it waited for a lock of a row or a table. */
  readonly lockWaits: number;
  /** The same for what it mostly waits for: the log's flush and its lock. */
  readonly logWaits: number;
  readonly deadlocks: number;
}

/**
 * Prints what one, two and four processes come to on one database, eight people at once in each, no hash: to load the
 * database, which with a hash would wait for the processes.
 */
export async function benchProcesses(rounds: number): Promise<void> {
  const numbers = [1, 2, 4];
  const came = numbers.map((): Shared[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [n, processes] of numbers.entries()) came[n]?.push(await share(processes));
  }
  const first = came[0] ?? [];
  const of = (shared: readonly Shared[], pick: (one: Shared) => number) => shared.map(pick);
  printTable(
    `sign-ups by several processes on one database, ${rounds} rounds`,
    ["processes", "sign-ups/s", "times one", "own µs each", "waits for a lock", "waits for the log", "deadlocks"],
    came.map((shared, n) => [
      String(numbers[n]),
      spread(of(shared, ({ perSecond }) => perSecond)),
      spread(shared.map(({ perSecond }, round) => perSecond / (first[round]?.perSecond ?? Number.NaN))),
      spread(of(shared, ({ ownMicros }) => ownMicros)),
      percent(of(shared, ({ lockWaits }) => lockWaits)),
      percent(of(shared, ({ logWaits }) => logWaits)),
      String(median(of(shared, ({ deadlocks }) => deadlocks))),
    ]),
  );
}

const percent = (shares: readonly number[]): string => `${(median(shares) * 100).toFixed(1)} %`;

async function share(processes: number): Promise<Shared> {
  const { pool, url, drop } = await freshPostgres({ connections: 1 });
  await migrate(pool);
  let over = false;
  const looks = look(url, () => over);
  const told = await Promise.all(
    Array.from({ length: processes }, async (): Promise<Told> => {
      const { stdout } = await promisify(execFile)(process.execPath, [child, url, String(ms)]);
      return JSON.parse(stdout);
    }),
  );
  over = true;
  const { active, locks, log, deadlocks } = await looks;
  await drop();
  return {
    perSecond: told.reduce((sum, { people, seconds }) => sum + people / seconds, 0),
    ownMicros: median(told.map(({ ownMicros }) => ownMicros)),
    lockWaits: locks / active,
    logWaits: log / active,
    deadlocks,
  };
}

/** Looks every 20 ms at what the connections at work wait for. */
async function look(url: string, over: () => boolean) {
  const client = new pg.Client(url);
  await client.connect();
  let [active, locks, log] = [0, 0, 0];
  while (!over()) {
    const { rows } = await client.query<{ wait_event_type: string | null; wait_event: string | null }>(
      `select wait_event_type, wait_event from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and state = 'active'`,
    );
    active += rows.length;
    locks += rows.filter(({ wait_event_type }) => wait_event_type === "Lock").length;
    log += rows.filter(({ wait_event }) => /^WAL/.test(wait_event ?? "")).length;
    await pause(20);
  }
  const { rows } = await client.query<{ deadlocks: string }>(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  await client.end();
  return { active, locks, log, deadlocks: Number(rows[0]?.deadlocks ?? 0) };
}
