import { longestWaitMs } from "../core/longest-wait.js";
import type { Lane, Leased, Outgoing, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { eventOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { drained, dueAt, leaseAll, minute, pendingIn, sending } from "./store-scenes.js";

const ada = pendingRegistration();
const eve = pendingFor("registration-2", "eve@example.com");

/** Where an entry still waits at {@link newYear}; a millisecond later, and none of the store's clocks wrote it. */
const furthest = newYear + longestWaitMs;

/** One message and one event, as every bound holds for both. */
const both = (dueAt: number): readonly Outgoing[] => [
  messageOf(ada, { id: "message", dueAt }),
  eventOf(ada.id, "event", dueAt),
];

/** Leases the mail and the events that are due, for that long. */
async function leasedFor(store: Store, now: number, length: number): Promise<readonly Leased[]> {
  const pass = (lane: Lane) => store.lease(now, now + length, 100, lane);
  return [...(await pass("email")), ...(await pass("event"))];
}

const idsOf = (leased: readonly Leased[]): readonly string[] => leased.map(({ id }) => id);

/** What a store promises of what was written by a clock that has been set back since. */
export const storeSetBackClauses: readonly Clause<Store>[] = [
  {
    promise: "what is due later than the longest wait is due at once, and leased as anything else",
    async check(make) {
      const due = furthest + 9 * minute;
      const store = await sending(make, ada, ...both(due));
      for (const [n, now] of [newYear, newYear + minute].entries()) {
        const leased = await leasedFor(store, now, minute);
        expectEqual(
          leased.map(({ id, attempt, dueAt }) => [id, attempt, dueAt]),
          ["message", "event"].map((id) => [id, n + 1, due]),
          `what is due in pass ${n + 1}`,
        );
        expectEqual(await dueAt(store, now), [], "what is due at once again");
        expectEqual(await dueAt(store, now + minute - 1), [], "what is due at the end of the lease");
        if (n === 1) await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
      }
      expectEqual(await dueAt(store, newYear + 2 * minute), [], "what is left");
    },
  },
  {
    promise: "what is due at the end of the longest wait or before is waited for",
    async check(make) {
      const half = newYear + longestWaitMs / 2;
      const store = await sending(make, ada, ...both(furthest));
      await store.commit({ base: 0, registration: eve, outbox: [eventOf(eve.id, "sooner", half)] });
      expectEqual(await dueAt(store, newYear), [], "what is due at the bound");
      expectEqual(await dueAt(store, half - 1), [], "what is due before the sooner");
      expectEqual(await drained(store, furthest - 1), ["sooner"], "what is due a millisecond before");
      expectEqual(await dueAt(store, furthest), ["event", "message"], "what is due then");
      const other = await sending(make, ada, ...both(furthest));
      expectEqual(await dueAt(other, newYear - 1), ["event", "message"], "what is due past the bound");
    },
  },
  {
    promise: "what was put off further than the longest wait is due at once, with the events that wait behind it",
    async check(make) {
      const store = await sending(make, ada, ...both(newYear), eventOf(ada.id, "a younger event"));
      const leased = await leasedFor(store, newYear, minute);
      const dueThen = furthest + 1;
      await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "retry", dueAt: dueThen })));
      const again = await leasedFor(store, newYear, minute);
      expectEqual(
        again.map(({ id, attempt, dueAt }) => [id, attempt, dueAt]),
        ["message", "event"].map((id) => [id, 2, dueThen]),
        "what is due",
      );
      await store.settle(again.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
      expectEqual(await drained(store, newYear), ["a younger event"], "what waited behind it");
    },
  },
  {
    promise: "what is due too far off comes after what is due, and is not waited with where there is room",
    async check(make) {
      for (const lane of ["email", "event"] as const) {
        const dues = { far: furthest + 9, due: newYear - 1, further: furthest + 10, near: newYear };
        const store = await make();
        for (const [id, due] of Object.entries(dues)) {
          const registration = pendingFor(`of ${id}`, `${id}@example.com`);
          const entry =
            lane === "event" ? eventOf(registration.id, id, due) : messageOf(registration, { id, dueAt: due });
          await store.commit({ base: 0, registration, outbox: [entry] });
        }
        const first = await store.lease(newYear, newYear + minute, 3, lane);
        expectEqual(idsOf(first), ["due", "near", "far"], `the first pass of the lane of ${lane}`);
        const second = await store.lease(newYear, newYear + minute, 3, lane);
        expectEqual(idsOf(second), ["further"], `the second pass of the lane of ${lane}`);
      }
    },
  },
  {
    promise: "of twenty leases at once, each entry that is due too far off goes to one",
    async check(make) {
      const ids = Array.from({ length: 30 }, (_, n) => `message-${n}`);
      const messages = ids.map((id, n) => messageOf(ada, { id, dueAt: furthest + 1 + (n % 4) }));
      const store = await sending(make, ada, ...messages);
      const taken: string[] = [];
      const pass = async (): Promise<void> => {
        taken.push(...idsOf(await store.lease(newYear, newYear + minute, 10, "email")));
      };
      await Promise.all(Array.from({ length: 20 }, pass));
      await pass();
      expectEqual(taken.sort(), [...ids].sort(), "what was leased in all");
    },
  },
  {
    promise: "a lease that ends later than twice the length that is asked for holds nobody back, and counts no more",
    async check(make) {
      const store = await sending(make, ada, ...both(newYear - minute));
      const ahead = await leasedFor(store, newYear + minute + 1, minute);
      expectEqual(idsOf(ahead), ["message", "event"], "what the clock that is ahead has leased");
      const leased = await leasedFor(store, newYear, minute);
      expectEqual(
        leased.map(({ id, attempt }) => [id, attempt]),
        [
          ["message", 2],
          ["event", 2],
        ],
        "what the others lease",
      );
      await store.settle(ahead.map(({ id, lease }) => ({ id, lease, outcome: "failed" })));
      expectEqual(pendingIn(await store.find(ada.id)).challenge.delivery, "queued", "the delivery by the older lease");
      expectEqual(await dueAt(store, newYear), [], "what is due during the present lease");
      await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
      expectEqual(pendingIn(await store.find(ada.id)).challenge.delivery, "sent", "the delivery by the present lease");
    },
  },
  {
    promise: "a clock that is ahead by no more than the length of a lease keeps its lease",
    async check(make) {
      for (const ahead of [1, minute / 2, minute - 1, minute]) {
        const store = await sending(make, ada, ...both(newYear - minute));
        const leased = await leasedFor(store, newYear + ahead, minute);
        expectEqual(idsOf(leased), ["message", "event"], "what it has leased");
        expectEqual(await leasedFor(store, newYear, minute), [], `what the others lease, ${ahead} ms behind`);
        await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
        expectEqual(await dueAt(store, newYear + 9 * minute), [], "what is left");
      }
    },
  },
  {
    promise: "how far off the end of a lease may be is measured by the length that is asked for",
    async check(make) {
      for (const length of [1_000, 10 * minute]) {
        const store = await sending(make, ada, ...both(newYear - minute));
        await leasedFor(store, newYear, 2 * length);
        expectEqual(idsOf(await leasedFor(store, newYear, length)), [], "what is leased at the bound");
        expectEqual(idsOf(await leasedFor(store, newYear - 1, length)), ["message", "event"], "what is leased past it");
      }
    },
  },
  {
    promise: "an event whose lease ends too far off is told before the younger ones",
    async check(make) {
      const store = await sending(make, ada, eventOf(ada.id, "event-9"), eventOf(ada.id, "event-1"));
      await leaseAll(store, newYear + 9 * minute);
      const [first, ...more] = await leaseAll(store, newYear);
      expectThat(first !== undefined && more.length === 0, "expected one event");
      expectEqual([first.id, first.attempt], ["event-9", 2], "what is told");
      await store.settle([{ id: first.id, lease: first.lease, outcome: "sent" }]);
      expectEqual(await drained(store, newYear), ["event-1"], "what is told then");
    },
  },
];
