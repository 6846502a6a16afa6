import { placesPerVersion } from "../stored/outbox.js";
import { accountColumns } from "./mysql-statements.js";

/** The three statements of a lease from one table, in this order. */
export interface Leasing {
  /**
   * From when it must be due, now, the lease that is too far off to be true, the channel of messages, and the most; the
   * same again from the due time that is too far off; then the most of both. What another process holds is passed over.
   */
  readonly hold: string;
  /** What is held, as JSON. */
  readonly read: string;
  /** What was read, as JSON; the lease and until when. */
  readonly claim: string;
}

const named = "json_table(?, '$[*]' columns (id varchar(40) path '$')) as named";

/** Indexes are forced where rows are locked, because a sort, or a scan of what seems a small table, would lock all of it. */
const leaseFrom = (table: string, condition: string, columns: string, still: string): Leasing => {
  const some = (due: string): string => `(select id, due_at from ${table} as entry force index (${table}_due_at)
  where ${due} and (leased_until <= ? or leased_until > ?) and ${condition}
  order by due_at, id limit ? for update skip locked)`;
  return {
    hold: `${some("due_at <= ?")}
union all
${some("due_at > ?")}
order by due_at, id limit ?`,
    read: `select entry.id as entry_id, entry.registration_id as entry_registration, ${columns},
  entry.due_at as entry_due_at, entry.attempt + 1 as entry_attempt, r.*, ${accountColumns},
  case when r.state = 'pending' and exists (
    select 1 from porchlight_identifier as owner where owner.address_key = r.address_key) then 1 end as taken
from ${named} straight_join ${table} as entry on entry.id = named.id
left join porchlight_registration as r on r.id = entry.registration_id
left join porchlight_account as a on a.id = r.account_id
left join porchlight_identifier as i on i.account_id = a.id
where ${still} order by entry.due_at, entry.id`,
    claim: `update ${named} straight_join ${table} as entry force index (primary) on entry.id = named.id
set entry.lease = ?, entry.leased_until = ?, entry.attempt = entry.attempt + 1`,
  };
};

export const leaseMessages: Leasing = leaseFrom(
  "porchlight_message",
  "channel = ?",
  "entry.kind as entry_kind, entry.channel as entry_channel, entry.serial as entry_serial, entry.locale as entry_locale",
  "true",
);

const isOldest = `not exists (select 1 from porchlight_event as older where older.registration_id = entry.registration_id
    and (older.position < entry.position or older.position = entry.position and older.id < entry.id))`;

/** Asked twice: what was committed after a locking read began is seen by it, and not by its subquery. */
export const leaseEvents: Leasing = leaseFrom(
  "porchlight_event",
  isOldest,
  "'event' as entry_kind, entry.body as entry_event",
  isOldest,
);

/** An event is due no earlier than those it waits for, so that no pass looks at it before. */
const behindOlder = (dueAt: string, registrationId: string): string => `greatest(${dueAt}, coalesce((
    select max(older.due_at) from porchlight_event as older where older.registration_id = ${registrationId}), ${dueAt}))`;

/** The events of a commit, as JSON. */
export const insertEvents: string = `insert into porchlight_event (id, registration_id, position, body, due_at)
select e.id, e.registration_id, e.position, e.body, ${behindOlder("e.due_at", "e.registration_id")}
from json_table(?, '$[*]' columns (
  id varchar(40) path '$.id', registration_id varchar(40) path '$.registration_id', position bigint path '$.position',
  body longtext path '$.body', due_at bigint path '$.due_at')) as e`;

const outcomes = `json_table(?, '$[*]' columns (
  place for ordinality, id varchar(40) path '$.id', lease varchar(40) path '$.lease',
  outcome varchar(7) path '$.outcome', due_at bigint path '$.due_at', untried integer path '$.untried', nested path '$.event' columns (
    event_id varchar(40) path '$.id', event_registration varchar(40) path '$.registration_id',
    event_body longtext path '$.body', event_due_at bigint path '$.due_at')
)) as o
left join porchlight_message as m on m.id = o.id and m.lease = o.lease
left join porchlight_event as e on e.id = o.id and e.lease = o.lease`;

const putOff = (entry: "m" | "e"): string => `${entry}.attempt = ${entry}.attempt - o.untried,
  ${entry}.due_at = if(o.outcome = 'retry', o.due_at, ${entry}.due_at),
  ${entry}.leased_until = if(o.outcome = 'retry', 0, ${entry}.leased_until),
  ${entry}.lease = if(o.outcome = 'retry', null, ${entry}.lease)`;

/** Each takes the outcomes as JSON. The first holds every entry, so that none is leased to another before the last. */
export const settle: { readonly show: string; readonly tell: string; readonly done: string } = {
  show: `update ${outcomes}
left join porchlight_registration as r on r.id = m.registration_id and r.state = 'pending' and r.serial = m.serial
  and o.outcome <> 'retry'
left join porchlight_event as younger force index (porchlight_event_registration_id)
  on younger.registration_id = if(o.outcome = 'retry', e.registration_id, null)
  and younger.id <> e.id and younger.due_at < o.due_at
set ${putOff("m")}, ${putOff("e")}, younger.due_at = o.due_at, r.delivery = if(o.outcome = 'failed', 'failed', 'sent')`,
  /** After every other event of its registration, before those of the next version. */
  tell: `insert into porchlight_event (id, registration_id, position, body, due_at)
select o.event_id, o.event_registration, greatest(
    coalesce(r.version, 0) * ${placesPerVersion} + ${placesPerVersion / 2},
    coalesce((select max(position) + 1 from porchlight_event where registration_id = o.event_registration), 0)
  ) + row_number() over (partition by o.event_registration order by o.place) - 1, o.event_body,
  ${behindOlder("o.event_due_at", "o.event_registration")}
from ${outcomes}
left join porchlight_registration as r on r.id = o.event_registration
where m.id is not null and o.event_id is not null
on duplicate key update porchlight_event.id = porchlight_event.id`,
  done: `delete m, e from ${outcomes} where o.outcome <> 'retry'`,
};
