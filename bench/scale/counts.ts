import { readFileSync } from "node:fs";
import type pg from "pg";

/** Pages of PostgreSQL's shared buffers that were touched, found there or not, by `table heap` or `table indexes`. */
export type Pages = ReadonlyMap<string, number>;

/**
 * PostgreSQL's own counts of one database, which nobody but the caller's one connection touches.
 *
 * They are those of `pg_statio_user_tables`: planning is in them, the system's own catalogues are not. It asks for
 * PostgreSQL 15, where a session can be told to report what it counted.
 */
export async function pagesTouched(pool: pg.Pool): Promise<Pages> {
  await pool.query("select pg_stat_force_next_flush()");
  const { rows } = await pool.query<{ relname: string; heap: string; indexes: string }>(
    `select relname, coalesce(heap_blks_hit + heap_blks_read, 0) as heap,
  coalesce(idx_blks_hit + idx_blks_read, 0) as indexes from pg_statio_user_tables`,
  );
  return new Map(
    rows.flatMap(({ relname, heap, indexes }) => {
      const table = relname.replace("porchlight_", "");
      return [
        [`${table} heap`, Number(heap)],
        [`${table} indexes`, Number(indexes)],
      ];
    }),
  );
}

/** How many more there are in `after`, for each of `times`. */
export function grown(before: Pages, after: Pages, times: number): Pages {
  return new Map([...after].map(([place, count]) => [place, (count - (before.get(place) ?? 0)) / times]));
}

export function sum(pages: Pages): number {
  return [...pages.values()].reduce((all, some) => all + some, 0);
}

/** Processor time of one process in µs, to the nanosecond; not a number where there is no Linux to ask. */
export function processorMicros(pid: number): number {
  try {
    // Time on the processor in ns comes first: Documentation/scheduler/sched-stats.rst.
    const [ns = ""] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
    return Number(ns) / 1_000;
  } catch {
    return Number.NaN;
  }
}
