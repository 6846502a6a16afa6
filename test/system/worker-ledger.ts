import { fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { Event, Letter } from "../../src/index.js";

/** What one worker did, written down outside of the database under test before anybody hears of it. */
export type Entry = { readonly by: string } & (
  | {
      readonly did: "send";
      readonly id: string;
      readonly to: string;
      readonly kind: Letter["kind"];
      readonly link?: string | undefined;
      readonly code?: string | undefined;
      /** By the clock of the worker. */
      readonly at: number;
    }
  /** What was committed, where the process lived to say so: for whoever looks into a failure. */
  | { readonly did: "commit"; readonly id: string; readonly state: string; readonly outbox: readonly string[] }
  /** The store's own word that these entries are done with, as `outcome id`. */
  | { readonly did: "settle"; readonly outcomes: readonly string[] }
  | { readonly did: "tell"; readonly event: Event }
  /** A visitor read this on a page: what it says must hold from then on. */
  | { readonly did: "answer"; readonly id: string; readonly step: string }
  | { readonly did: "verify" }
  | { readonly did: "throw"; readonly verb: string; readonly code: string; readonly cause: string }
);

/** What a worker writes: one line with one call, to the end of the file, so that a SIGKILL tears no other line. */
export function ledgerOf(path: string, by: string): (entry: Unsigned<Entry>) => void {
  const file = openSync(path, "a");
  // A line that the kill tore ends where the next one begins.
  return (entry) => void writeSync(file, `\n${JSON.stringify({ by, ...entry })}\n`);
}

/** An entry before its writer's name is put on it. */
type Unsigned<E> = E extends unknown ? Omit<E, "by"> : never;

/** A ledger as a test reads it, ever further. */
export interface Ledger {
  readonly path: string;
  entries(): readonly Entry[];
  of<D extends Entry["did"]>(did: D): readonly (Entry & { readonly did: D })[];
  /** How many lines a worker has written. */
  linesOf(by: string): number;
  /** Forgets all; only where nobody writes. */
  empty(): void;
}

export function readableLedger(path: string): Ledger {
  const file = openSync(path, "a+");
  let read = 0;
  let known: Entry[] = [];
  let rest = "";
  const counts = new Map<string, number>();
  const entries = () => {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(size - read);
    const length = readSync(file, bytes, 0, bytes.length, read);
    read += length;
    const lines = `${rest}${bytes.subarray(0, length)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const entry of lines.flatMap(entryIn)) {
      known.push(entry);
      counts.set(entry.by, (counts.get(entry.by) ?? 0) + 1);
    }
    return known;
  };
  return {
    path,
    entries,
    of<D extends Entry["did"]>(did: D) {
      return entries().filter((entry): entry is Entry & { readonly did: D } => entry.did === did);
    },
    linesOf(by) {
      entries();
      return counts.get(by) ?? 0;
    },
    empty() {
      ftruncateSync(file);
      counts.clear();
      [read, known, rest] = [0, [], ""];
    },
  };
}

/** None in what a kill tore: it was not written down, so it was not done. */
function entryIn(line: string): readonly Entry[] {
  if (line === "") return [];
  try {
    const entry: Entry = JSON.parse(line);
    return [entry];
  } catch {
    return [];
  }
}
