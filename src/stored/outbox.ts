import { longestWaitMs } from "../core/longest-wait.js";
import type { Event } from "../core/registration.js";
import type { Change, Entry, Leased, Outgoing, Settlement } from "../ports.js";
import type { Row } from "../sql/database.js";
import type { Channel } from "../values/identifier.js";
import { readAccount } from "./account.js";
import { bounded, integer, oneOf, text } from "./columns.js";
import { readRegistration } from "./registration.js";

/**
 * What a clock that has been set back since must have written: entries that are due later than `due`, and leases that end
 * later than `lease`. The latter leaves room for processes whose clocks differ by the length of a lease.
 */
export function tooFar(now: number, until: number): { readonly due: number; readonly lease: number } {
  return { due: now + longestWaitMs, lease: now + 2 * (until - now) };
}

export interface MessageRow {
  readonly id: string;
  readonly registration_id: string;
  readonly kind: "activation" | "activated";
  readonly channel: Channel;
  readonly serial: number;
  readonly locale: string;
  readonly due_at: number;
}

export interface EventRow {
  readonly id: string;
  readonly registration_id: string;
  /** Where it stands among the events of its registration: by version, then in the order of its commit. */
  readonly position: number;
  readonly body: string;
  readonly due_at: number;
}

/** More than the entries of one commit and the messages that fail while its version is current, one after the other. */
export const placesPerVersion = 100;

/** The outgoing entries of a commit as the rows of their two tables. */
export function outboxRows({ base, outbox }: Pick<Change, "base" | "outbox">): {
  readonly messages: readonly MessageRow[];
  readonly events: readonly EventRow[];
} {
  const messages: MessageRow[] = [];
  const events: EventRow[] = [];
  for (const outgoing of outbox) {
    const { entry, dueAt: due_at } = outgoing;
    const named = { id: bounded(outgoing.id, "id"), registration_id: bounded(outgoing.registrationId, "id") };
    if (entry.kind === "event") {
      const position = (base + 1) * placesPerVersion + events.length;
      events.push({ ...named, position, body: JSON.stringify(entry.event), due_at });
    } else {
      messages.push({
        ...named,
        kind: entry.kind,
        channel: entry.channel,
        serial: entry.serial,
        locale: bounded(entry.locale, "locale"),
        due_at,
      });
    }
  }
  return { messages, events };
}

/** Whether a commit sends: only then does it write the delivery of its challenge. */
export function sends({ outbox }: Pick<Change, "outbox">): boolean {
  return outbox.some(({ entry }) => entry.kind === "activation");
}

/** The event that a failed message leaves, without its position: the version is known to the database only. */
export function failedEvent(settlement: Settlement): Omit<EventRow, "position"> | undefined {
  const outgoing: Outgoing | undefined = settlement.outcome === "failed" ? settlement.event : undefined;
  if (outgoing === undefined || outgoing.entry.kind !== "event") return undefined;
  const { id, registrationId, dueAt: due_at, entry } = outgoing;
  const body = JSON.stringify(entry.event);
  return { id: bounded(id, "id"), registration_id: bounded(registrationId, "id"), body, due_at };
}

/**
 * Reads what a pass leased: an entry's own columns are named `entry_…`, beside those of its registration and account.
 *
 * One row that this version cannot read stops no other: with an entry it comes as `unreadable`, and without one, as a
 * newer version may write it, it is left to whoever can read it once the lease is over.
 */
export function readLeased(rows: readonly Row[], lease: string): readonly Leased[] {
  return rows.flatMap((row) => {
    const entry = readable(() => readEntry(row));
    if (entry === undefined) return [];
    const leased = {
      id: text(row, "entry_id"),
      registrationId: text(row, "entry_registration"),
      dueAt: integer(row, "entry_due_at"),
      entry,
      lease,
      attempt: integer(row, "entry_attempt"),
    };
    return [{ ...leased, ...(readable(() => readPresent(row)) ?? { taken: false, unreadable: true as const }) }];
  });
}

/** What a leased entry is about, as it is now. */
function readPresent(row: Row): Pick<Leased, "registration" | "account" | "taken"> {
  return {
    ...(row.id !== null && { registration: readRegistration(row).registration }),
    ...(row.account_key !== null && { account: readAccount(row).account }),
    taken: Boolean(row.taken),
  };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readEntry(row: Row): Entry {
  const kind = oneOf(row, "entry_kind", ["activation", "activated", "event"] as const);
  if (kind !== "event") {
    const channel = oneOf(row, "entry_channel", ["email", "phone"] as const);
    return { kind, channel, serial: integer(row, "entry_serial"), locale: text(row, "entry_locale") };
  }
  const event: Event = JSON.parse(text(row, "entry_event"));
  return { kind, event };
}
