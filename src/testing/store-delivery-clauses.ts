import type { Challenge, Pending } from "../core/registration.js";
import type { Change, Leased, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { activationOf, eventOf, messageOf, newYear, pendingRegistration } from "./examples.js";
import { expectEqual } from "./expect.js";
import { leaseAll, leaseOne, minute, pendingIn, sending } from "./store-scenes.js";

const ada = pendingRegistration();

async function settleOne(store: Store, outcome: "sent" | "dropped" | "failed"): Promise<void> {
  const { id, lease } = await leaseOne(store, newYear);
  await store.settle([{ id, lease, outcome }]);
}

async function deliveryOf(store: Store): Promise<Challenge["delivery"]> {
  return pendingIn(await store.find(ada.id)).challenge.delivery;
}

const idsOf = (leased: readonly Leased[]): readonly string[] => leased.map(({ id }) => id);
const withSerial = (serial: number): Pending => ({ ...ada, challenge: { ...ada.challenge, serial } });
const changed = (overrides: Partial<Change>): Change => ({ base: 1, registration: ada, outbox: [], ...overrides });

/** Says what delivery the view shows after an outcome. */
function settlesAs(
  outcome: "sent" | "dropped" | "failed",
  delivery: Challenge["delivery"],
  promise: string,
): Clause<Store> {
  return {
    promise,
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      await settleOne(store, outcome);
      expectEqual(await deliveryOf(store), delivery, "the delivery");
      expectEqual((await store.find(ada.id))?.version, 1, "the version");
      expectEqual(await leaseAll(store, newYear + 10 * minute), [], "the outbox");
    },
  };
}

/** What a store promises of `settle`, and of what a commit leaves of it. */
export const storeDeliveryClauses: readonly Clause<Store>[] = [
  settlesAs("sent", "sent", "a sent message is gone, and its challenge says sent without a new version"),
  settlesAs("dropped", "sent", "a dropped message is gone, and shows no different from a sent one"),
  settlesAs("failed", "failed", "a failed message is gone, and its challenge says failed without a new version"),
  {
    promise: "a failed message leaves its event in the same commit",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      const event = eventOf(ada.id, "event-1");
      await store.settle([{ id, lease, outcome: "failed", event }]);
      const next = await leaseOne(store, newYear);
      expectEqual([next.id, next.entry], [event.id, event.entry], "the event");
    },
  },
  {
    promise: "a message put off is due again at its new time, at its next attempt",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      await store.settle([{ id, lease, outcome: "retry", dueAt: newYear + 5 * minute }]);
      expectEqual(await leaseAll(store, newYear + 5 * minute - 1), [], "the entry before");
      expectEqual((await leaseOne(store, newYear + 5 * minute)).attempt, 2, "the attempt");
      expectEqual(await deliveryOf(store), "queued", "the delivery");
    },
  },
  {
    promise: "a message put off for less than its lease is due when it says",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      await store.settle([{ id, lease, outcome: "retry", dueAt: newYear + 1 }]);
      expectEqual((await leaseOne(store, newYear + 1)).id, id, "the entry");
    },
  },
  {
    promise: "an outcome of an older lease counts nothing",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const old = await leaseOne(store, newYear);
      const present = await leaseOne(store, newYear + minute);
      await store.settle([{ id: old.id, lease: old.lease, outcome: "failed", event: eventOf(ada.id, "event-1") }]);
      expectEqual(await deliveryOf(store), "queued", "the delivery after the older lease");
      await store.settle([{ id: old.id, lease: old.lease, outcome: "retry", dueAt: newYear }]);
      expectEqual(await leaseAll(store, newYear + minute), [], "the outbox");
      await store.settle([{ id: present.id, lease: present.lease, outcome: "sent" }]);
      expectEqual(await deliveryOf(store), "sent", "the delivery after the present lease");
    },
  },
  {
    promise: "a settled entry cannot be settled again",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      await store.settle([{ id, lease, outcome: "sent" }]);
      await store.settle([{ id, lease, outcome: "failed", event: eventOf(ada.id, "event-1") }]);
      await store.settle([{ id, lease, outcome: "retry", dueAt: newYear }]);
      expectEqual(await deliveryOf(store), "sent", "the delivery");
      expectEqual(await leaseAll(store, newYear), [], "the outbox");
    },
  },
  {
    promise: "a pass settles each entry by its own outcome",
    async check(make) {
      const ids = ["sent", "retry", "failed"] as const;
      const store = await sending(make, ada, ...ids.map((id) => messageOf(ada, { id, registrationId: `of ${id}` })));
      const leased = await leaseAll(store, newYear);
      expectEqual(leased.length, 3, "how many were leased");
      await store.settle(
        leased.map(({ id, lease }) => {
          if (id === "retry") return { id, lease, outcome: "retry", dueAt: newYear };
          if (id === "failed") return { id, lease, outcome: "failed", event: eventOf("of failed", "event-1") };
          return { id, lease, outcome: "sent" };
        }),
      );
      const left = idsOf(await leaseAll(store, newYear));
      expectEqual([...left].sort(), ["event-1", "retry"], "the outbox");
    },
  },
  {
    promise: "an outcome of a serial that is no longer current leaves the delivery",
    async check(make) {
      for (const outcome of ["sent", "failed"] as const) {
        const store = await sending(make, ada, messageOf(ada));
        const { id, lease } = await leaseOne(store, newYear);
        await store.commit(
          changed({ registration: withSerial(2), outbox: [messageOf(withSerial(2), { id: "next" })] }),
        );
        await store.settle([{ id, lease, outcome }]);
        expectEqual(await deliveryOf(store), "queued", "the delivery");
      }
    },
  },
  {
    promise: "an outcome of an activated registration leaves its stub",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const { id, lease } = await leaseOne(store, newYear);
      const activation = activationOf(ada, "account-1");
      await store.commit(activation);
      await store.settle([{ id, lease, outcome: "failed" }]);
      expectEqual(await store.find(ada.id), { version: 2, registration: activation.registration }, "the stub");
    },
  },
  {
    promise: "the outcome of an event touches no challenge",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-1"));
      await settleOne(store, "sent");
      expectEqual(await deliveryOf(store), "queued", "the delivery");
    },
  },
  {
    promise: "a commit that sends nothing keeps the delivery, one that sends says queued",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      await settleOne(store, "failed");
      await store.commit(changed({ registration: { ...ada, disowned: true } }));
      expectEqual(await deliveryOf(store), "failed", "the delivery after a commit without a message");
      await store.commit(changed({ base: 2, outbox: [messageOf(ada, { id: "next" })] }));
      expectEqual(await deliveryOf(store), "queued", "the delivery after a commit with one");
    },
  },
];
