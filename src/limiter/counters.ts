import type { Clock, Limiter } from "../ports.js";
import type { Row, Value } from "../sql/database.js";
import type { ReadyDatabase } from "../sql/migration.js";
import { text } from "../stored/columns.js";
import { type Counter, checkKey, decide, keysOf } from "./window.js";

/** One statement with its parameters. */
export type Statement = readonly [text: string, values: readonly Value[]];

/** How a dialect speaks to `porchlight_counter`. Keys come sorted and each once. */
export interface CounterStatements {
  /** Gives `counter_key` and `hits` of the rows that exist. */
  read(keys: readonly string[]): Statement;
  /**
   * Writes these counters where every key still has the hits that were read, or none as it had none; else nothing.
   * Undefined where the dialect cannot be sure of so many keys in one statement.
   */
  swap(counters: readonly Counter[], read: Seen): Statement | undefined;
  /** How often to read and swap before the counters are locked. */
  readonly swaps: number;
  /** Holds the counters of these keys, new ones too, against every other transaction; the last one gives the rows. */
  lock(keys: readonly string[]): readonly Statement[];
  /** Writes counters that this transaction holds. */
  write(counters: readonly Counter[]): Statement;
  clear(key: string): Statement;
  purge(before: number, limit: number): Statement;
}

/** What a call has read, under each of its keys. */
export type Seen = readonly (readonly [key: string, hits: string | undefined])[];

/**
 * Counts hits in a table: a plain read first, then, if there is something to write, a statement that is sure.
 *
 * A read is one moment of the whole table. A call that writes nothing (refused, or cost 0) is answered as of that moment,
 * as if it had come then: one round trip. One that writes swaps what it has read for what it has decided: two. Where a
 * dialect cannot swap that many keys at once, or others were faster, a transaction locks, decides anew and writes.
 */
export function countingLimiter<Tx>(
  database: ReadyDatabase<Tx>,
  statements: CounterStatements,
  clock: Clock,
): Required<Omit<Limiter, "singleProcess">> {
  const { run } = database;

  return {
    ready: database.ready,

    async hit(limits) {
      const keys = keysOf(limits);
      if (keys.length === 0) return { allowed: true, retryAfterSeconds: 0 };
      for (let tried = 0; tried < statements.swaps; tried += 1) {
        const stored = hitsOf((await run(...statements.read(keys))).rows);
        // After the read: a hit that came meanwhile would seem to lie in the future.
        const { answer, counters } = decide(limits, stored, clock.now());
        if (counters.length === 0) return answer;
        // Also the keys that are only read: room there may go between the two statements.
        const swap = statements.swap(
          counters,
          keys.map((key) => [key, stored.get(key)]),
        );
        if (swap === undefined) break;
        if ((await run(...swap)).changed > 0) return answer;
      }
      return database.transaction(async (inside) => {
        let locked: readonly Row[] = [];
        for (const statement of statements.lock(keys)) locked = (await inside(...statement)).rows;
        const { answer, counters } = decide(limits, hitsOf(locked), clock.now());
        if (counters.length > 0) await inside(...statements.write(counters));
        return { keep: counters.length > 0, value: answer };
      });
    },

    async clear(key) {
      checkKey(key);
      await run(...statements.clear(key));
    },

    async purge(before, limit) {
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new TypeError("limit: must be a whole number of at least 1.");
      const { changed } = await run(...statements.purge(Math.floor(before), limit));
      return changed;
    },
  };
}

function hitsOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [text(row, "counter_key"), text(row, "hits")]));
}
