import type { Lane, Settlement } from "../ports.js";
import type { Statement } from "../sql/sqlite-dialect.js";
import { failedEvent, tooFar } from "../stored/outbox.js";
import { accountColumns, behindOlder } from "./sqlite-statements.js";

/** Claims the longest due of a lane; the last statement gives them. */
export function leaseDue(now: number, until: number, limit: number, lane: Lane, lease: string): readonly Statement[] {
  const far = tooFar(now, until);
  const [table, condition, columns] =
    lane === "event"
      ? (["porchlight_event", isOldest, eventColumns] as const)
      : (["porchlight_message", "channel = ?", messageColumns] as const);
  const some = (due: string) => `select id, due_at from (
      select id, due_at from ${table} as waiting
      where ${due} and (leased_until <= ? or leased_until > ?) and ${condition} order by due_at, id limit ?)`;
  const from = (due: number) => [due, now, far.lease, ...(lane === "event" ? [] : [lane]), limit];
  return [
    [
      `update ${table} set lease = ?, leased_until = ?, attempt = attempt + 1 where id in (
  select id from (
    ${some("due_at <= ?")}
    union all
    ${some("due_at > ?")}
    order by due_at, id limit ?))`,
      [lease, until, ...from(now), ...from(far.due), limit],
    ],
    [selectLeased(table, columns), [lease]],
  ];
}

const isOldest = `not exists (
        select 1 from porchlight_event as older where older.registration_id = waiting.registration_id
          and (older.position, older.id) < (waiting.position, waiting.id))`;

const messageColumns =
  "entry.kind as entry_kind, entry.channel as entry_channel, entry.serial as entry_serial, entry.locale as entry_locale";
const eventColumns = "'event' as entry_kind, entry.body as entry_event";

const selectLeased = (
  table: string,
  columns: string,
): string => `select entry.id as entry_id, entry.registration_id as entry_registration, ${columns},
  entry.due_at as entry_due_at, entry.attempt as entry_attempt, r.*, ${accountColumns},
  case when r.state = 'pending' and exists (
    select 1 from porchlight_identifier as owner where owner.address_key = r.address_key) then 1 end as taken
from ${table} as entry
left join porchlight_registration as r on r.id = entry.registration_id
left join porchlight_account as a on a.id = r.account_id
left join porchlight_identifier as i on i.account_id = a.id
where entry.lease = ?
order by entry.due_at, entry.id`;

/** Settles each entry that is still under the lease which its outcome names. */
export function settle(outcomes: readonly Settlement[]): readonly Statement[] {
  const putOff: object[] = [];
  const done: object[] = [];
  for (const settlement of outcomes) {
    const { id, lease, outcome } = settlement;
    if (outcome === "retry") putOff.push({ id, lease, due_at: settlement.dueAt, untried: settlement.untried ? 1 : 0 });
    else done.push({ id, lease, delivery: outcome === "failed" ? "failed" : "sent" });
  }
  return [
    ...(putOff.length > 0 ? putOffAs(JSON.stringify(putOff)) : []),
    ...(done.length > 0 ? finish(outcomes, JSON.stringify(done)) : []),
  ];
}

function putOffAs(json: string): readonly Statement[] {
  return [
    // First, while the lease still tells which entries these are: what waits for an event is due no earlier.
    [
      `update porchlight_event as younger set due_at = o.value ->> 'due_at'
from json_each(?) as o, porchlight_event as first
where first.id = o.value ->> 'id' and first.lease = o.value ->> 'lease'
  and younger.registration_id = first.registration_id and younger.id <> first.id
  and younger.due_at < o.value ->> 'due_at'`,
      [json],
    ],
    ...["porchlight_message", "porchlight_event"].map(
      (table): Statement => [
        `update ${table} as waiting set due_at = o.value ->> 'due_at', lease = null, leased_until = 0,
  attempt = attempt - (o.value ->> 'untried')
from json_each(?) as o where waiting.id = o.value ->> 'id' and waiting.lease = o.value ->> 'lease'`,
        [json],
      ],
    ),
  ];
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
select ?, ?, coalesce((select max(position) + 1 from porchlight_event where registration_id = ?), 0), ?,
  ${behindOlder}
where exists (select 1 from porchlight_message where id = ? and lease = ?)
on conflict (id) do nothing`,
      [id, registration_id, registration_id, body, due_at, registration_id, due_at, settlement.id, settlement.lease],
    ],
  ];
}
