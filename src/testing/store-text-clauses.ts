import type { Consent, Pending } from "../core/registration.js";
import type { Entry, Outgoing, Store, StoredAccount } from "../ports.js";
import type { Clause } from "./clause.js";
import { accountOf, activationOf, eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual } from "./expect.js";
import { dueAt, holding, leaseAll, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();

/** What a visitor or a host can bring about, and what some database, driver or query string gets wrong. */
const odd: readonly string[] = [
  'O\'Brien "the" `one`; drop table account; --',
  "100%_ \\ \\' \\0 \\u0041 \\",
  "$1 ? ?? :id @id {id} %s #{id}",
  "cut\0here",
  "a high \ud800 alone",
  "alone, a low one: \udfff",
  "🔥 👩‍👩‍👧 𝒜",
  "  spaces around  ",
  "\ttab, line\r\n\u2028",
  "\ufeffmarked",
  "é e\u0301 ﬁ ß İ",
];

/** Shorter than a ticket allows, longer than a column that was made for shorter ones. */
const long = "long ".repeat(60);

const consentOf = (consent: Partial<Consent>): readonly Consent[] => [
  { document: "terms", version: "2", locale: "en", at: newYear, ...consent },
];

/** A registration for each of its fields that holds the text. */
function holdingText(text: string, name: string): readonly Pending[] {
  const fields: readonly ((pending: Pending) => Partial<Pending>)[] = [
    ({ identifier }) => ({ identifier: { channel: "email", key: identifier.key, address: text } }),
    () => ({ password: text }),
    () => ({ locale: text }),
    () => ({ profile: { [text]: text }, metadata: { [text]: text } }),
    () => ({ consents: consentOf({ document: text }) }),
    () => ({ consents: consentOf({ version: text }) }),
    () => ({ consents: consentOf({ locale: text }) }),
  ];
  return fields.map((field, n) => {
    const pending = pendingFor(`${name}-${n}`, `${name}-${n}@example.com`);
    return { ...pending, ...field(pending) };
  });
}

const everywhere = odd.flatMap((text, n) => holdingText(text, `odd-${n}`));

/** The answer, or that the store would have none of it. */
async function answerOf<Answer>(work: Promise<Answer>): Promise<Answer | "refused"> {
  return work.catch(() => "refused" as const);
}

/** What a store promises of text: as it was, or not at all. */
export const storeTextClauses: readonly Clause<Store>[] = [
  {
    promise: "text of any kind comes back unchanged",
    async check(make) {
      const text = "' OR 1=1--; \"\\%_ 🔥 e\u0301 é \0 \u2028 {}[]";
      const profile = { [text]: text, deep: [{ list: [1, 0.5, true, null, ""] }] };
      const registration = pendingRegistration({ profile, metadata: { [text]: text } });
      const store = await holding(make, registration);
      expectEqual((await store.find(ada.id))?.registration, registration, "the registration");
    },
  },
  {
    promise: "text in a registration comes back unchanged, or is refused with nothing written",
    async check(make) {
      const store = await make();
      const messages: string[] = [];
      for (const registration of everywhere) {
        const message = messageOf(registration, { id: `message-${registration.id}` });
        const answer = await answerOf(store.commit({ base: 0, registration, outbox: [message] }));
        const found = await store.find(registration.id);
        expectEqual(found, answer === "refused" ? undefined : { version: 1, registration }, "the registration");
        if (found) messages.push(message.id);
      }
      expectEqual(await dueAt(store, newYear), messages.sort(), "the outbox");
    },
  },
  {
    promise: "text in an account comes back unchanged, or is refused with nothing written",
    async check(make) {
      const store = await make();
      for (const pending of everywhere) {
        const registration = pendingFor(pending.id, pending.identifier.key);
        await store.commit({ base: 0, registration, outbox: [] });
        const account = accountOf(pending, `account-${pending.id}`);
        const answer = await answerOf(store.commit({ ...activationOf(registration, account.account.id), account }));
        const made: StoredAccount | undefined = answer === "refused" ? undefined : account;
        expectEqual(await store.accountByKey(pending.identifier.key), made, "the account");
        if (made === undefined) expectEqual(await store.find(pending.id), { version: 1, registration }, "the row");
      }
    },
  },
  {
    promise: "what a pending registration may hold its account may hold: nothing is refused only when it is activated",
    async check(make) {
      const store = await make();
      for (const registration of [...everywhere, ...holdingText(long, "long")]) {
        if ((await answerOf(store.commit({ base: 0, registration, outbox: [] }))) === "refused") continue;
        const answer = await answerOf(store.commit(activationOf(registration, `account-${registration.id}`)));
        expectEqual(answer, "committed", `the activation of ${registration.id}: ${JSON.stringify(registration)}`);
      }
    },
  },
  {
    promise: "text in an outgoing entry comes back unchanged, or is refused with nothing written",
    async check(make) {
      const store = await make();
      for (const [n, text] of odd.entries()) {
        const event = eventOf(ada.id, `event-${n}`);
        const entries: readonly Entry[] = [
          { kind: "activation", channel: "email", serial: 1, locale: text },
          ...(event.entry.kind === "event" ? [{ ...event.entry, event: { ...event.entry.event, masked: text } }] : []),
        ];
        for (const entry of entries) {
          const registration = pendingFor(`${entry.kind}-${n}`, `${entry.kind}-${n}@example.com`);
          const outgoing: Outgoing = { id: `entry-${n}`, registrationId: registration.id, dueAt: newYear, entry };
          const answer = await answerOf(store.commit({ base: 0, registration, outbox: [outgoing] }));
          const leased = await leaseAll(store, newYear);
          const written = answer === "refused" ? [] : [entry];
          expectEqual(
            leased.map(({ entry }) => entry),
            written,
            "the outbox",
          );
          expectEqual((await store.find(registration.id)) !== undefined, answer !== "refused", "whether it is there");
          await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
        }
      }
    },
  },
  {
    promise: "text that setPassword writes comes back unchanged, or is refused with nothing written",
    async check(make) {
      const store = await withAccount(make, ada);
      for (const text of [...odd, long]) {
        await store.setPassword("account-1", "the hash before");
        const answer = await answerOf(store.setPassword("account-1", text));
        const kept = answer === true ? text : "the hash before";
        expectEqual((await store.accountByKey(ada.identifier.key))?.password, kept, "the hash");
      }
    },
  },
  {
    promise: "setPassword takes no hash for another that differs by case, by a space or by what was cut off",
    async check(make) {
      const store = await withAccount(make, ada);
      const twins: readonly (readonly [stored: string, from: string])[] = [
        ["Hash", "hash"],
        ["hash", "hash "],
        ["hash", "hash\0"],
        ["hash\ufffd", "hash\ud800"],
        ["é", "e\u0301"],
        ["🔥", "🦄"],
        ["%", "hash"],
        ["1e1", "10"],
      ];
      for (const [stored, from] of twins) {
        await store.setPassword("account-1", stored);
        const answer = await answerOf(store.setPassword("account-1", "another hash", from));
        expectEqual(answer === true, false, `whether ${JSON.stringify(from)} was taken for ${JSON.stringify(stored)}`);
        expectEqual((await store.accountByKey(ada.identifier.key))?.password, stored, "the hash");
      }
    },
  },
];
