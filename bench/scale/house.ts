import type pg from "pg";
import type { Mail, Store } from "../../src/ports.js";
import { createRegistrar, type Registrar } from "../../src/registrar/registrar.js";
import { migrate, postgresStore } from "../../src/store/postgres.js";
import { type FixedClock, fixedClock } from "../../src/testing/clock.js";
import { freshPostgres } from "../../test/system/fresh-postgres.js";
import { noHasher, openDoor } from "../stores/crowd.js";
import { proveFilled } from "../stores/people.js";
import { fillAccounts } from "../stores/postgres.js";
import { counted } from "../stores/trips.js";
import { keys } from "../world.js";
import { fillWaiting } from "./fill.js";

/**
 * A database with so many accounts, their stubs, and as many messages that wait, behind one connection, so that
 * PostgreSQL's counts are those of whoever asked.
 */
export interface House {
  readonly accounts: number;
  readonly title: string;
  readonly pool: pg.Pool;
  readonly backend: number;
  readonly store: Store<never>;
  readonly registrar: Registrar<"email", null>;
  /** Stands unless it is told to go on, so that no run is long enough for what was put off to come due. */
  readonly clock: FixedClock;
  readonly statements: () => number;
  /** The link that came to an address. */
  readonly linkTo: (email: string) => string;
  readonly mails: () => number;
  drop(): Promise<void>;
}

export async function openHouse(accounts: number, again = ""): Promise<House> {
  const { pool, drop } = await freshPostgres({ connections: 1 });
  await migrate(pool);
  const clock = fixedClock(Date.now());
  const begun = performance.now();
  // Foreign keys hold by what is written; to prove it row by row would take as long as all the rest.
  const quickly = "set local session_replication_role = replica";
  for (const sql of [...fillAccounts(accounts), ...fillWaiting(accounts, clock.now())]) {
    await pool.query(`${quickly}; ${sql}`);
  }
  for (const sql of ["vacuum analyze", "checkpoint"]) await pool.query(sql);
  const seconds = (performance.now() - begun) / 1_000;
  const { rows } = await pool.query("select pg_backend_pid() as pid, pg_database_size(current_database()) as size");

  const { client, count } = counted(pool);
  const store = postgresStore(client);
  await proveFilled({ store }, accounts);
  const letters = new Map<string, string>();
  let mails = 0;
  const mailer = {
    async send(mail: Mail): Promise<void> {
      mails += 1;
      if (mail.kind === "activation") letters.set(mail.to, mail.link ?? "");
    },
  };
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
    store,
    limiter: openDoor,
    hasher: noHasher,
    captcha: "none",
    keys,
    clock,
    delivery: "manual",
  });
  const size = Number(rows[0].size);
  const bytes = Math.round(size / accounts).toLocaleString("en");
  const title = `${accounts.toLocaleString("en")}${again}`;
  console.log(`${title} filled in ${seconds.toFixed(1)} s: ${(size / 1e6).toFixed(0)} MB, ${bytes} bytes an account`);
  return {
    accounts,
    title,
    pool,
    backend: rows[0].pid,
    store,
    registrar,
    clock,
    statements: count,
    linkTo(email) {
      const link = letters.get(email);
      if (link === undefined) throw new Error(`No link came to ${email}.`);
      letters.delete(email);
      return link;
    },
    mails: () => mails,
    async drop() {
      await registrar.close();
      await drop();
    },
  };
}
