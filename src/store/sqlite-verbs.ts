import type { Change, Store } from "../ports.js";
import type { TimeLimit } from "../sql/patience.js";
import type { Batch, ReadySqliteDatabase, Statement } from "../sql/sqlite-dialect.js";
import { accountRows, atOrPast, readAccount, readAccountOf } from "../stored/account.js";
import { fits } from "../stored/columns.js";
import { outboxRows, readLeased, sends } from "../stored/outbox.js";
import { readRegistration, registrationRow } from "../stored/registration.js";
import { leaseDue, settle } from "./sqlite-outbox.js";
import {
  after,
  claimIdentifier,
  eraseKey,
  insertAccount,
  insertEvent,
  insertMessage,
  insertRegistration,
  pay,
  purge,
  selectAccount,
  selectPresent,
  selectRegistration,
  setPassword,
  updateRegistration,
} from "./sqlite-statements.js";

/** The verbs of a store over any client of SQLite: each is one statement or one batch, save a commit with rows of the host. */
export function sqliteVerbs<Tx>(database: ReadySqliteDatabase<Tx>, { timeoutSeconds }: TimeLimit): Store<Tx> {
  const { run, batch } = database;

  return {
    timeoutSeconds,
    ready: database.ready,

    async find(id) {
      if (!fits(id, "id")) return undefined;
      const { rows } = await run(...selectRegistration(id));
      return rows[0] && readRegistration(rows[0]);
    },

    async charge(id, serial, kind, max) {
      if (!fits(id, "id")) return undefined;
      const newest = serial === "newest" ? null : serial;
      const [paid, found] = await batch([pay(kind, id, newest, max), selectRegistration(id)]);
      const row = found?.rows[0];
      return row && { paid: paid?.rows[0] !== undefined, row: readRegistration(row) };
    },

    async commit(change) {
      const { inTransaction } = change;
      if (inTransaction === undefined) return commitOn(batch, change);
      return database.transaction(async (_, tx, batchInside) => {
        const answer = await inTransaction(tx);
        if (answer === "taken") return { keep: false, value: answer };
        const given = answer === undefined ? change : { base: change.base, ...answer };
        const value = await commitOn(batchInside, given);
        return { keep: value === "committed", value };
      });
    },

    async accountByKey(key) {
      if (!fits(key, "key")) return undefined;
      const { rows } = await run(...selectAccount(atOrPast("?"), key));
      return readAccountOf(key, rows[0]);
    },

    async account(accountId) {
      if (!fits(accountId, "accountId")) return undefined;
      const { rows } = await run(...selectAccount("a.id = ?", accountId));
      return rows[0] && readAccount(rows[0]).account;
    },

    async setPassword(accountId, to, from) {
      if (!fits(to, "password")) throw new TypeError("The password hash does not fit.");
      if (!fits(accountId, "accountId") || (from !== undefined && !fits(from, "password"))) return false;
      const { changed } = await run(...setPassword(accountId, to, from ?? null));
      return changed === 1;
    },

    async lease(now, until, limit, lane) {
      const lease = crypto.randomUUID();
      const rows = (await batch(leaseDue(now, until, limit, lane, lease))).at(-1)?.rows ?? [];
      return readLeased(rows, lease);
    },

    async settle(outcomes) {
      if (outcomes.length > 0) await batch(settle(outcomes));
    },

    async purge(before, limit) {
      return (await batch(purge(before, limit))).at(-1)?.changed ?? 0;
    },

    async erase(key) {
      if (fits(key, "key")) await batch(eraseKey(key));
    },
  };
}

async function commitOn(batch: Batch, { base, registration, outbox, account }: Change<never>) {
  const row = registrationRow(registration);
  const { messages, events } = outboxRows({ base, outbox });
  const entries = [...messages.map(insertMessage), ...events.map(insertEvent)];
  if (account === undefined) {
    const first = base === 0 ? insertRegistration(row) : updateRegistration(row, base, sends({ outbox }));
    const [written] = await batch([first, ...entries]);
    return hasWritten(written) ? "committed" : "stale";
  }
  if (base === 0) throw new TypeError("An account comes of a registration that was stored before.");
  const rows = accountRows(account);
  const chain: readonly Statement[] = [
    claimIdentifier(rows, row.id, base),
    ...insertAccount(rows),
    after(updateRegistration(row, base, true)),
    ...entries,
  ];
  const [present, claimed] = await batch([selectPresent(row.id, base), ...chain]);
  if (present?.rows[0] === undefined) return "stale";
  return hasWritten(claimed) ? "committed" : "taken";
}

const hasWritten = (ran: { readonly changed: number } | undefined): boolean => ran !== undefined && ran.changed > 0;
