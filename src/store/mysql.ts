import type { Store, Stored } from "../ports.js";
import type { Row, Run } from "../sql/database.js";
import { type MysqlConnection, type MysqlPool, mysqlDatabase } from "../sql/mysql.js";
import type { TimeLimit } from "../sql/patience.js";
import { atOrPast, readAccount, readAccountOf } from "../stored/account.js";
import { fits, integer, text } from "../stored/columns.js";
import { failedEvent, readLeased, tooFar } from "../stored/outbox.js";
import { readRegistration } from "../stored/registration.js";
import { type Write, writesOf } from "./mysql-commit.js";
import { leaseEvents, leaseMessages, settle } from "./mysql-outbox.js";
import {
  charge,
  closePending,
  ended,
  eraseAccount,
  hasPassword,
  pendingOf,
  purge,
  selectAccount,
  selectRegistration,
  setPassword,
  silence,
  silenceAccount,
} from "./mysql-statements.js";

export type { MysqlConnection, MysqlPool } from "../sql/mysql.js";
export { migrate, schema } from "../sql/mysql-schema.js";

/**
 * Keeps registrations, accounts and the outbox in MySQL 8 or MariaDB 10.6 or later, through a pool of `mysql2/promise`.
 *
 * Whatever takes several statements is one transaction at READ COMMITTED; its `tx` is the pool's own connection.
 * Deadlocks and waits for a lock that the server gave up are tried again here. A statement that takes longer than
 * `timeoutSeconds` (1 to 60, default 5) gives ERR_STORE_TIMEOUT, and its connection is closed; the server goes on with it
 * for as long as its `innodb_lock_wait_timeout` says. The pool speaks utf8mb4, its default.
 *
 * @example
 * ```ts
 * import { createPool } from "mysql2/promise";
 * import { migrate, mysqlStore } from "porchlight/store/mysql";
 * const pool = createPool("mysql://app@db.example/app");
 * await migrate(pool);
 * const store = mysqlStore(pool);
 * ```
 */
export function mysqlStore<Tx extends MysqlConnection>(pool: MysqlPool<Tx>, limit: TimeLimit = {}): Store<Tx> {
  const database = mysqlDatabase(pool, limit);
  const { run } = database;

  return {
    timeoutSeconds: limit.timeoutSeconds,
    ready: database.ready,

    async find(id) {
      if (!fits(id, "id")) return undefined;
      const { rows } = await run(selectRegistration, [id]);
      return rows[0] && readRegistration(rows[0]);
    },

    async charge(id, serial, kind, max) {
      if (!fits(id, "id")) return undefined;
      const guess = { id, serial, count: kind === "code" ? "guesses" : "password_tries", max } as const;
      const charged = await pay(run, selectRegistration, guess);
      if (charged !== "lost") return charged;
      // Somebody was faster, and where many guess at once somebody always is: in line, then.
      return database.transaction(async (inside) => {
        const value = await pay(inside, `${selectRegistration} for update`, guess);
        if (value === "lost") throw new Error("A registration changed under its lock.");
        return { keep: value?.paid === true, value };
      });
    },

    async commit(change) {
      const { base, inTransaction } = change;
      const writes = inTransaction === undefined ? writesOf(change) : [];
      if (writes.length === 1) return write(run, writes);
      return database.transaction(async (inside, tx) => {
        const answer = await inTransaction?.(tx);
        if (answer === "taken") return { keep: false, value: answer };
        // Says whether the host has left the transaction open.
        if (inTransaction) await inside("do 0");
        const value = await write(inside, inTransaction ? writesOf(answer ? { ...answer, base } : change) : writes);
        return { keep: value === "committed", value };
      });
    },

    async accountByKey(key) {
      if (!fits(key, "key")) return undefined;
      const { rows } = await run(`${selectAccount} where ${atOrPast("?")}`, [key]);
      return readAccountOf(key, rows[0]);
    },

    async account(accountId) {
      if (!fits(accountId, "accountId")) return undefined;
      const { rows } = await run(`${selectAccount} where a.id = ?`, [accountId]);
      return rows[0] && readAccount(rows[0]).account;
    },

    async setPassword(accountId, to, from) {
      if (!fits(to, "password")) throw new TypeError("The password hash does not fit.");
      if (!fits(accountId, "accountId") || (from !== undefined && !fits(from, "password"))) return false;
      const { changed } = await run(setPassword, [to, accountId, from ?? null, from ?? null]);
      if (changed === 1 || (from !== undefined && from !== to)) return changed === 1;
      // A row that is left as it was counts as none, unless the client asked for found rows.
      const { rows } = await run(hasPassword, [accountId, to]);
      return rows.length === 1;
    },

    async lease(now, until, limit, lane) {
      const name = crypto.randomUUID();
      const far = tooFar(now, until);
      const { hold, read, claim } = lane === "event" ? leaseEvents : leaseMessages;
      const from = (due: number) => [due, now, far.lease, ...(lane === "event" ? [] : [lane]), limit];
      return database.transaction(async (inside) => {
        const { rows: held } = await inside(hold, [...from(now), ...from(far.due), limit]);
        const { rows } = held.length > 0 ? await inside(read, [namesOf(held, "id")]) : { rows: [] };
        if (rows.length > 0) await inside(claim, [namesOf(rows, "entry_id"), name, until]);
        return { keep: rows.length > 0, value: readLeased(rows, name) };
      });
    },

    async settle(settlements) {
      if (settlements.length === 0) return;
      const outcomes = settlements.map((settlement) => {
        const { outcome } = settlement;
        const putOff = outcome === "retry" && { due_at: settlement.dueAt, untried: settlement.untried ? 1 : 0 };
        return {
          id: settlement.id,
          lease: settlement.lease,
          outcome,
          untried: 0,
          ...putOff,
          event: failedEvent(settlement),
        };
      });
      const given = [JSON.stringify(outcomes)];
      if (outcomes.every(({ outcome }) => outcome === "retry")) {
        await run(settle.show, given);
        return;
      }
      await database.transaction(async (inside) => {
        await inside(settle.show, given);
        if (outcomes.some(({ event }) => event !== undefined)) await inside(settle.tell, given);
        await inside(settle.done, given);
        return { keep: true, value: undefined };
      });
    },

    async purge(before, limit) {
      return database.transaction(async (inside) => {
        const { rows } = await inside(ended, [before, limit]);
        if (rows.length > 0) await inside(purge, [namesOf(rows, "id")]);
        return { keep: true, value: rows.length };
      });
    },

    async erase(key) {
      if (!fits(key, "key")) return;
      await database.transaction(async (inside) => {
        // First, and waiting for whoever activates one: what became an account meanwhile is seen by what comes after.
        const { rows } = await inside(pendingOf, [key]);
        if (rows.length > 0)
          for (const statement of [closePending, silence]) await inside(statement, [namesOf(rows, "id")]);
        for (const statement of [silenceAccount, eraseAccount]) await inside(statement, [key]);
        return { keep: true, value: undefined };
      });
    },
  };
}

interface Guess {
  readonly id: string;
  readonly serial: number | "newest";
  readonly count: "guesses" | "password_tries";
  readonly max: number;
}

/** Reads, then pays where the row still is what was read; what comes back is that row, plus one. */
async function pay(
  run: Run,
  select: string,
  { id, serial, count, max }: Guess,
): Promise<{ readonly paid: boolean; readonly row: Stored } | undefined | "lost"> {
  const { rows } = await run(select, [id]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const unpaid = { paid: false, row: readRegistration(row) };
  const { version, registration } = unpaid.row;
  if (registration.state !== "pending") return unpaid;
  const { challenge, passwordTries } = registration;
  if (serial !== "newest" && serial !== challenge.serial) return unpaid;
  const paid = integer(row, count) + 1;
  if (paid > max) return unpaid;
  const { changed } = await run(charge[count], [id, version, challenge.guesses, passwordTries, challenge.delivery]);
  return changed === 1 ? { paid: true, row: readRegistration({ ...row, [count]: paid }) } : "lost";
}

async function write(run: Run, writes: readonly Write[]): Promise<"committed" | "stale" | "taken"> {
  for (const { text: statement, values, otherwise } of writes) {
    const { changed } = await run(statement, values);
    if (otherwise !== undefined && changed === 0) return otherwise;
  }
  return "committed";
}

const namesOf = (rows: readonly Row[], column: string): string => JSON.stringify(rows.map((row) => text(row, column)));
