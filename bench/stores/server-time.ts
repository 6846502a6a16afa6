import { readFileSync } from "node:fs";
import pg from "pg";
import type { Change, Leased, Store } from "../../src/ports.js";
import { timeOrderedId } from "../../src/secrets/random.js";
import { postgresStore } from "../../src/store/postgres.js";
import {
  accountOf,
  activatedStub,
  emailOf,
  messageOf,
  noticeOf,
  pendingRegistration,
} from "../../src/testing/examples.js";
import { printTable } from "../table.js";
import { encodedPassword, newAddress, someAccounts } from "./people.js";
import { openPostgres } from "./postgres.js";
import { inRounds, spread } from "./rounds.js";

/** What is measured apart. The last is the sum of those before it. */
const steps = ["commit", "find", "activation", "lease", "settle", "in all"] as const;
type Spent = Record<(typeof steps)[number], number>;

const leaseMs = 90_000;
const handWritten = {
  tables: `create table users (id text primary key, email text not null unique, verified boolean not null default false);
create table credentials (user_id text primary key references users (id), password text not null)`,
  signUp: `with u as (insert into users (id, email) values ($1, $2) returning id)
insert into credentials (user_id, password) select id, $3 from u`,
  verify: "update users set verified = true where id = $1",
};

/**
 * Prints the processor time that the server's own process takes for a sign-up, statement by statement: the clock of a
 * process that waits stands still, so a busy machine alters it little. The server must run on this machine, under Linux.
 */
export async function benchServerTime(how: { readonly rounds: number; readonly people: number }): Promise<void> {
  for (const batch of [1, 20]) {
    const opened = await Promise.all([false, true].map((prepared) => openSubject(prepared, batch, how.people)));
    const floor = await openHandWritten(how.people);
    const subjects = [floor, ...opened];
    const spent = new Map(subjects.map((subject) => [subject, [] as Spent[]]));
    await inRounds(subjects, { rounds: how.rounds, turns: 1, of: "mean" }, async (subject) => {
      const round = await subject.round();
      spent.get(subject)?.push(round);
      return round["in all"];
    });
    printTable(
      `µs of the server's processor for a sign-up, ${batch} messages in a lease`,
      ["", ...steps],
      subjects.map((subject) => {
        // The first round has warmed up.
        const rounds = spent.get(subject)?.slice(1) ?? [];
        return [subject.name, ...steps.map((step) => spread(rounds.map((round) => round[step])))];
      }),
    );
    for (const { drop } of subjects) await drop();
  }
}

/** One connection, and its server process. */
async function openConnection() {
  const { url, drop } = await openPostgres(someAccounts);
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  const spent: Spent = { commit: 0, find: 0, activation: 0, lease: 0, settle: 0, "in all": 0 };
  const used = () => Number(readFileSync(`/proc/${rows[0]?.pid}/schedstat`, "utf8").split(" ")[0]) / 1_000;
  return {
    pool,
    async during(step: Exclude<keyof Spent, "in all">, work: () => Promise<void>) {
      const before = used();
      await work();
      spent[step] += used() - before;
      spent["in all"] += used() - before;
    },
    /** What each of so many people took, since it was last asked. */
    each(people: number): Spent {
      const each = { ...spent };
      for (const step of steps) {
        each[step] /= people;
        spent[step] = 0;
      }
      return each;
    },
    async drop() {
      await pool.end();
      await drop();
    },
  };
}

async function openSubject(prepared: boolean, batch: number, people: number) {
  const { pool, during, each, drop } = await openConnection();
  const store: Store<never> = postgresStore(pool, { prepared });

  async function deliver(): Promise<void> {
    for (let left = people; left > 0; ) {
      const now = Date.now();
      let leased: readonly Leased[] = [];
      await during("lease", async () => {
        leased = await store.lease(now, now + leaseMs, batch, "email");
      });
      if (leased.length === 0) throw new Error(`${left} messages were not leased.`);
      await during("settle", () => store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" }))));
      left -= leased.length;
    }
  }

  async function commitAll(step: "commit" | "activation", changes: readonly Change<never>[]): Promise<void> {
    await during(step, async () => {
      for (const change of changes) {
        if ((await store.commit(change)) !== "committed") throw new Error("A commit was not written.");
      }
    });
  }

  return {
    name: prepared ? "the store, prepared" : "the store",
    drop,
    async round(): Promise<Spent> {
      await pool.query("vacuum porchlight_message");
      const crowd = Array.from({ length: people }, () =>
        pendingRegistration({
          id: timeOrderedId(Date.now()),
          identifier: emailOf(newAddress()),
          password: encodedPassword,
          profile: null,
          consents: [],
        }),
      );
      const id = () => timeOrderedId(Date.now());
      await commitAll(
        "commit",
        crowd.map((one) => ({ base: 0, registration: one, outbox: [messageOf(one, { id: id() })] })),
      );
      await deliver();
      await during("find", async () => {
        for (const { id } of crowd) await store.find(id);
      });
      await commitAll(
        "activation",
        crowd.map((one) => {
          const account = accountOf(one, id());
          const registration = activatedStub(one, account.account.id);
          return { base: 1, registration, account, outbox: [noticeOf(one, { id: id() })] };
        }),
      );
      await deliver();
      return each(people);
    },
  };
}

/** The least that a careful engineer would write: two statements, no outbox. */
async function openHandWritten(people: number) {
  const { pool, during, each, drop } = await openConnection();
  await pool.query(handWritten.tables);
  return {
    name: "hand-written",
    drop,
    async round(): Promise<Spent> {
      await pool.query("vacuum users");
      const crowd = Array.from({ length: people }, () => ({ id: timeOrderedId(Date.now()), email: newAddress() }));
      await during("commit", async () => {
        for (const { id, email } of crowd) await pool.query(handWritten.signUp, [id, email, encodedPassword]);
      });
      await during("activation", async () => {
        for (const { id } of crowd) await pool.query(handWritten.verify, [id]);
      });
      return each(people);
    },
  };
}
