import { expect, it } from "vitest";
import type { Row } from "../../../src/sql/database.js";
import { readLeased } from "../../../src/stored/outbox.js";
import { registrationRow } from "../../../src/stored/registration.js";
import { pendingRegistration } from "../../../src/testing/examples.js";

/** A leased message as a store selects it. */
function leasedRow(id: string, changes: Row = {}): Row {
  const registration = { ...registrationRow(pendingRegistration({ id })), version: 1, guesses: 0, password_tries: 0 };
  const entry = { entry_id: id, entry_registration: id, entry_due_at: 1, entry_attempt: 1 };
  const message = {
    entry_kind: "activation",
    entry_channel: "email",
    entry_serial: 1,
    entry_locale: "en",
    account_key: null,
    taken: 0,
  };
  return { ...registration, ...entry, ...message, ...changes };
}

it("gives what a newer version wrote of a registration as unreadable, and the others whole", () => {
  const leased = readLeased([leasedRow("a"), leasedRow("b", { delivery: "bounced" }), leasedRow("c")], "lease-1");
  expect(leased.map(({ id, unreadable }) => [id, unreadable])).toEqual([
    ["a", undefined],
    ["b", true],
    ["c", undefined],
  ]);
  expect(leased[0]?.registration).toEqual(pendingRegistration({ id: "a" }));
  expect(leased[1]?.registration).toBeUndefined();
});

it("leaves an entry of a kind that only a newer version knows", () => {
  const leased = readLeased([leasedRow("a", { entry_kind: "welcome" }), leasedRow("b")], "lease-1");
  expect(leased.map(({ id }) => id)).toEqual(["b"]);
});
