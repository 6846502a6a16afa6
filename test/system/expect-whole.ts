import { expect } from "vitest";
import type { Event } from "../../src/index.js";
import type { OpenDatabase } from "./worker-databases.js";
import type { Entry } from "./worker-ledger.js";

type Row = Readonly<Record<string, unknown>>;

/** Everything that a database holds, table by table. */
export interface Rows {
  readonly registrations: readonly Row[];
  readonly accounts: readonly Row[];
  readonly identifiers: readonly Row[];
  readonly messages: readonly Row[];
  readonly hostUsers: readonly Row[];
  /** Those that are not settled, oldest first. */
  readonly events: readonly Event[];
}

/** Reads what lies in the tables themselves, not what a store says of it. */
export async function rowsOf(database: OpenDatabase): Promise<Rows> {
  const all = (table: string, order = "1") => database.query(`select * from porchlight_${table} order by ${order}`);
  return {
    registrations: await all("registration"),
    accounts: await all("account"),
    identifiers: await all("identifier"),
    messages: await all("message"),
    hostUsers: await all("host_user"),
    events: (await all("event", "position, id")).map(({ body }): Event => JSON.parse(String(body))),
  };
}

/** What else happened, and so may be missing. */
export interface Allowed {
  /** Stubs may be gone. */
  readonly purged?: boolean;
  /** Accounts may be gone, and registrations end without an event. */
  readonly erased?: boolean;
  /** Whether each account has a row of the host's own. */
  readonly hostRows?: boolean;
}

const ofPending = ["address_key", "serial", "guesses", "password_tries", "delivery", "body"];

/** Nothing is half done: whatever was killed, cut off or overtaken is there wholly or not at all. */
export async function expectWhole(
  database: OpenDatabase,
  ledger: readonly Entry[],
  allowed: Allowed = {},
): Promise<Rows> {
  const rows = await rowsOf(database);
  expect([...wrongRows(rows, allowed), ...wrongEvents(rows, ledger, allowed)]).toEqual([]);
  return rows;
}

function wrongRows(rows: Rows, { purged, erased, hostRows }: Allowed): readonly string[] {
  const { registrations, accounts, identifiers, messages, hostUsers } = rows;
  const states = new Map(registrations.map(({ id, state }) => [id, state]));
  const accountIds = new Set(accounts.map(({ id }) => id));
  const activations = registrations.filter(({ state }) => state === "activated");
  const stubs = counted(activations.map(({ account_id }) => account_id));
  const named = counted(identifiers.map(({ account_id }) => account_id));
  const wrong: string[] = [];
  const unless = (right: boolean, words: string) => {
    if (!right) wrong.push(words);
  };

  for (const row of registrations) {
    const { id, state, account_id, outcome } = row;
    const held = ofPending.filter((column) => row[column] !== null);
    unless(held.length === (state === "pending" ? ofPending.length : 0), `${id} is ${state} with ${held.join()}`);
    unless((account_id !== null) === (state === "activated"), `${id} is ${state} with account ${account_id}`);
    unless((outcome !== null) === (state !== "pending"), `${id} is ${state} with outcome ${outcome}`);
    if (state === "activated" && !erased) unless(accountIds.has(account_id), `${id} is activated without an account`);
  }
  for (const id of accountIds) {
    unless(named.get(id) === 1, `account ${id} has ${named.get(id) ?? 0} identifiers`);
    const made = stubs.get(id) ?? 0;
    unless(made === 1 || (made === 0 && purged === true), `account ${id} was activated ${made} times`);
  }
  for (const id of named.keys()) unless(accountIds.has(id), `an identifier names account ${id}, which is not there`);
  for (const { id, registration_id, kind } of messages) {
    const state = states.get(registration_id);
    // One that was committed while its registration was being purged is dropped at its delivery.
    unless(state !== undefined || purged === true, `${kind} message ${id} speaks of no registration`);
    if (kind === "activated" && state !== undefined)
      unless(state === "activated", `message ${id} tells of an activation that was none`);
  }
  if (hostRows) {
    const hosts = hostUsers.map(({ account_id }) => account_id).sort();
    unless(
      hosts.join() === [...accountIds].sort().join(),
      `${hosts.length} rows of the host, ${accountIds.size} accounts`,
    );
  }
  return wrong;
}

/** Told ones and those that wait: of each registration all of them, once each, in their order. */
function wrongEvents({ registrations, accounts, events }: Rows, ledger: readonly Entry[], allowed: Allowed) {
  const histories = new Map<string, Event[]>();
  const told = ledger.flatMap((entry) => (entry.did === "tell" ? [entry.event] : []));
  for (const event of [...told, ...events]) {
    const history = histories.get(event.registrationId) ?? [];
    histories.set(event.registrationId, history);
    // At least once: one that was told twice over is one, but nothing may come between.
    if (history.at(-1)?.id !== event.id) history.push(event);
  }
  const wrong: string[] = [];
  const rows = new Map(registrations.map((row) => [row.id, row]));
  const accountIds = new Set(accounts.map(({ id }) => id));
  for (const [id, history] of histories) {
    const row = rows.get(id);
    const types = history.map(({ type }) => type).filter((type) => type !== "message.failed");
    const end = { pending: undefined, activated: "account.activated", closed: "registration.closed" };
    const state = row?.state;
    const expected =
      state === "pending" || state === "activated" || state === "closed"
        ? [["registration.pending", end[state]].filter((type) => type !== undefined)]
        : [["registration.pending"], ["registration.pending", end.activated], ["registration.pending", end.closed]];
    if (state === "closed" && allowed.erased) expected.push(["registration.pending"]);
    if (!expected.some((right) => right.join() === types.join())) wrong.push(`${id} is ${state}, told ${types.join()}`);
    const { accountId } = history.find(({ type }) => type === "account.activated") ?? {};
    if (state === "activated" && accountId !== row?.account_id) wrong.push(`${id} was told of account ${accountId}`);
    if (accountId !== undefined && !allowed.erased && !accountIds.has(accountId)) wrong.push(`no account ${accountId}`);
  }
  for (const id of rows.keys()) if (!histories.has(String(id))) wrong.push(`${id} has no event`);
  const activated = new Set([...histories.values()].flat().map(({ accountId }) => accountId));
  for (const id of accountIds) if (!activated.has(String(id))) wrong.push(`account ${id} was never told of`);
  return wrong;
}

function counted<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
