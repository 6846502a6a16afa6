import pg from "pg";
import { postgresStore } from "../../src/store/postgres.js";
import { printTable } from "../table.js";
import { type Act, changeOf, fillPending, scripts, variablesFrom } from "./commit-rows.js";
import type { Kept } from "./kept.js";
import { someAccounts } from "./people.js";
import { type Protocol, pgbench } from "./pgbench.js";
import { openPostgres } from "./postgres.js";
import { inRounds, type Rounds, spread, times } from "./rounds.js";

const acts: readonly Act[] = ["a new registration", "a resend", "an activation"];

/** One of those who write the same rows. `write` gives microseconds for one commit, `many` each of `atOnce`. */
interface Writer {
  readonly name: string;
  write(act: Act, first: number, atOnce: number, each: number): Promise<number>;
}

/**
 * Prints what a commit takes on PostgreSQL, beside the same rows written by pgbench: as it is by default, and with
 * `synchronous_commit = off`, where nobody waits for the disk and the rest of the work can be seen.
 */
export async function benchCommits(how: Rounds & { readonly commits: number }): Promise<void> {
  for (const waiting of ["on", "off"] as const) await compare(waiting, how);
}

async function compare(waiting: "on" | "off", how: Rounds & { readonly commits: number }): Promise<void> {
  const { url: plain, drop } = await openPostgres(someAccounts);
  const url = `${plain}?options=${encodeURIComponent(`-c synchronous_commit=${waiting}`)}`;
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const writers = [
    byStore("the store", postgresStore(pool)),
    byStore("the store, prepared", postgresStore(pool, { prepared: true })),
    byPgbench("pgbench, prepared", url, "prepared"),
    byPgbench("pgbench, simple", url, "simple"),
  ];
  // Every registration that is there is used once.
  let used = 0;
  for (const act of acts) {
    for (const atOnce of [1, 8]) {
      const each = Math.ceil(how.commits / atOnce);
      const many = each * atOnce;
      const last = used + many * writers.length * how.turns * (how.rounds + 1);
      if (act !== "a new registration") await pool.query(fillPending(used, last - 1));
      await pool.query("vacuum analyze");
      const came = await inRounds(writers, how, ({ write }) => {
        used += many;
        return write(act, used - many, atOnce, each);
      });
      const [store = [], , prepared = [], simple = []] = came;
      printTable(
        `PostgreSQL, synchronous_commit ${waiting}: ${act}, ${atOnce} at once; ${how.rounds} rounds of ${many * how.turns} commits`,
        ["", "µs", "times pgbench prepared", "times pgbench simple"],
        writers.map(({ name }, n) => {
          const costs = came[n] ?? store;
          return [name, spread(costs), spread(times(costs, prepared)), spread(times(costs, simple))];
        }),
      );
    }
  }
  const { rows } = await pool.query("select count(*)::integer as written from porchlight_message");
  if (rows[0].written !== used) throw new Error(`Of ${used} commits, ${rows[0].written} were written.`);
  await pool.end();
  await drop();
}

function byStore(name: string, store: Kept["store"]): Writer {
  return {
    name,
    async write(act, first, atOnce, each) {
      const begun = performance.now();
      const line = async (start: number) => {
        for (let n = start; n < first + atOnce * each; n += atOnce) {
          const answer = await store.commit(changeOf(act, n));
          if (answer !== "committed") throw new Error(`${act} was ${answer}.`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, (_, n) => line(first + n)));
      return ((performance.now() - begun) * 1_000) / each;
    },
  };
}

function byPgbench(name: string, url: string, protocol: Protocol): Writer {
  return {
    name,
    write: (act, first, atOnce, transactions) =>
      pgbench(url, { script: scripts[act], variables: variablesFrom(first), protocol, atOnce, transactions }),
  };
}
