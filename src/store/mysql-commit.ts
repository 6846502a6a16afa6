import type { Change } from "../ports.js";
import type { Value } from "../sql/database.js";
import { accountRows } from "../stored/account.js";
import { outboxRows, sends } from "../stored/outbox.js";
import { registrationRow } from "../stored/registration.js";
import { insertEvents } from "./mysql-outbox.js";

/** One statement of a commit, and what the commit has come to where it changes no row. */
export interface Write {
  readonly text: string;
  readonly values: readonly Value[];
  readonly otherwise?: "stale" | "taken";
}

/** What a commit writes, in this order: the row is held first, then its key claimed. */
export function writesOf({ base, registration, outbox, account }: Change<never>): readonly Write[] {
  const { messages, events } = outboxRows({ base, outbox });
  const write = base === 0 ? insertion(registration) : update({ base, registration, outbox });
  return [
    write,
    ...(account === undefined ? [] : accountWrites(account)),
    ...insertAll(
      "porchlight_message (id, registration_id, kind, channel, serial, locale, due_at)",
      messages.map((row) => [row.id, row.registration_id, row.kind, row.channel, row.serial, row.locale, row.due_at]),
    ),
    ...(events.length === 0 ? [] : [{ text: insertEvents, values: [JSON.stringify(events)] }]),
  ];
}

const marks = (values: readonly Value[]): string => values.map(() => "?").join(", ");

function insertAll(into: string, rows: readonly (readonly Value[])[]): readonly Write[] {
  if (rows.length === 0) return [];
  return [
    { text: `insert into ${into} values ${rows.map((row) => `(${marks(row)})`).join(", ")}`, values: rows.flat() },
  ];
}

/** Row counts tell: `ignore` gives 1 or 0, whether or not the client asked for found rows. Nothing here can be cut. */
function insertNew(into: string, values: readonly Value[], otherwise: "stale" | "taken"): Write {
  return { text: `insert ignore into ${into} values (${marks(values)})`, values, otherwise };
}

function insertion(registration: Change["registration"]): Write {
  const row = registrationRow(registration);
  const { id, state, committed_at, ends_at, account_id, outcome, address_key, serial, delivery, body } = row;
  const none = state === "pending" ? 0 : null;
  return insertNew(
    `porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome,
  address_key, serial, guesses, password_tries, delivery, body)`,
    [id, 1, state, committed_at, ends_at, account_id, outcome, address_key, serial, none, none, delivery, body],
    "stale",
  );
}

/** The counters belong to `charge`, and the delivery, save with a new send, to `settle`. */
function update({ base, registration, outbox }: Pick<Change, "base" | "registration" | "outbox">): Write {
  const row = registrationRow(registration);
  const { id, state, committed_at, ends_at, account_id, outcome, address_key, serial, delivery, body } = row;
  // MySQL assigns from left to right, and reads what it has just assigned: the stored serial is asked for first.
  const [counts, given]: readonly [string, readonly Value[]] =
    state !== "pending"
      ? ["guesses = null, password_tries = null, delivery = null", []]
      : sends({ outbox })
        ? ["guesses = if(serial = ?, guesses, 0), delivery = ?", [serial, delivery]]
        : ["guesses = if(serial = ?, guesses, 0)", [serial]];
  const rest = [state, committed_at, ends_at, account_id, outcome, address_key, serial, body, id, base];
  return {
    text: `update porchlight_registration set ${counts}, version = version + 1, state = ?, committed_at = ?,
  ends_at = ?, account_id = ?, outcome = ?, address_key = ?, serial = ?, body = ?
where id = ? and version = ?`,
    values: [...given, ...rest],
    otherwise: "stale",
  };
}

function accountWrites(stored: NonNullable<Change["account"]>): readonly Write[] {
  const { account, identifier, consents } = accountRows(stored);
  const { address_key, channel, address, country, phone_type } = identifier;
  return [
    insertNew(
      "porchlight_account (id, password, profile, metadata, activated_at)",
      [account.id, account.password, account.profile, account.metadata, account.activated_at],
      "taken",
    ),
    insertNew(
      "porchlight_identifier (address_key, account_id, channel, address, country, phone_type)",
      [address_key, account.id, channel, address, country, phone_type],
      "taken",
    ),
    ...insertAll(
      "porchlight_consent (account_id, position, document, version, locale, agreed_at)",
      consents.map((consent) => [account.id, ...consent]),
    ),
  ];
}
