import type { Pending } from "../core/registration.js";
import type { Leased, Settlement, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { closedStub, eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { atOnce, dueAt, leaseAll, leaseOne, minute, pendingIn, sending } from "./store-scenes.js";

const ada = pendingRegistration();

const withSerial = (serial: number): Pending => ({ ...ada, challenge: { ...ada.challenge, serial } });
const deliveryIn = async (store: Store): Promise<string> => pendingIn(await store.find(ada.id)).challenge.delivery;

/** Leases the mail and the events that are due, and settles them all at once, each by its own outcome; their attempts. */
async function attemptsAt(
  store: Store,
  now: number,
  outcomeOf: (id: string) => "retry" | "untried" | "none",
): Promise<readonly (readonly [id: string, attempt: number])[]> {
  const leased = await leaseAll(store, now);
  const outcomes = leased.flatMap(({ id, lease }): readonly Settlement[] => {
    const outcome = outcomeOf(id);
    if (outcome === "none") return [];
    return [{ id, lease, outcome: "retry", dueAt: now + minute, ...(outcome === "untried" && { untried: true }) }];
  });
  await store.settle(outcomes);
  return leased.map(({ id, attempt }) => [id, attempt]);
}

/** What a store promises of outcomes that come late, twice, at once, or from nowhere. */
export const storeSettlementClauses: readonly Clause<Store>[] = [
  {
    promise: "an outcome of nothing, of an unknown entry or of an unknown lease changes nothing",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const leased = await leaseOne(store, newYear);
      const event = eventOf(ada.id, "event-1");
      await store.settle([]);
      for (const { id, lease } of [
        { id: "nobody's", lease: leased.lease },
        { id: leased.id, lease: "nobody's" },
        { id: leased.id, lease: "" },
        { id: leased.registrationId, lease: leased.lease },
      ]) {
        await store.settle([{ id, lease, outcome: "sent" }]);
        await store.settle([{ id, lease, outcome: "failed", event }]);
        await store.settle([{ id, lease, outcome: "retry", dueAt: newYear }]);
      }
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
      expectEqual(await dueAt(store, newYear), [], "what is due during the lease");
      expectEqual(await dueAt(store, newYear + minute), [leased.id], "what is due after it");
    },
  },
  {
    promise: "an entry that was put off and not leased again is nobody's: no outcome counts",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const old = await leaseOne(store, newYear);
      const present = await leaseOne(store, newYear + minute);
      await store.settle([{ id: present.id, lease: present.lease, outcome: "retry", dueAt: newYear + 2 * minute }]);
      for (const { id, lease } of [old, present]) {
        await store.settle([{ id, lease, outcome: "failed", event: eventOf(ada.id, "event-1") }]);
        await store.settle([{ id, lease, outcome: "retry", dueAt: newYear }]);
      }
      expectEqual(await deliveryIn(store), "queued", "the delivery");
      expectEqual(await dueAt(store, newYear + minute), [], "what is due before");
      expectEqual(await dueAt(store, newYear + 2 * minute), [present.id], "what is due then");
    },
  },
  {
    promise: "an outcome that comes after its lease has ended counts, as long as nobody else has leased the entry",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      // Another pass, long after the lease, that had no room for it.
      expectEqual(await leaseAll(store, newYear + 10 * minute, 0), [], "another pass");
      await store.settle([{ id, lease, outcome: "sent" }]);
      expectEqual(await deliveryIn(store), "sent", "the delivery");
      expectEqual(await dueAt(store, newYear + 11 * minute), [], "the outbox");
    },
  },
  {
    promise: "an attempt that came to no try is not counted, before, between and after those that are",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event"), messageOf(ada, { id: "message" }));
      const story = ["untried", "untried", "retry", "untried", "none", "retry", "untried", "untried", "none"] as const;
      const attempts = [1, 1, 1, 2, 2, 3, 4, 4, 4];
      for (const [n, outcome] of story.entries()) {
        const attempt = attempts[n] ?? 0;
        const told = await attemptsAt(store, newYear + n * minute, () => outcome);
        expectEqual(
          [...told].sort(),
          [
            ["event", attempt],
            ["message", attempt],
          ],
          `the attempts of pass ${n + 1}`,
        );
      }
    },
  },
  {
    promise: "of one pass, those that came to no try are not counted, and the others are",
    async check(make) {
      const eve = pendingFor("registration-2", "eve@example.com");
      const messages = ["message-1", "message-2", "message-3"].map((id) => messageOf(ada, { id }));
      const store = await sending(make, ada, eventOf(ada.id, "event-1"), ...messages);
      await store.commit({ base: 0, registration: eve, outbox: [eventOf(eve.id, "event-2")] });
      const untried = ["event-1", "message-2"];
      for (const [pass, now] of [newYear, newYear + minute, newYear + 2 * minute].entries()) {
        const told = await attemptsAt(store, now, (id) => (untried.includes(id) ? "untried" : "retry"));
        const expected = ["event-1", "event-2", "message-1", "message-2", "message-3"].map((id) => [
          id,
          untried.includes(id) ? 1 : pass + 1,
        ]);
        expectEqual([...told].sort(), expected, `the attempts of pass ${pass + 1}`);
      }
    },
  },
  {
    promise: "an attempt is given back once, and by the present lease alone",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const old = await leaseOne(store, newYear);
      const present = await leaseOne(store, newYear + minute);
      const givenBack = ({ id, lease }: Leased): Settlement => {
        return { id, lease, outcome: "retry", dueAt: newYear + 2 * minute, untried: true };
      };
      await store.settle([givenBack(old)]);
      expectEqual(await dueAt(store, newYear + minute), [], "what is due during the present lease");
      await store.settle([givenBack(present)]);
      for (const again of [present, old, present]) await store.settle([givenBack(again)]);
      expectEqual((await leaseOne(store, newYear + 2 * minute)).attempt, 2, "the attempt");
      expectEqual((await leaseOne(store, newYear + 3 * minute)).attempt, 3, "the attempt after it");
    },
  },
  {
    promise: "of two outcomes of one lease at once, one counts, with its event or without",
    async check(make) {
      for (let round = 0; round < 8; round += 1) {
        const store = await sending(make, ada, messageOf(ada));
        const { id, lease } = await leaseOne(store, newYear);
        const failed: Settlement = { id, lease, outcome: "failed", event: eventOf(ada.id, "event-1") };
        const settle = (one: Settlement) => () => store.settle([one]);
        await atOnce(round, settle(failed), settle({ id, lease, outcome: "sent" }));
        const delivery = await deliveryIn(store);
        expectThat(delivery !== "queued", "no outcome counted");
        expectEqual(await dueAt(store, newYear), delivery === "failed" ? ["event-1"] : [], "the outbox");
      }
    },
  },
  {
    promise: "two messages of one serial are settled in one pass, and both are gone",
    async check(make) {
      for (const outcome of ["sent", "failed"] as const) {
        const messages = ["message-1", "message-2"].map((id) => messageOf(ada, { id }));
        const store = await sending(make, ada, ...messages);
        const leased = await leaseAll(store, newYear);
        expectEqual(leased.length, 2, "how many were leased");
        await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome })));
        expectEqual(await deliveryIn(store), outcome, "the delivery");
        expectEqual(await dueAt(store, newYear + 2 * minute), [], "the outbox");
      }
    },
  },
  {
    promise: "an outcome and a new serial at once: the new one is queued",
    async check(make) {
      for (const outcome of ["sent", "failed"] as const) {
        const store = await sending(make, ada, messageOf(ada));
        for (let round = 0; round < 10; round += 1) {
          const { id, lease } = await leaseOne(store, newYear);
          const next = withSerial(round + 2);
          const outbox = [messageOf(next, { id: `message-${round}` })];
          const [, answer] = await atOnce(
            round,
            () => store.settle([{ id, lease, outcome }]),
            () => store.commit({ base: round + 1, registration: next, outbox }),
          );
          expectEqual(answer, "committed", "the commit");
          const { challenge } = pendingIn(await store.find(ada.id));
          expectEqual([challenge.serial, challenge.delivery], [round + 2, "queued"], "the challenge");
        }
      }
    },
  },
  {
    promise: "an outcome of what was closed, erased or purged meanwhile writes nothing",
    async check(make) {
      const ends: readonly ((store: Store) => Promise<unknown>)[] = [
        (store) => store.commit({ base: 1, registration: closedStub(ada), outbox: [] }),
        (store) => store.erase(ada.identifier.key),
        (store) => store.purge(ada.expiresAt + 1, 10),
      ];
      for (const end of ends) {
        for (const outcome of ["sent", "failed"] as const) {
          const store = await sending(make, ada, messageOf(ada));
          const { id, lease } = await leaseOne(store, newYear);
          await end(store);
          const row = await store.find(ada.id);
          await store.settle([{ id, lease, outcome }]);
          expectEqual(await store.find(ada.id), row, "the registration");
          expectEqual(await dueAt(store, newYear + 2 * minute), [], "the outbox");
        }
      }
    },
  },
  {
    promise: "a failure of what was erased or purged meanwhile leaves no event",
    async check(make) {
      const ends = [
        (store: Store) => store.erase(ada.identifier.key),
        (store: Store) => store.purge(ada.expiresAt + 1, 10),
      ];
      for (const end of ends) {
        const store = await sending(make, ada, messageOf(ada));
        const { id, lease } = await leaseOne(store, newYear);
        await end(store);
        await store.settle([{ id, lease, outcome: "failed", event: eventOf(ada.id, id) }]);
        await store.settle([{ id, lease, outcome: "retry", dueAt: newYear }]);
        expectEqual(await dueAt(store, newYear + 2 * minute), [], "the outbox");
      }
    },
  },
  {
    promise: "an outcome, a purge and an erasure at once leave no message behind",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 10; round += 1) {
        const pending = pendingFor(`registration-${round}`, `ada+${round}@example.com`);
        await store.commit({ base: 0, registration: pending, outbox: [messageOf(pending)] });
        const { id, lease } = await leaseOne(store, newYear);
        const outcome: Settlement =
          round % 4 < 2 ? { id, lease, outcome: "sent" } : { id, lease, outcome: "retry", dueAt: newYear };
        const settle = () => store.settle([outcome]);
        const end = async (): Promise<void> => {
          if (round % 2 === 0) await store.erase(pending.identifier.key);
          else await store.purge(ada.expiresAt + 1, 10);
        };
        await atOnce(round >> 1, settle, end);
        // A purge may pass over what somebody else is about to write; the next one takes it.
        if (round % 2 === 1) await end();
        expectEqual(await dueAt(store, newYear + 2 * minute), [], "the outbox");
        const state = (await store.find(pending.id))?.registration.state;
        expectEqual(state, round % 2 === 0 ? "closed" : undefined, "the registration");
      }
    },
  },
];
