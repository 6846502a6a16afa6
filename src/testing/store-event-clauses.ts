import type { Leased, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { drained, dueAt, holding, leaseAll, leaseOne, minute, pendingIn, sending } from "./store-scenes.js";

const ada = pendingRegistration();
const eve = pendingFor("registration-2", "eve@example.com");

const idsOf = (leased: readonly Leased[]): readonly string[] => leased.map(({ id }) => id);

/** What a store promises of events: each registration's in the order in which they were committed. */
export const storeEventClauses: readonly Clause<Store>[] = [
  {
    promise: "an event waits for the older events of its registration, even if they are put off",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-1"), eventOf(ada.id, "event-2"));
      const older = await leaseOne(store, newYear);
      expectEqual(older.id, "event-1", "the first pass");
      expectEqual(await dueAt(store, newYear), [], "the pass during the lease");
      await store.settle([{ id: older.id, lease: older.lease, outcome: "retry", dueAt: newYear + 9 * minute }]);
      expectEqual(await dueAt(store, newYear + 8 * minute), [], "the pass while the older is put off");
      const again = await leaseOne(store, newYear + 9 * minute);
      expectEqual(again.id, "event-1", "the pass when the older is due");
      await store.settle([{ id: again.id, lease: again.lease, outcome: "sent" }]);
      expectEqual(await dueAt(store, newYear + 9 * minute), ["event-2"], "the pass after it");
    },
  },
  {
    promise: "an event that is put off holds back its own registration alone",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-1"), eventOf(ada.id, "event-2"), messageOf(ada));
      await store.commit({
        base: 0,
        registration: eve,
        outbox: [eventOf(eve.id, "event-3"), eventOf(eve.id, "event-4")],
      });
      const leased = await leaseAll(store, newYear);
      const putOff = leased.find(({ id }) => id === "event-1");
      await store.settle([
        { id: "event-1", lease: putOff?.lease ?? "", outcome: "retry", dueAt: newYear + 9 * minute },
      ]);
      const told = await drained(store, newYear + minute);
      expectEqual([...told].sort(), ["event-3", "event-4", messageOf(ada).id], "what is told");
      expectEqual(await drained(store, newYear + 9 * minute), ["event-1", "event-2"], "what is told then");
    },
  },
  {
    promise: "events of a later commit come after those of an earlier one, whatever their due times",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-9", newYear + 2));
      await store.commit({ base: 1, registration: ada, outbox: [eventOf(ada.id, "event-1", newYear + 1)] });
      expectEqual(await dueAt(store, newYear + minute), ["event-9"], "the first pass");
    },
  },
  {
    promise: "events of one commit are told in the order in which it names them, whatever their ids and due times",
    async check(make) {
      const ids = Array.from({ length: 12 }, (_, n) => `event-${(n * 5 + 11) % 12}`);
      const events = ids.map((id, n) => eventOf(ada.id, id, newYear + 100 - n));
      const store = await sending(make, ada, ...events, messageOf(ada));
      expectEqual(
        (await drained(store, newYear + minute)).filter((id) => id !== messageOf(ada).id),
        ids,
        "the order",
      );
    },
  },
  {
    promise: "events of twelve commits are told in the order of their versions",
    async check(make) {
      const ids = Array.from({ length: 24 }, (_, n) => `event-${(n * 7 + 13) % 24}`);
      const store = await make();
      for (let base = 0; base < 12; base += 1) {
        const outbox = ids.slice(2 * base, 2 * base + 2).map((id) => eventOf(ada.id, id, newYear + 100 - base));
        await store.commit({ base, registration: ada, outbox });
      }
      expectEqual(await drained(store, newYear + minute), ids, "the order");
    },
  },
  {
    promise: "events hold back neither messages nor events of other registrations",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-1"), messageOf(ada));
      await store.commit({ base: 0, registration: eve, outbox: [eventOf(eve.id, "event-2")] });
      expectEqual(await dueAt(store, newYear), ["event-1", "event-2", messageOf(ada).id], "what was leased");
    },
  },
  {
    promise: "the event of a failed message comes after what was committed before and before what was committed after",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-9"), messageOf(ada, { id: "message-5" }));
      await store.commit({ base: 1, registration: ada, outbox: [eventOf(ada.id, "event-8", newYear + minute)] });
      const leased = await leaseAll(store, newYear);
      expectEqual([...idsOf(leased)].sort(), ["event-9", "message-5"], "the first pass");
      await store.settle(
        leased.map(({ id, lease }) => {
          if (id === "event-9") return { id, lease, outcome: "retry", dueAt: newYear + minute };
          return { id, lease, outcome: "failed", event: eventOf(ada.id, "message-5") };
        }),
      );
      await store.commit({ base: 2, registration: ada, outbox: [eventOf(ada.id, "event-1")] });
      const told = await drained(store, newYear + minute);
      expectEqual(told, ["event-9", "event-8", "message-5", "event-1"], "the order");
    },
  },
  {
    promise: "the event of a failed message may bear its id, and settling it touches no challenge",
    async check(make) {
      const message = messageOf(ada);
      const store = await sending(make, ada, message);
      const first = await leaseOne(store, newYear);
      const event = eventOf(ada.id, message.id);
      await store.settle([{ id: first.id, lease: first.lease, outcome: "failed", event }]);
      const told = await leaseOne(store, newYear);
      expectEqual([told.id, told.entry, told.attempt], [message.id, event.entry, 1], "the event");
      await store.settle([{ id: first.id, lease: first.lease, outcome: "sent" }]);
      await store.settle([{ id: told.id, lease: told.lease, outcome: "sent" }]);
      expectEqual(pendingIn(await store.find(ada.id)).challenge.delivery, "failed", "the delivery");
      expectEqual(await dueAt(store, newYear + 9 * minute), [], "the outbox");
    },
  },
  {
    promise: "messages of one version that fail one after the other tell their events one after the other",
    async check(make) {
      const ids = ["message-3", "message-1", "message-2"];
      const store = await sending(make, ada, ...ids.map((id) => messageOf(ada, { id })));
      const leased = await leaseAll(store, newYear);
      for (const id of ids) {
        const lease = leased.find((one) => one.id === id)?.lease ?? "";
        await store.settle([{ id, lease, outcome: "failed", event: eventOf(ada.id, id) }]);
      }
      expectEqual(await drained(store, newYear), ids, "the order");
    },
  },
  {
    promise: "of eight processes that tell at once, none tells an event before the one that is older",
    async check(make) {
      const registrations = [ada, eve, pendingFor("registration-3", "mallory@example.com")];
      const store = await holding(make, ...registrations);
      for (const [r, registration] of registrations.entries()) {
        const outbox = Array.from({ length: 8 }, (_, n) => eventOf(registration.id, `event-${r}-${9 - n}`));
        await store.commit({ base: 1, registration, outbox });
      }
      const told: string[] = [];
      const process = async (): Promise<void> => {
        for (let pass = 0; pass < 12; pass += 1) {
          const leased = await store.lease(newYear, newYear + minute, 2, "event");
          told.push(...idsOf(leased));
          await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
        }
      };
      await Promise.all(Array.from({ length: 8 }, process));
      told.push(...(await drained(store, newYear)));
      expectEqual(told.length, new Set(told).size, "how many were told, each once");
      for (const r of registrations.keys()) {
        const own = told.filter((id) => id.startsWith(`event-${r}-`));
        expectEqual(
          own,
          Array.from({ length: 8 }, (_, n) => `event-${r}-${9 - n}`),
          `the events of registration ${r}`,
        );
      }
      expectThat(told.length === 24, `expected 24 events, but ${told.length} were told`);
    },
  },
];
