import { expect } from "vitest";
import type { Rows } from "./expect-whole.js";
import type { Entry } from "./worker-ledger.js";

/** The lease of the delivery, as src/registrar/delivery.ts has it. */
export const leaseMs = 90_000;

/** What was there after all messages were drained, in numbers. */
export interface Aftermath {
  readonly signUps: number;
  readonly accounts: number;
  readonly sends: number;
  readonly sentAgain: number;
  readonly toldAgain: number;
  readonly failedCalls: Readonly<Record<string, number>>;
}

/**
 * What a visitor was told holds, and every message went out: again only where its settlement is missing.
 *
 * @param interrupted of whom it is known that the process ended between send (or telling) and settlement: `by id`
 */
export function expectKept(rows: Rows, ledger: readonly Entry[], interrupted: ReadonlySet<string>): Aftermath {
  const states = new Map(rows.registrations.map(({ id, state }) => [id, state]));
  const sends = ledger.flatMap((entry) => (entry.did === "send" ? [entry] : []));
  const wrong: string[] = [];

  for (const entry of ledger) {
    if (entry.did === "throw" && entry.code === "FOREIGN") wrong.push(`${entry.verb} threw ${entry.cause}`);
    if (entry.did !== "answer") continue;
    const state = states.get(entry.id);
    const kept = entry.step === "pending" ? state !== undefined : state === entry.step;
    if (!kept) wrong.push(`${entry.id} was shown as ${entry.step}, and is ${state}`);
  }

  const sent = new Set(sends.map(({ by, id }) => `${by} ${id}`));
  const told = new Set(ledger.flatMap((entry) => (entry.did === "tell" ? [`${entry.by} ${entry.event.id}`] : [])));
  for (const entry of ledger) {
    if (entry.did === "tell" && entry.event.type === "message.failed") wrong.push(`${entry.event.id} was given up`);
    if (entry.did !== "settle") continue;
    for (const [outcome, id] of entry.outcomes.map((said) => said.split(" "))) {
      const done = sent.has(`${entry.by} ${id}`) || told.has(`${entry.by} ${id}`);
      if (outcome === "sent" && !done) wrong.push(`${id} was settled as sent by ${entry.by}, who did not send it`);
    }
  }

  const links = new Set(sends.map(({ link = "" }) => `${link.split(".")[1]} ${link.split(".")[4]}`));
  for (const { id, state, serial } of rows.registrations) {
    if (state === "pending" && !links.has(`${id} ${serial}`))
      wrong.push(`${id} is pending with serial ${serial} and got no message`);
  }
  const noticed = new Set(sends.flatMap(({ kind, to }) => (kind === "activated" ? [to] : [])));
  for (const { address } of rows.identifiers) {
    if (!noticed.has(String(address))) wrong.push(`${address} has an account and got no notice`);
  }

  const tellings = ledger.flatMap((entry) => (entry.did === "tell" ? [{ id: entry.event.id, by: entry.by }] : []));
  const sentAgain = repeated(sends);
  const toldAgain = repeated(tellings);
  for (const { id, by } of [...sentAgain, ...toldAgain]) {
    if (!interrupted.has(`${by} ${id}`)) wrong.push(`${id} went out again, though ${by} had settled it`);
  }
  for (const { id, at, next } of sentAgain) {
    if (next.at - at < leaseMs) wrong.push(`${id} went out again after ${next.at - at} ms`);
  }
  expect(wrong, traces(wrong, ledger)).toEqual([]);

  const failedCalls: Record<string, number> = {};
  for (const entry of ledger) {
    if (entry.did !== "throw") continue;
    const kind = `${entry.code} ${entry.cause}`.trim();
    failedCalls[kind] = (failedCalls[kind] ?? 0) + 1;
  }
  return {
    signUps: rows.registrations.length,
    accounts: rows.accounts.length,
    sends: sends.length,
    sentAgain: sentAgain.length,
    toldAgain: toldAgain.length,
    failedCalls,
  };
}

/** The lines of the ledger that name what went wrong, and the messages and events that were committed with it. */
function traces(wrong: readonly string[], ledger: readonly Entry[]): string {
  const lines = ledger.map((entry) => JSON.stringify(entry));
  const ids = new Set(wrong.flatMap((words) => words.match(/[\w-]{34}/g) ?? []));
  const named = (line: string) => [...ids].some((id) => line.includes(id));
  for (const line of lines.filter(named)) for (const id of line.match(/[\w-]{34}/g) ?? []) ids.add(id);
  return wrong.length === 0 ? "" : lines.filter(named).join("\n");
}

/** Each that was done again, with what came next. */
function repeated<T extends { readonly id: string }>(done: readonly T[]): readonly (T & { readonly next: T })[] {
  const last = new Map<string, T>();
  const again: (T & { readonly next: T })[] = [];
  for (const next of done) {
    const before = last.get(next.id);
    if (before !== undefined) again.push({ ...before, next });
    last.set(next.id, next);
  }
  return again;
}
