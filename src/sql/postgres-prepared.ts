import type { Value } from "./database.js";
import type { PostgresAnswer, PostgresConnection } from "./postgres-clients.js";

/** A statement under a name: a connection has it parsed once, and its plan kept where one plan is good for all. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: Value[];
}

/** A connection that takes named statements too, such as pg's. */
export interface PreparingConnection extends PostgresConnection {
  query(text: string, values?: Value[]): Promise<PostgresAnswer>;
  query(statement: PreparedStatement): Promise<PostgresAnswer>;
}

/** A pool of them. */
export interface PreparingPool {
  connect(): Promise<PreparingConnection>;
}

/** What has no values is run once in a while, or is no statement that could be planned. */
export function askPrepared(connection: PreparingConnection, text: string, values?: Value[]): Promise<PostgresAnswer> {
  return values === undefined ? connection.query(text) : connection.query({ name: nameOf(text), text, values });
}

/**
 * The name of a statement: of the same text the same, in every process and version.
 *
 * Connections that a proxy shares keep the statements of one process for the next; a name that was counted up would be
 * another statement there.
 */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `porchlight_${fingerprint(text)}`;
  names.set(text, name);
  return name;
}

// As many as there are texts: a few dozen.
const names = new Map<string, string>();

/** FNV-1a in 64 bits, as hexadecimal digits: nobody chooses these texts, so that no digest of `node:crypto` is needed. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const letter of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** So many statements, or for so long, a connection goes on with the plans that it has. */
const mostUses = 1_000;
const longestMs = 60_000;

/**
 * Tells when a connection should plan anew, once for each time that it should.
 *
 * A kept plan is as good as what the server knew when it was made. One that was made while a table had a page reads the
 * whole table, and goes on to when there are a million rows, until somebody analyses it.
 */
export function planKeeper(now: () => number = () => performance.now()): (connection: object) => boolean {
  const kept = new WeakMap<object, { uses: number; readonly since: number }>();
  return (connection) => {
    const plans = kept.get(connection);
    if (plans === undefined || plans.uses >= mostUses || now() - plans.since >= longestMs) {
      kept.set(connection, { uses: 1, since: now() });
      return plans !== undefined;
    }
    plans.uses += 1;
    return false;
  };
}
