import type { Statement } from "../sql/sqlite-dialect.js";
import type { AccountRows } from "../stored/account.js";
import type { EventRow, MessageRow } from "../stored/outbox.js";
import type { RegistrationRow } from "../stored/registration.js";

// A commit is a chain: each statement writes only where the one before it wrote, so that one which comes too late
// writes nothing, and nothing is rolled back. `changes()` counts what the last one that can write has written; a link
// of the chain writes at least one row or breaks it.
const linked = "changes() > 0";

/** Writes nothing where the id is in use. */
export function insertRegistration(row: RegistrationRow): Statement {
  const count = row.state === "pending" ? 0 : null;
  return [
    `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome, address_key,
  serial, guesses, password_tries, delivery, body)
values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
    [row.id, ...present(row), row.address_key, row.serial, count, count, row.delivery, row.body],
  ];
}

const present = (row: RegistrationRow) => [row.state, row.committed_at, row.ends_at, row.account_id, row.outcome];

/** What a stub has not. */
const emptied = `address_key = null, serial = null, guesses = null, password_tries = null, delivery = null, body = null`;

/**
 * Writes nothing where the version is another than `base`. The counters of a row that was there belong to `charge`, and
 * its delivery, save with a new send, to `settle`.
 */
export function updateRegistration(row: RegistrationRow, base: number, sends: boolean): Statement {
  const { state, address_key, serial, delivery, body } = row;
  const replaced = "version = version + 1, state = ?, committed_at = ?, ends_at = ?, account_id = ?, outcome = ?";
  if (state !== "pending") {
    return [
      `update porchlight_registration set ${replaced}, ${emptied} where id = ? and version = ?`,
      [...present(row), row.id, base],
    ];
  }
  return [
    `update porchlight_registration set ${replaced}, address_key = ?, body = ?, delivery = iif(?, ?, delivery),
  guesses = iif(serial = ?, guesses, 0), serial = ?
where id = ? and version = ?`,
    [...present(row), address_key, body, sends, delivery, serial, serial, row.id, base],
  ];
}

/** As a link of a chain. */
export function after([text, values]: Statement): Statement {
  return [`${text} and ${linked}`, values];
}

/** Gives a row where the registration is still at `base`: what comes late is stale before it is taken. */
export function selectPresent(id: string, base: number): Statement {
  return ["select 1 from porchlight_registration where id = ? and version = ?", [id, base]];
}

/** The first link of an activation. Writes nothing where the registration moved on, or the key or the account is in use. */
export function claimIdentifier({ account, identifier }: AccountRows, id: string, base: number): Statement {
  const { address_key, channel, address, country, phone_type } = identifier;
  return [
    `insert into porchlight_identifier (address_key, account_id, channel, address, country, phone_type)
select ?, ?, ?, ?, ?, ?
where exists (select 1 from porchlight_registration where id = ? and version = ?)
  and not exists (select 1 from porchlight_account where id = ?)
on conflict (address_key) do nothing`,
    [address_key, account.id, channel, address, country, phone_type, id, base, account.id],
  ];
}

export function insertAccount({ account, consents }: AccountRows): readonly Statement[] {
  const { id, password, profile, metadata, activated_at } = account;
  return [
    [
      `insert into porchlight_account (id, password, profile, metadata, activated_at) select ?, ?, ?, ?, ? where ${linked}`,
      [id, password, profile, metadata, activated_at],
    ],
    ...consents.map(
      (consent): Statement => [
        `insert into porchlight_consent (account_id, position, document, version, locale, agreed_at)
select ?, ?, ?, ?, ?, ? where ${linked}`,
        [id, ...consent],
      ],
    ),
  ];
}

export function insertMessage(row: MessageRow): Statement {
  const { id, registration_id, kind, channel, serial, locale, due_at } = row;
  return [
    `insert into porchlight_message (id, registration_id, kind, channel, serial, locale, due_at)
select ?, ?, ?, ?, ?, ?, ? where ${linked}`,
    [id, registration_id, kind, channel, serial, locale, due_at],
  ];
}

/** The due time, the registration, the due time: an event is due no earlier than those it waits for, so that no pass looks at it before. */
export const behindOlder: string = `max(?, coalesce((
    select max(due_at) from porchlight_event where registration_id = ?), ?))`;

export function insertEvent({ id, registration_id, position, body, due_at }: EventRow): Statement {
  return [
    `insert into porchlight_event (id, registration_id, position, body, due_at)
select ?, ?, ?, ?, ${behindOlder} where ${linked}`,
    [id, registration_id, position, body, due_at, registration_id, due_at],
  ];
}

/** Pays where a guess is left, and gives the row as it is after it. */
export function pay(kind: "code" | "password", id: string, serial: number | null, max: number): Statement {
  const count = kind === "code" ? "guesses" : "password_tries";
  return [
    `update porchlight_registration set ${count} = ${count} + 1
where id = ? and state = 'pending' and (? is null or serial = ?) and ${count} < ?
returning *`,
    [id, serial, serial, max],
  ];
}

export function selectRegistration(id: string): Statement {
  return ["select * from porchlight_registration where id = ?", [id]];
}

/** What an account is read from: `a` and `i` are its two tables. */
export const accountColumns = `a.id as account, i.address_key as account_key, i.channel, i.address, i.country, i.phone_type,
  a.password, a.profile, a.metadata, a.activated_at, (
    select json_group_array(json_array(c.position, c.document, c.version, c.locale, c.agreed_at))
    from porchlight_consent as c where c.account_id = a.id
  ) as consents`;

export function selectAccount(where: string, value: string): Statement {
  return [
    `select ${accountColumns}
from porchlight_account as a join porchlight_identifier as i on i.account_id = a.id where ${where}`,
    [value],
  ];
}

export function setPassword(accountId: string, to: string, from: string | null): Statement {
  return [
    "update porchlight_account set password = ? where id = ? and (? is null or password = ?)",
    [to, accountId, from, from],
  ];
}

/** Deletes what ended, the longest ended first; the last statement counts the registrations. */
export function purge(before: number, limit: number): readonly Statement[] {
  // The notice of an activation finds its account through the stub, which waits for it.
  const ended = `ends_at <= ? and not exists (
    select 1 from porchlight_message as m where m.registration_id = porchlight_registration.id and m.kind = 'activated')
    order by ends_at, rowid limit ?`;
  return [
    [
      `delete from porchlight_message where registration_id in (select id from porchlight_registration where ${ended})`,
      [before, limit],
    ],
    [
      `delete from porchlight_registration where rowid in (select rowid from porchlight_registration where ${ended})`,
      [before, limit],
    ],
  ];
}

/** A stub stays of each pending registration, so that no old ticket inserts its id anew. */
export function eraseKey(key: string): readonly Statement[] {
  const account = "(select account_id from porchlight_identifier where address_key = ?)";
  const statements = [
    "delete from porchlight_message where registration_id in (select id from porchlight_registration where address_key = ?)",
    `update porchlight_registration set version = version + 1, state = 'closed', outcome = 'cancelled', ${emptied} where address_key = ?`,
    `delete from porchlight_message where registration_id in (select id from porchlight_registration where account_id = ${account})`,
    `delete from porchlight_consent where account_id = ${account}`,
    `delete from porchlight_account where id = ${account}`,
    // Last, for it is by the key that the others found the account.
    `delete from porchlight_identifier where account_id = ${account}`,
  ];
  return statements.map((text): Statement => [text, [key]]);
}
