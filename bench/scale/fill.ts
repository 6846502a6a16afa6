import { registrationRow } from "../../src/stored/registration.js";
import { emailOf, pendingRegistration } from "../../src/testing/examples.js";
import { encodedPassword, factor, range } from "../stores/people.js";

const minute = 60_000;
const hour = 60 * minute;
const placeholder = "somebody@example.org";

/**
 * Fills the outbox with so many messages that were put off, as by a provider that said "come back later", each of a
 * pending registration of its own that came in the last eight hours. They come due between half an hour from now and an
 * hour: the longest that anything is put off.
 *
 * They are what can be old in an outbox, for a message that was delivered is deleted.
 */
export function fillWaiting(messages: number, now: number): readonly string[] {
  const { challenge } = pendingRegistration();
  const times = { issuedAt: now, sentAt: now, expiresAt: now + 8 * hour };
  const { body } = registrationRow(
    pendingRegistration({
      identifier: emailOf(placeholder),
      password: encodedPassword,
      profile: null,
      consents: [],
      metadata: {},
      challenge: { ...challenge, ...times },
    }),
  );
  const people = `(
  select n, at, lpad(to_hex(at), 12, '0') || rpad(head, 22, 'p') as id, head || '.' || n || '@example.org' as address
  from (
    select n, ${now - 8 * hour} + n::bigint * ${8 * hour} / ${messages} as at,
      lpad(to_hex((n::bigint * ${factor}) % ${range}), 8, '0') as head
    from generate_series(1, ${messages}) as n
  ) as person
) as person`;
  return [
    `insert into porchlight_registration (id, version, state, committed_at, ends_at, address_key, serial, guesses,
  password_tries, delivery, body)
select id, 1, 'pending', at, at + ${24 * hour}, address, 1, 0, 0, 'queued', replace('${body}', '${placeholder}', address)
from ${people}`,
    `insert into porchlight_message (id, registration_id, kind, channel, serial, locale, due_at, attempt)
select rpad(id, 35, 'm'), id, 'activation', 'email', 1, 'en', ${now + 30 * minute} + n % ${30 * minute}, 1
from ${people}`,
  ];
}

/** Stubs whose last ticket has expired by now: what `purge` deletes. */
export function fillEnded(stubs: number, now: number): string {
  const id = `lpad(to_hex(${now - 24 * hour}), 12, '0') || substr(md5(random()::text), 1, 22)`;
  return `insert into porchlight_registration (id, version, state, committed_at, ends_at, account_id, outcome)
select ${id}, 2, 'activated', ${now - 24 * hour}, ${now - 1}, ${id}, 'ticket' from generate_series(1, ${stubs})`;
}
