import type { Limit } from "../ports.js";

/** Hits that are forgotten together: when the first and the latest came, and how many. A list is oldest first. */
type Hits = readonly [first: number, latest: number, count: number];

/** One stored counter: its hits as JSON, and when the window of its last hit ends (epoch ms, whole). */
export interface Counter {
  readonly key: string;
  readonly hits: string;
  readonly endsAt: number;
}

/** What a call came to. */
export interface Decided {
  readonly answer: { readonly allowed: boolean; readonly retryAfterSeconds: number };
  /** What must be stored for the answer to hold: nothing for a read or a refusal, unless the clock jumped back. */
  readonly counters: readonly Counter[];
}

/**
 * Decides one call by the hits that are stored under its keys.
 *
 * Hits that lie in the future, because the clock jumped back, are moved to now, and that is to be stored even where
 * the call is refused or only reads: from the first call that sees the jump a wait lasts at most its own length.
 *
 * @param stored the hits of each key that has a counter
 */
export function decide(limits: readonly Limit[], stored: ReadonlyMap<string, string>, now: number): Decided {
  if (!Number.isFinite(now)) throw new TypeError("A limiter's clock gives epoch milliseconds.");
  const counters = new Map<string, readonly Hits[]>();
  const moved = new Set<string>();
  for (const [key, text] of stored) {
    const hits = readHits(text);
    if (hits.some(([, latest]) => latest > now)) moved.add(key);
    counters.set(key, notLater(hits, now));
  }

  const planned = new Map<string, number>();
  let wait = 0;
  for (const limit of limits) {
    const count = planned.get(limit.key) ?? 0;
    wait = waitMs(limit, counters.get(limit.key) ?? [], count, now);
    if (wait > 0) break;
    if (limit.cost !== 0) planned.set(limit.key, count + 1);
  }
  if (wait > 0) planned.clear();

  const toWrite = new Set([...moved, ...planned.keys()]);
  return {
    answer: { allowed: wait === 0, retryAfterSeconds: Math.ceil(wait / 1000) },
    counters: [...toWrite].map((key) => {
      const hits = counters.get(key) ?? [];
      const count = planned.get(key) ?? 0;
      return written(key, count > 0 ? [...hits, [now, now, count]] : hits, shapeOf(key, limits), now);
    }),
  };
}

/**
 * The keys of a call, each once, in the order in which every process locks them.
 *
 * @throws TypeError as {@link checkLimits} does
 */
export function keysOf(limits: readonly Limit[]): readonly string[] {
  checkLimits(limits);
  return [...new Set(limits.map(({ key }) => key))].sort();
}

/** @throws TypeError for a limit that is none, and for a key that a database could not keep as it is */
export function checkLimits(limits: readonly Limit[]): void {
  for (const { key, max, perSeconds } of limits) {
    checkKey(key);
    // Infinity counts and never refuses.
    if (!(max >= 0 && Math.floor(max) === max))
      throw new TypeError("The max of a limit is a whole number of at least 0, or Infinity.");
    if (!(perSeconds > 0 && Number.isFinite(perSeconds)))
      throw new TypeError("The perSeconds of a limit are finite and above 0.");
  }
}

const mostBytes = 255;
const utf8 = new TextEncoder();

/** @throws TypeError for a key longer than 255 bytes of UTF-8, with NUL, or with half a surrogate pair */
export function checkKey(key: string): void {
  // A UTF-16 unit takes one byte at least and three at most: what is short or huge need not be encoded first.
  const { length } = key;
  const fits = 3 * length <= mostBytes || (length <= mostBytes && utf8.encode(key).length <= mostBytes);
  if (!fits || key.includes("\0") || !key.isWellFormed())
    throw new TypeError(`The key of a limit is well-formed, without NUL, and has at most ${mostBytes} bytes of UTF-8.`);
}

/** How one key is kept: its window, and how far apart hits may lie that are forgotten together. */
export interface Shape {
  readonly windowMs: number;
  readonly spanMs: number;
}

/** Up to this max every call counts for itself; above it hits within a hundredth of the window go together. */
const mostExact = 100;

/** Where a call gives one key two windows, which no caller should, the longer one keeps its hits. */
export function shapeOf(key: string, limits: readonly Limit[]): Shape {
  const mine = limits.filter((limit) => limit.key === key);
  const isCoarse = mine.every(({ max, cost }) => max > mostExact && cost !== 0);
  const longest = Math.max(...mine.map(windowMs));
  return { windowMs: longest, spanMs: isCoarse ? longest / 100 : 0 };
}

/** The length of a limit's window: from the clock's own grain to 280,000 years, beyond which no number is exact. */
export function windowMs({ perSeconds }: Limit): number {
  return Math.min(Math.max(1, perSeconds * 1000), Number.MAX_SAFE_INTEGER);
}

/** Milliseconds until there is room for one more, 0 where there is; `planned` hits of the same call count too. */
function waitMs(limit: Limit, hits: readonly Hits[], planned: number, now: number): number {
  const window = windowMs(limit);
  const live = hits.filter(([, latest]) => latest + window > now);
  let excess = live.reduce((sum, [, , count]) => sum + count, planned + 1 - limit.max);
  if (excess <= 0) return 0;
  for (const [, latest, count] of live) {
    excess -= count;
    if (excess <= 0) return latest + window - now;
  }
  return window;
}

function notLater(hits: readonly Hits[], now: number): readonly Hits[] {
  const begun = hits.filter(([first]) => first <= now);
  const ahead = hits.filter(([first]) => first > now).reduce((sum, [, , count]) => sum + count, 0);
  const past = begun.map(([first, latest, count]): Hits => [first, Math.min(latest, now), count]);
  return ahead > 0 ? [...past, [now, now, ahead]] : past;
}

function written(key: string, hits: readonly Hits[], { windowMs: window, spanMs }: Shape, now: number): Counter {
  const kept: Hits[] = [];
  for (const [first, latest, count] of hits.filter(([, last]) => last + window > now)) {
    const [begin, , before] = kept.at(-1) ?? [Number.NEGATIVE_INFINITY, 0, 0];
    if (latest - begin < spanMs) kept[kept.length - 1] = [begin, latest, before + count];
    else kept.push([first, latest, count]);
  }
  // The last entry is the latest, and ends last.
  const end = Math.ceil((kept.at(-1)?.[1] ?? now) + window);
  return { key, hits: JSON.stringify(kept), endsAt: Math.min(end, Number.MAX_SAFE_INTEGER) };
}

/** @throws Error for a text that no limiter has written, so that nothing is allowed by mistake */
function readHits(text: string): readonly Hits[] {
  const hits: unknown = JSON.parse(text);
  if (Array.isArray(hits) && hits.every(isHits)) return hits;
  throw new Error("The hits of a stored counter cannot be read.");
}

function isHits(entry: unknown): entry is Hits {
  return Array.isArray(entry) && entry.length === 3 && entry.every(Number.isFinite);
}
