import type { Value } from "../sql/database.js";
import type { CounterStatements } from "./counters.js";
import type { Counter } from "./window.js";

const places = (values: readonly unknown[], place: string): string => values.map(() => place).join(", ");

const valuesOf = ({ key, hits, endsAt }: Counter): readonly Value[] => [key, hits, endsAt];

const read: CounterStatements["read"] = (keys) => [
  `select counter_key, hits from porchlight_counter where counter_key in (${places(keys, "?")})`,
  keys,
];

/** SQLite's dialect. Every statement returns rows, because some clients run no other kind by the same call. */
export const sqliteCounters: CounterStatements = {
  read,

  // A statement is the only writer from its beginning: what it finds unchanged stays so until it has written.
  swap: (counters, seen) => [
    `insert into porchlight_counter (counter_key, hits, ends_at)
select column1, column2, column3 from (values ${places(counters, "(?, ?, ?)")})
where not exists (
  select 1 from (values ${places(seen, "(?, ?)")}) as seen
  left join porchlight_counter on counter_key = seen.column1 where hits is not seen.column2
)
on conflict (counter_key) do update set hits = excluded.hits, ends_at = excluded.ends_at returning 1`,
    [...counters.flatMap(valuesOf), ...seen.flatMap(([key, hits = null]) => [key, hits])],
  ],

  // A transaction over a network keeps all others from writing meanwhile, so that it is the last resort.
  swaps: 20,

  // A transaction is the only writer from its beginning, so that a plain read holds what it sees.
  lock: (keys) => [read(keys)],

  write: (counters) => [
    `insert into porchlight_counter (counter_key, hits, ends_at) values ${places(counters, "(?, ?, ?)")}
on conflict (counter_key) do update set hits = excluded.hits, ends_at = excluded.ends_at returning 1`,
    counters.flatMap(valuesOf),
  ],

  clear: (key) => ["delete from porchlight_counter where counter_key = ? returning 1", [key]],

  purge: (before, limit) => [
    `delete from porchlight_counter where counter_key in (
  select counter_key from porchlight_counter where ends_at <= ? order by ends_at limit ?
) returning 1`,
    [before, limit],
  ],
};
