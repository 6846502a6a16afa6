import { withinTime } from "./patience.js";

/** Works when everybody before has finished; ERR_STORE_TIMEOUT, with nothing begun, where that takes longer than `ms`. */
export type TakeTurn = <T>(ms: number, work: () => Promise<T>) => Promise<T>;

/** The one queue of a connection, whoever asks for it: a store and a limiter may share the connection. */
export function turnsOf(connection: object): TakeTurn {
  const known = queues.get(connection) ?? turns();
  queues.set(connection, known);
  return known;
}

const queues = new WeakMap<object, TakeTurn>();

function turns(): TakeTurn {
  const waiting: (() => void)[] = [];
  let taken = false;

  function pass(): void {
    const next = waiting.shift();
    if (next === undefined) taken = false;
    else next();
  }

  return async (ms, work) => {
    // Who gave up meanwhile passes the turn on.
    if (taken) await withinTime(ms, new Promise<void>((begin) => waiting.push(begin)), pass);
    taken = true;
    try {
      return await work();
    } finally {
      pass();
    }
  };
}

const longestPauseMs = 32;

/**
 * Runs `work` again while another process holds the lock, for as long as `ms`; then its error comes through.
 *
 * SQLite gives the lock to whoever asks at the right moment, so pauses are short and drawn at random.
 */
export async function whenFree<T>(ms: number, work: (leftMs: number) => Promise<T>): Promise<T> {
  const end = performance.now() + ms;
  for (let most = 1; ; most = Math.min(most * 2, longestPauseMs)) {
    try {
      return await work(end - performance.now());
    } catch (error) {
      const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
      const pause = most * (draw / 2 ** 32);
      if (!isLocked(error) || performance.now() + pause >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * Whether nothing is wrong but that another has the lock: SQLITE_BUSY (5) or SQLITE_LOCKED (6), whose higher bytes only
 * say more. And libSQL's word for a database in memory whose only connection is in a transaction of the host.
 */
export function isLocked(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return [error, error.cause].some((one) => {
    if (typeof one !== "object" || one === null) return false;
    const code: unknown = Reflect.get(one, "code");
    // Only node:sqlite tells it by number, under this name; a bare 5 or 6 may be anything of the host's.
    const errcode: unknown = Reflect.get(one, "errcode");
    if (typeof errcode === "number") return [5, 6].includes(errcode & 0xff);
    return typeof code === "string" && /^(SQLITE_(BUSY|LOCKED)|TRANSACTION_ACTIVE$)/.test(code);
  });
}
