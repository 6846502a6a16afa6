import type { Change } from "../ports.js";
import type { Value } from "../sql/database.js";
import { type AccountRows, accountRows } from "../stored/account.js";
import { outboxRows, sends } from "../stored/outbox.js";
import { type RegistrationRow, registrationRow } from "../stored/registration.js";
import { behindOlder } from "./postgres-statements.js";

/** One statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

/** Gives a value its place among the parameters: the first is `$1`. */
type Put = (value: Value) => string;

/**
 * The one statement of a commit. It gives a row where the registration was at its version; that of an activation has
 * `written` as well: whether the key and the account's id were free.
 *
 * It has the parts that it needs and no others, for the server plans and starts each of them. What may come more than
 * once is one parameter, so there are two dozen texts however many rows come: they can be named.
 */
export function commitStatement({ base, registration, outbox, account }: Change<never>): Statement {
  const values: Value[] = [];
  const put: Put = (value) => `$${values.push(value)}`;
  const row = registrationRow(registration);
  if (account !== undefined) {
    if (base === 0) throw new TypeError("An account comes of a registration that was stored before.");
    return { text: activation(put, row, { base, outbox }, accountRows(account)), values };
  }
  const first = base === 0 ? insert(put, row) : update(put, row, base, sends({ outbox }));
  const text = `with registration as (
  ${first}
)${entries(put, { base, outbox }, "registration")}
select true as written from registration`;
  return { text, values };
}

function insert(put: Put, row: RegistrationRow): string {
  const count = put(row.state === "pending" ? 0 : null);
  return `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome,
    address_key, serial, guesses, password_tries, delivery, body)
  values (${put(row.id)}, 1, ${put(row.state)}, ${put(row.committed_at)}, ${put(row.ends_at)}, ${put(row.account_id)}, ${put(row.outcome)},
    ${put(row.address_key)}, ${put(row.serial)}, ${count}, ${count}, ${put(row.delivery)}, ${put(row.body)})
  on conflict (id) do nothing
  returning id`;
}

function update(put: Put, row: RegistrationRow, base: number, sends: boolean): string {
  return `update porchlight_registration as stored set ${replaced(put, row, `${put(sends)}::boolean`)}
  where stored.id = ${put(row.id)} and stored.version = ${put(base)}
  returning stored.id`;
}

/** What a commit leaves of a row that was there: the counters belong to `charge`, the delivery to `settle`. */
function replaced(put: Put, row: RegistrationRow, sends: string): string {
  const state = `${put(row.state)}::text`;
  const serial = `${put(row.serial)}::integer`;
  return `version = stored.version + 1, state = ${state}, committed_at = ${put(row.committed_at)},
    ends_at = ${put(row.ends_at)}, account_id = ${put(row.account_id)}, outcome = ${put(row.outcome)},
    address_key = ${put(row.address_key)}, serial = ${serial}, body = ${put(row.body)},
    guesses = case when ${state} <> 'pending' then null when stored.serial = ${serial} then stored.guesses else 0 end,
    password_tries = case when ${state} = 'pending' then stored.password_tries end,
    delivery = case when ${state} = 'pending' and not ${sends} then stored.delivery else ${put(row.delivery)}::text end`;
}

/**
 * The row is locked first, then its key and its account's id claimed: who comes late is stale, and who loses the claim
 * writes nothing.
 */
function activation(
  put: Put,
  row: RegistrationRow,
  { base, outbox }: Pick<Change, "base" | "outbox">,
  { account, identifier, consents }: AccountRows,
): string {
  const id = put(row.id);
  return `with present as (
  select id from porchlight_registration where id = ${id} and version = ${put(base)} for update
), identifier as (
  insert into porchlight_identifier (address_key, account_id, channel, address, country, phone_type)
  select ${put(identifier.address_key)}, ${put(account.id)}, ${put(identifier.channel)}, ${put(identifier.address)},
    ${put(identifier.country)}, ${put(identifier.phone_type)}
  from present
  on conflict do nothing
  returning account_id
), account as (
  insert into porchlight_account (id, password, profile, metadata, activated_at)
  select account_id, ${put(account.password)}, ${put(account.profile)}, ${put(account.metadata)}, ${put(account.activated_at)}
  from identifier
)${agreed(put, consents)}, registration as (
  update porchlight_registration as stored set ${replaced(put, row, "true")}
  from identifier where stored.id = ${id}
)${entries(put, { base, outbox }, "identifier")}
select exists (select 1 from identifier) as written from present`;
}

function agreed(put: Put, consents: AccountRows["consents"]): string {
  if (consents.length === 0) return "";
  return `, consent as (
  insert into porchlight_consent (account_id, position, document, version, locale, agreed_at)
  select account_id, (c ->> 0)::smallint, c ->> 1, c ->> 2, c ->> 3, (c ->> 4)::bigint
  from identifier, json_array_elements(${put(JSON.stringify(consents))}::json) as c
)`;
}

/** The outgoing entries, where `written` has its one row. */
function entries(put: Put, change: Pick<Change, "base" | "outbox">, written: string): string {
  const { messages, events } = outboxRows(change);
  return [
    messages.length > 0 &&
      `, message as (
  insert into porchlight_message (id, registration_id, kind, channel, serial, locale, due_at)
  select m.id, m.registration_id, m.kind, m.channel, m.serial, m.locale, m.due_at
  from ${written}, json_to_recordset(${put(JSON.stringify(messages))}::json) as m (
    id text, registration_id text, kind text, channel text, serial integer, locale text, due_at bigint)
)`,
    events.length > 0 &&
      `, event as (
  insert into porchlight_event (id, registration_id, position, body, due_at)
  select e.id, e.registration_id, e.position, e.body, ${behindOlder("e")}
  from ${written}, json_to_recordset(${put(JSON.stringify(events))}::json) as e (
    id text, registration_id text, position bigint, body text, due_at bigint)
)`,
  ]
    .filter((part) => part !== false)
    .join("");
}
