import type { Pending } from "../../src/core/registration.js";
import type { Change, Outgoing } from "../../src/ports.js";
import { newNonce, timeOrderedId } from "../../src/secrets/random.js";
import { registrationRow } from "../../src/stored/registration.js";
import { accountOf, activatedStub, emailOf, pendingRegistration } from "../../src/testing/examples.js";
import { encodedPassword } from "./people.js";
import type { Variables } from "./pgbench.js";

/** The three commits that write most; each is compared with the same rows, written by a script of pgbench. */
export type Act = "a new registration" | "a resend" | "an activation";

const hour = 3_600_000;
const now = Date.now();
/** Twelve digits, as long as the head of an id. */
const firstNumber = 100_000_000_000;
const tail = "AAAAAAAAAAAAAAAAAAAAAA";

function pendingOf(id: string, key: string): Pending {
  const times = { issuedAt: now, sentAt: now, expiresAt: now + 8 * hour };
  const { challenge } = pendingRegistration();
  return pendingRegistration({
    id,
    identifier: emailOf(key),
    password: encodedPassword,
    profile: null,
    consents: [],
    metadata: {},
    challenge: { ...challenge, ...times, nonce: tail },
    committedAt: now,
    expiresAt: now + 24 * hour,
  });
}

/** The n-th of the registrations that are there before, to be sent again or activated; each is used once. */
const thereBefore = (n: number): Pending =>
  pendingOf(`${firstNumber + n}${tail}`, `person-${firstNumber + n}@example.com`);

export function changeOf(act: Act, n: number): Change<never> {
  if (act === "a new registration") {
    const registration = pendingOf(timeOrderedId(Date.now()), `person-${draw()}@example.com`);
    return { base: 0, registration, outbox: [message(registration, "activation")] };
  }
  const pending = thereBefore(n);
  if (act === "a resend") {
    const challenge = { ...pending.challenge, serial: 2, nonce: newNonce() };
    const registration = { ...pending, challenge, sends: 2 };
    return { base: 1, registration, outbox: [message(registration, "activation")] };
  }
  const accountId = timeOrderedId(Date.now());
  const outbox = [message(pending, "activated")];
  return { base: 1, registration: activatedStub(pending, accountId), outbox, account: accountOf(pending, accountId) };
}

function message({ id: registrationId, challenge, locale }: Pending, kind: "activation" | "activated"): Outgoing {
  const entry = { kind, channel: "email", serial: challenge.serial, locale } as const;
  return { id: timeOrderedId(Date.now()), registrationId, dueAt: now, entry };
}

const draw = (): number => firstNumber + Math.floor(Math.random() * 8 * firstNumber);

/** Fills the table with registrations `from` to `to`, by SQL. */
export function fillPending(from: number, to: number): string {
  const { body } = registrationRow(thereBefore(0));
  const number = `(${firstNumber} + n)`;
  return `insert into porchlight_registration (id, version, state, committed_at, ends_at, address_key, serial, guesses,
  password_tries, delivery, body)
select ${number} || '${tail}', 1, 'pending', ${now}, ${now + 24 * hour}, 'person-' || ${number} || '@example.com', 1, 0, 0,
  'sent', replace('${body}', '${firstNumber}', ${number}::text)
from generate_series(${from}, ${to}) as n`;
}

/** Ids rise with every transaction of a client, as those of a moment do, and end in noise. */
const draws = `\\set n :first + :done * :clients + :client_id
\\set done :done + 1
\\set number ${firstNumber} + :n
\\set r random(${firstNumber}, ${9 * firstNumber})
\\set q random(1000000000, 9999999999)
`;
const newId = "(:number::text || :r::text || :q::text)";
const idThere = `(:number::text || '${tail}')`;
const insertMessage = (registrationId: string, kind: string, serial: number): string =>
  `insert into porchlight_message (id, registration_id, kind, channel, serial, locale, due_at)
values (${newId}, ${registrationId}, '${kind}', 'email', ${serial}, 'en', :now);
`;

/** What somebody would write by hand: one statement for each row, in a transaction. */
export const scripts: Readonly<Record<Act, string>> = {
  "a new registration": `${draws}begin;
insert into porchlight_registration (id, version, state, committed_at, ends_at, address_key, serial, guesses,
  password_tries, delivery, body)
values (${newId}, 1, 'pending', :now, :end, 'person-' || :r::text || '@example.com', 1, 0, 0, 'queued', :body);
${insertMessage(newId, "activation", 1)}commit;
`,
  "a resend": `${draws}begin;
update porchlight_registration set version = 2, state = 'pending', committed_at = :now, ends_at = :end, account_id = null,
  outcome = null, address_key = 'person-' || :number::text || '@example.com', serial = 2, guesses = 0, delivery = 'queued',
  body = :body
where id = ${idThere} and version = 1;
${insertMessage(idThere, "activation", 2)}commit;
`,
  "an activation": `${draws}begin;
update porchlight_registration set version = 2, state = 'activated', committed_at = :now, ends_at = :end, account_id = ${newId},
  outcome = 'code', address_key = null, serial = null, guesses = null, password_tries = null, delivery = null, body = null
where id = ${idThere} and version = 1;
insert into porchlight_account (id, password, profile, metadata, activated_at)
values (${newId}, :password, 'null', '{}', :now);
insert into porchlight_identifier (address_key, account_id, channel, address)
values ('person-' || :number::text || '@example.com', ${newId}, 'email', 'person-' || :number::text || '@example.com');
${insertMessage(idThere, "activated", 1)}commit;
`,
};

/** For a run that begins with registration `first`. */
export function variablesFrom(first: number): Variables {
  const { body } = registrationRow(thereBefore(0));
  return { first, done: 0, now, end: now + 24 * hour, body: body ?? "", password: encodedPassword };
}
