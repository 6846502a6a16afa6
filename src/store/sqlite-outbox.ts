import type { Settlement } from "../ports.js";
import type { Statement } from "../sql/sqlite-dialect.js";
import { failedEvent } from "../stored.js";
import { accountColumns } from "./sqlite-statements.js";

const dueMessages = `select id, due_at from porchlight_message
    where due_at <= ? and leased_until <= ? order by due_at limit ?`;

const dueEvents = (limit: string): string => `select id, due_at from porchlight_event as event
    where due_at <= ? and leased_until <= ? and not exists (
      select 1 from porchlight_event as older where older.registration_id = event.registration_id
        and (older.position, older.id) < (event.position, event.id))
    order by due_at limit ${limit}`;

/** Claims at most `limit` messages and events together, the longest due first; the last statement gives them. */
export function leaseDue(now: number, until: number, limit: number, lease: string): readonly Statement[] {
  const claim = "set lease = ?, leased_until = ?, attempt = attempt + 1";
  const due = [now, now, limit];
  return [
    [
      `update porchlight_message ${claim} where id in (
  select id from (
    select id, due_at, 1 as message from (${dueMessages})
    union all
    select id, due_at, 0 from (${dueEvents("?")})
    order by due_at limit ?
  ) where message)`,
      [lease, until, ...due, ...due, limit],
    ],
    // So many as the messages left of the limit: they are those that the first statement counted with.
    [
      `update porchlight_event ${claim} where id in (select id from (${dueEvents("? - changes()")}))`,
      [lease, until, ...due],
    ],
    [selectLeased, [lease, lease]],
  ];
}

const selectLeased = `select entry.id as entry_id, entry.registration_id as entry_registration, entry.kind as entry_kind,
  entry.serial as entry_serial, entry.locale as entry_locale, entry.body as entry_event,
  entry.due_at as entry_due_at, entry.attempt as entry_attempt, r.*, ${accountColumns},
  case when r.state = 'pending' and exists (
    select 1 from porchlight_identifier as owner where owner.address_key = r.address_key) then 1 end as taken
from (
  select id, registration_id, kind, serial, locale, null as body, due_at, attempt
  from porchlight_message where lease = ?
  union all
  select id, registration_id, 'event', null, null, body, due_at, attempt
  from porchlight_event where lease = ?
) as entry
left join porchlight_registration as r on r.id = entry.registration_id
left join porchlight_account as a on a.id = r.account_id
left join porchlight_identifier as i on i.account_id = a.id
order by entry.due_at, entry.id`;

/** Settles each entry that is still under the lease which its outcome names. */
export function settle(outcomes: readonly Settlement[]): readonly Statement[] {
  const putOff: object[] = [];
  const done: object[] = [];
  for (const settlement of outcomes) {
    const { id, lease, outcome } = settlement;
    if (outcome === "retry") putOff.push({ id, lease, due_at: settlement.dueAt });
    else done.push({ id, lease, delivery: outcome === "failed" ? "failed" : "sent" });
  }
  return [
    ...(putOff.length > 0 ? putOffAs(JSON.stringify(putOff)) : []),
    ...(done.length > 0 ? finish(outcomes, JSON.stringify(done)) : []),
  ];
}

function putOffAs(json: string): readonly Statement[] {
  return ["porchlight_message", "porchlight_event"].map((table) => [
    `update ${table} as waiting set due_at = o.value ->> 'due_at', lease = null, leased_until = 0
from json_each(?) as o where waiting.id = o.value ->> 'id' and waiting.lease = o.value ->> 'lease'`,
    [json],
  ]);
}

function finish(outcomes: readonly Settlement[], json: string): readonly Statement[] {
  return [
    [
      `update porchlight_registration as r set delivery = done.delivery
from (
  select m.registration_id, m.serial, o.value ->> 'delivery' as delivery
  from json_each(?) as o join porchlight_message as m on m.id = o.value ->> 'id' and m.lease = o.value ->> 'lease'
) as done
where r.id = done.registration_id and r.state = 'pending' and r.serial = done.serial`,
      [json],
    ],
    ...outcomes.flatMap(insertFailed),
    ...["porchlight_message", "porchlight_event"].map(
      (table): Statement => [
        `delete from ${table} where (id, lease) in (
  select o.value ->> 'id', o.value ->> 'lease' from json_each(?) as o)`,
        [json],
      ],
    ),
  ];
}

/** The event that a failed message leaves: after every other of its registration that is not told yet. */
function insertFailed(settlement: Settlement): readonly Statement[] {
  const event = failedEvent(settlement);
  if (event === undefined) return [];
  const { id, registration_id, body, due_at } = event;
  return [
    [
      `insert into porchlight_event (id, registration_id, position, body, due_at)
select ?, ?, coalesce((select max(position) + 1 from porchlight_event where registration_id = ?), 0), ?, ?
where exists (select 1 from porchlight_message where id = ? and lease = ?)
on conflict (id) do nothing`,
      [id, registration_id, registration_id, body, due_at, settlement.id, settlement.lease],
    ],
  ];
}
