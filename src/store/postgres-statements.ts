/** An event is due no earlier than those it waits for, so that no pass looks at it before. */
export const behindOlder = (event: string): string => `greatest(${event}.due_at, (
    select max(older.due_at) from porchlight_event as older where older.registration_id = ${event}.registration_id))`;

/** By name, for a kept plan may give no other columns than it did, and a newer version may add some. */
const registrationOf = (table: string): string =>
  ["id", "version", "state", "committed_at", "ends_at", "account_id", "outcome", "address_key", "serial", "guesses"]
    .concat("password_tries", "delivery", "body")
    .map((name) => `${table}.${name}`)
    .join(", ");

/** $1 id. */
export const selectRegistration: string = `select ${registrationOf("r")} from porchlight_registration as r where r.id = $1`;

/** $1 id, $2 serial or null for the newest, $3 the most that are paid. */
const chargeOne = (count: "guesses" | "password_tries"): string => `with present as (
  select * from porchlight_registration where id = $1 for update
), paid as (
  update porchlight_registration as stored set ${count} = present.${count} + 1
  from present
  where stored.id = present.id and present.state = 'pending'
    and ($2::integer is null or present.serial = $2) and present.${count} < $3
  returning ${registrationOf("stored")}
)
select true as paid, ${registrationOf("paid")} from paid
union all
select false, ${registrationOf("present")} from present where not exists (select 1 from paid)`;

export const charge: { readonly code: string; readonly password: string } = {
  code: chargeOne("guesses"),
  password: chargeOne("password_tries"),
};

const accountColumns = `a.id as account, i.address_key as account_key, i.channel, i.address, i.country, i.phone_type,
  a.password, a.profile, a.metadata, a.activated_at, (
    select coalesce(json_agg(json_build_array(c.position, c.document, c.version, c.locale, c.agreed_at)), '[]')::text
    from porchlight_consent as c where c.account_id = a.id
  ) as consents`;

export const selectAccount: string = `select ${accountColumns}
from porchlight_account as a join porchlight_identifier as i on i.account_id = a.id`;

/** $1 account, $2 the new hash, $3 the hash that must be there, or null for any. */
export const setPassword: string =
  "update porchlight_account set password = $2 where id = $1 and ($3::text is null or password = $3)";

const isFree = "(leased_until <= $1 or leased_until > $6)";

/**
 * $1 now, $2 until, $3 the most, $4 the lease, $5 and $6 from when a due time and a lease are too far off to be true, $7
 * the channel of messages. Rows that another process holds are passed over.
 */
const leaseFrom = (table: string, condition: string, columns: string): string => `with due as (
  select id, due_at from ${table} as entry where due_at <= $1 and ${isFree} and ${condition}
  order by due_at, id limit $3 for update skip locked
), too_far as (
  select id, due_at from ${table} as entry where due_at > $5 and ${isFree} and ${condition}
  order by due_at, id limit $3 for update skip locked
), chosen as (
  select id from due union all select id from too_far limit $3
), entry as (
  update ${table} as entry set lease = $4, leased_until = $2, attempt = attempt + 1
  from chosen where entry.id = chosen.id returning entry.*
)
select entry.id as entry_id, entry.registration_id as entry_registration, ${columns},
  entry.due_at as entry_due_at, entry.attempt as entry_attempt, ${registrationOf("r")}, ${accountColumns},
  r.state = 'pending' and exists (
    select 1 from porchlight_identifier as owner where owner.address_key = r.address_key) as taken
from entry
left join porchlight_registration as r on r.id = entry.registration_id
left join porchlight_account as a on a.id = r.account_id
left join porchlight_identifier as i on i.account_id = a.id
order by entry.due_at, entry.id`;

export const leaseMessages: string = leaseFrom(
  "porchlight_message",
  "channel = $7",
  `entry.kind as entry_kind, entry.channel as entry_channel, entry.serial as entry_serial, entry.locale as entry_locale`,
);

export const leaseEvents: string = leaseFrom(
  "porchlight_event",
  `not exists (select 1 from porchlight_event as older where older.registration_id = entry.registration_id
    and (older.position, older.id) < (entry.position, entry.id))`,
  `'event' as entry_kind, entry.body as entry_event`,
);

/** Which outcomes there are. */
export interface Outcomes {
  readonly putOff: boolean;
  readonly done: boolean;
  /** Messages that failed and leave an event. */
  readonly failed: boolean;
}

/** $1 the outcomes; a failed one may carry its event. Only the parts that are needed, for the server plans and starts each. */
export function settle({ putOff, done, failed }: Outcomes): string {
  const parts = [
    `outcome as (
  select * from json_to_recordset($1::json) as o (
    id text, lease text, outcome text, due_at bigint, tried integer, event json)
)`,
    ...(putOff ? [partsPutOff] : []),
    ...(done ? [partsDone] : []),
  ];
  return `with ${parts.join(", ")}
${failed ? insertFailed : "select 1 where false"}`;
}

const partsPutOff = `put_off_message as (
  update porchlight_message as m set due_at = o.due_at, lease = null, leased_until = 0, attempt = attempt - 1 + o.tried
  from outcome as o where m.id = o.id and m.lease = o.lease and o.outcome = 'retry'
), put_off_event as (
  update porchlight_event as e set due_at = o.due_at, lease = null, leased_until = 0, attempt = attempt - 1 + o.tried
  from outcome as o where e.id = o.id and e.lease = o.lease and o.outcome = 'retry'
  returning e.id, e.registration_id, e.due_at
), held_back as (
  update porchlight_event as younger set due_at = first.due_at from put_off_event as first
  where younger.registration_id = first.registration_id and younger.id <> first.id and younger.due_at < first.due_at
)`;

const partsDone = `told as (
  delete from porchlight_event as e using outcome as o
  where e.id = o.id and e.lease = o.lease and o.outcome <> 'retry'
), done as (
  delete from porchlight_message as m using outcome as o
  where m.id = o.id and m.lease = o.lease and o.outcome <> 'retry'
  returning m.registration_id, m.serial, o.outcome, o.event
), shown as (
  update porchlight_registration as r set delivery = case done.outcome when 'failed' then 'failed' else 'sent' end
  from done where r.id = done.registration_id and r.state = 'pending' and r.serial = done.serial
)`;

const insertFailed = `insert into porchlight_event (id, registration_id, position, body, due_at)
select e.id, e.registration_id, coalesce((
    select max(older.position) + 1 from porchlight_event as older where older.registration_id = e.registration_id), 0),
  e.body, ${behindOlder("e")}
from done cross join json_to_record(done.event) as e (id text, registration_id text, body text, due_at bigint)
where e.id is not null
on conflict (id) do nothing`;

/** $1 the moment, $2 the most. The notice of an activation finds its account through the stub, which waits for it. */
export const purge: string = `with ended as (
  select id from porchlight_registration as r where ends_at <= $1 and not exists (
    select 1 from porchlight_message as m where m.registration_id = r.id and m.kind = 'activated')
  order by ends_at limit $2 for update skip locked
), message as (
  delete from porchlight_message where registration_id in (select id from ended)
)
delete from porchlight_registration where id in (select id from ended) returning id`;

/** $1 the key. A stub stays of each, so that no old ticket inserts its id anew. */
export const closePending: string = `with closed as (
  update porchlight_registration set version = version + 1, state = 'closed', outcome = 'cancelled',
    address_key = null, serial = null, guesses = null, password_tries = null, delivery = null, body = null
  where address_key = $1
  returning id
)
delete from porchlight_message where registration_id in (select id from closed)`;

/** $1 the key. Identifier and consents go with the account. */
export const eraseAccount: string = `with account as (
  select account_id as id from porchlight_identifier where address_key = $1
), message as (
  delete from porchlight_message where registration_id in (
    select r.id from porchlight_registration as r join account on r.account_id = account.id)
)
delete from porchlight_account where id in (select id from account)`;
