import { placesPerVersion } from "../stored.js";
import { accountColumns } from "./mysql-statements.js";

const isDue = "due_at <= ? and leased_until <= ?";

/**
 * Now, now and the most, of messages and again of events; then the most of both. What another process holds is passed
 * over. The index is forced, because a sort would lock all that it sorts.
 */
export const hold: string = `(select id as message, null as event, due_at
  from porchlight_message force index (porchlight_message_due_at)
  where ${isDue} order by due_at limit ? for update skip locked)
union all
(select null, id, due_at from porchlight_event as e force index (porchlight_event_due_at)
  where ${isDue} and not exists (
    select 1 from porchlight_event as older where older.registration_id = e.registration_id
      and (older.position < e.position or older.position = e.position and older.id < e.id))
  order by due_at limit ? for update skip locked)
order by due_at, event, message limit ?`;

const held = `json_table(?, '$[*]' columns (
  message varchar(40) path '$.message', event varchar(40) path '$.event')) as held
left join porchlight_message as m on m.id = held.message
left join porchlight_event as e on e.id = held.event`;

/** What is held, as JSON; the lease and until when, for messages and again for events. */
export const lease: string = `update ${held}
set m.lease = ?, m.leased_until = ?, m.attempt = m.attempt + 1,
  e.lease = ?, e.leased_until = ?, e.attempt = e.attempt + 1`;

/** What is held, as JSON. */
export const selectHeld: string = `select coalesce(m.id, e.id) as entry_id, coalesce(m.kind, 'event') as entry_kind,
  coalesce(m.registration_id, e.registration_id) as entry_registration, m.serial as entry_serial,
  m.locale as entry_locale, e.body as entry_event, coalesce(m.due_at, e.due_at) as entry_due_at,
  coalesce(m.attempt, e.attempt) as entry_attempt, r.*, ${accountColumns},
  case when r.state = 'pending' and exists (
    select 1 from porchlight_identifier as owner where owner.address_key = r.address_key) then 1 end as taken
from ${held}
left join porchlight_registration as r on r.id = coalesce(m.registration_id, e.registration_id)
left join porchlight_account as a on a.id = r.account_id
left join porchlight_identifier as i on i.account_id = a.id
order by entry_due_at, entry_id`;

const outcomes = `json_table(?, '$[*]' columns (
  place for ordinality, id varchar(40) path '$.id', lease varchar(40) path '$.lease',
  outcome varchar(7) path '$.outcome', due_at bigint path '$.due_at', nested path '$.event' columns (
    event_id varchar(40) path '$.id', event_registration varchar(40) path '$.registration_id',
    event_body longtext path '$.body', event_due_at bigint path '$.due_at')
)) as o
left join porchlight_message as m on m.id = o.id and m.lease = o.lease
left join porchlight_event as e on e.id = o.id and e.lease = o.lease`;

const putOff = (entry: "m" | "e"): string => `${entry}.due_at = if(o.outcome = 'retry', o.due_at, ${entry}.due_at),
  ${entry}.leased_until = if(o.outcome = 'retry', 0, ${entry}.leased_until),
  ${entry}.lease = if(o.outcome = 'retry', null, ${entry}.lease)`;

/** Each takes the outcomes as JSON. The first holds every entry, so that none is leased to another before the last. */
export const settle: { readonly show: string; readonly tell: string; readonly done: string } = {
  show: `update ${outcomes}
left join porchlight_registration as r on r.id = m.registration_id and r.state = 'pending' and r.serial = m.serial
  and o.outcome <> 'retry'
set ${putOff("m")}, ${putOff("e")}, r.delivery = if(o.outcome = 'failed', 'failed', 'sent')`,
  /** After every other event of its registration, before those of the next version. */
  tell: `insert into porchlight_event (id, registration_id, position, body, due_at)
select o.event_id, o.event_registration, greatest(
    coalesce(r.version, 0) * ${placesPerVersion} + ${placesPerVersion / 2},
    coalesce((select max(position) + 1 from porchlight_event where registration_id = o.event_registration), 0)
  ) + row_number() over (partition by o.event_registration order by o.place) - 1, o.event_body, o.event_due_at
from ${outcomes}
left join porchlight_registration as r on r.id = o.event_registration
where m.id is not null and o.event_id is not null
on duplicate key update porchlight_event.id = porchlight_event.id`,
  done: `delete m, e from ${outcomes} where o.outcome <> 'retry'`,
};
