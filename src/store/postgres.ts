import type { Change, Store } from "../ports.js";
import type { Run } from "../sql/database.js";
import { type PostgresOptions, postgresDatabase } from "../sql/postgres.js";
import type { PostgresClient, PostgresQueryable, TransactionOf } from "../sql/postgres-clients.js";
import type { PreparingPool } from "../sql/postgres-prepared.js";
import { atOrPast, readAccount, readAccountOf } from "../stored/account.js";
import { fits } from "../stored/columns.js";
import { failedEvent, readLeased, tooFar } from "../stored/outbox.js";
import { readRegistration } from "../stored/registration.js";
import { commitStatement } from "./postgres-commit.js";
import {
  charge,
  closePending,
  eraseAccount,
  leaseEvents,
  leaseMessages,
  purge,
  selectAccount,
  selectRegistration,
  setPassword,
  settle,
} from "./postgres-statements.js";

export type { PostgresOptions } from "../sql/postgres.js";
export type { PostgresClient, TransactionOf } from "../sql/postgres-clients.js";
export type { PreparedStatement, PreparingConnection, PreparingPool } from "../sql/postgres-prepared.js";
export { migrate, schema } from "../sql/postgres-schema.js";

/**
 * Keeps registrations, accounts and the outbox in PostgreSQL 12 or later, through a pool such as pg's, or in PGlite.
 *
 * Every verb is one statement, save `erase` and a commit with rows of the host, which are one transaction at READ
 * COMMITTED; its `tx` is the client's own handle. Deadlocks and serialisation failures are tried again here. A statement
 * that takes longer than `timeoutSeconds` (1 to 60, default 5) gives ERR_STORE_TIMEOUT, and its connection is closed. With
 * `prepared: true` the server plans each statement once for a connection; docs/stores.md says where that may not be.
 *
 * Give pg's Pool a `connectionTimeoutMillis`, or a connection that nobody answers keeps its place in it, and a
 * `statement_timeout`, or the server goes on waiting for a lock on behalf of connections that are closed.
 *
 * @example
 * ```ts
 * import { PGlite } from "@electric-sql/pglite";
 * import { migrate, postgresStore } from "porchlight/store/postgres";
 * const database = new PGlite();
 * await migrate(database);
 * const store = postgresStore(database);
 * ```
 */
export function postgresStore<Client extends PostgresClient>(
  client: Client,
  options?: PostgresOptions & { readonly prepared?: false },
): Store<TransactionOf<Client>>;
export function postgresStore<Client extends PreparingPool>(
  client: Client,
  options: PostgresOptions,
): Store<TransactionOf<Client>>;
export function postgresStore(client: PostgresClient, options: PostgresOptions = {}): Store<PostgresQueryable> {
  const database = postgresDatabase(client, options);
  const { run } = database;

  return {
    timeoutSeconds: options.timeoutSeconds,
    ready: database.ready,

    async find(id) {
      if (!fits(id, "id")) return undefined;
      const { rows } = await run(selectRegistration, [id]);
      return rows[0] && readRegistration(rows[0]);
    },

    async charge(id, serial, kind, max) {
      if (!fits(id, "id")) return undefined;
      const { rows } = await run(charge[kind], [id, serial === "newest" ? null : serial, max]);
      return rows[0] && { paid: rows[0].paid === true, row: readRegistration(rows[0]) };
    },

    async commit(change) {
      const { inTransaction } = change;
      if (inTransaction === undefined) return commitOn(run, change);
      return database.transaction(async (runInside, tx) => {
        const answer = await inTransaction(tx);
        if (answer === "taken") return { keep: false, value: answer };
        // The three come together: without an account none is made, whatever was handed in.
        const value = await commitOn(runInside, answer === undefined ? change : { ...answer, base: change.base });
        return { keep: value === "committed", value };
      });
    },

    async accountByKey(key) {
      if (!fits(key, "key")) return undefined;
      const { rows } = await run(`${selectAccount} where ${atOrPast("$1")}`, [key]);
      return readAccountOf(key, rows[0]);
    },

    async account(accountId) {
      if (!fits(accountId, "accountId")) return undefined;
      const { rows } = await run(`${selectAccount} where a.id = $1`, [accountId]);
      return rows[0] && readAccount(rows[0]).account;
    },

    async setPassword(accountId, to, from) {
      if (!fits(to, "password")) throw new TypeError("The password hash does not fit.");
      if (!fits(accountId, "accountId") || (from !== undefined && !fits(from, "password"))) return false;
      const { changed } = await run(setPassword, [accountId, to, from ?? null]);
      return changed === 1;
    },

    async lease(now, until, limit, lane) {
      const lease = crypto.randomUUID();
      const far = tooFar(now, until);
      const asked = [now, until, limit, lease, far.due, far.lease];
      const { rows } = await (lane === "event" ? run(leaseEvents, asked) : run(leaseMessages, [...asked, lane]));
      return readLeased(rows, lease);
    },

    async settle(outcomes) {
      if (outcomes.length === 0) return;
      const kinds = { putOff: false, done: false, failed: false };
      const rows = outcomes.map((settlement) => {
        const { id, lease, outcome } = settlement;
        if (outcome === "retry") {
          kinds.putOff = true;
          return { id, lease, outcome, due_at: settlement.dueAt, tried: settlement.untried ? 0 : 1 };
        }
        kinds.done = true;
        const event = failedEvent(settlement);
        kinds.failed ||= event !== undefined;
        return { id, lease, outcome, event };
      });
      await run(settle(kinds), [JSON.stringify(rows)]);
    },

    async purge(before, limit) {
      const { rows } = await run(purge, [before, limit]);
      return rows.length;
    },

    async erase(key) {
      if (!fits(key, "key")) return;
      await database.transaction(async (runInside) => {
        // First, and waiting for whoever activates one: what became an account meanwhile is seen by the next statement.
        await runInside(closePending, [key]);
        await runInside(eraseAccount, [key]);
        return { keep: true, value: undefined };
      });
    },
  };
}

async function commitOn(run: Run, change: Change<never>) {
  const { text, values } = commitStatement(change);
  const [row] = (await run(text, values)).rows;
  if (row === undefined) return "stale";
  return row.written === true ? "committed" : "taken";
}
