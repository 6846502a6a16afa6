import type { Outgoing, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activatedStub,
  activationOf,
  eventOf,
  messageOf,
  newYear,
  pendingRegistration,
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";

const ada = pendingRegistration();
const minute = 60_000;

async function withOutbox(make: () => Promise<Store>, ...outbox: readonly Outgoing[]): Promise<Store> {
  const store = await make();
  await store.commit({ base: 0, registration: ada, outbox });
  return store;
}

async function leasedAt(store: Store, now: number, limit = 100): Promise<readonly string[]> {
  return (await store.lease(now, now + minute, limit)).map(({ id }) => id);
}

const message = (id: string, dueAt: number): Outgoing => messageOf(ada, { id, dueAt });

/** What a store promises of `lease`: who may send what, and what comes with it. */
export const storeLeaseClauses: readonly Clause<Store>[] = [
  {
    promise: "an entry is leased as it was committed, at its first attempt, with its registration",
    async check(make) {
      const outgoing = messageOf(ada);
      const [leased, ...more] = await (await withOutbox(make, outgoing)).lease(newYear, newYear + minute, 10);
      expectThat(leased !== undefined && leased.lease !== "", "nothing was leased");
      expectEqual(
        leased,
        { ...outgoing, lease: leased.lease, attempt: 1, registration: ada, taken: false },
        "what was leased",
      );
      expectEqual(more, [], "what else was leased");
    },
  },
  {
    promise: "an entry is not leased before it is due",
    async check(make) {
      const store = await withOutbox(make, message("later", newYear + minute));
      expectEqual(await leasedAt(store, newYear + minute - 1), [], "the entries before");
      expectEqual(await leasedAt(store, newYear + minute), ["later"], "the entries then");
    },
  },
  {
    promise: "the longest due come first, at most limit",
    async check(make) {
      const store = await withOutbox(
        make,
        message("b", newYear + 2),
        message("a", newYear + 1),
        message("c", newYear + 3),
      );
      expectEqual(await leasedAt(store, newYear + minute, 2), ["a", "b"], "the first pass");
      expectEqual(await leasedAt(store, newYear + minute, 2), ["c"], "the second pass");
    },
  },
  {
    promise: "a leased entry is nobody else's until the lease ends, then free at its next attempt",
    async check(make) {
      const store = await withOutbox(make, message("a", newYear));
      const [first] = await store.lease(newYear, newYear + minute, 10);
      expectEqual(await leasedAt(store, newYear + minute - 1), [], "the entries during the lease");
      const [second] = await store.lease(newYear + minute, newYear + 2 * minute, 10);
      expectEqual(second?.attempt, 2, "the attempt");
      expectThat(first?.lease !== second?.lease, "both leases have one name");
    },
  },
  {
    promise: "of twenty leases at once, each entry goes to one",
    async check(make) {
      const ids = Array.from({ length: 30 }, (_, n) => `message-${n}`);
      const store = await withOutbox(make, ...ids.map((id) => message(id, newYear)));
      const passes = await Promise.all(Array.from({ length: 20 }, () => leasedAt(store, newYear, 10)));
      expectEqual(passes.flat().sort(), [...ids].sort(), "what was leased in all");
    },
  },
  {
    promise: "a registration comes as it is now, not as it was when its message was decided",
    async check(make) {
      const store = await withOutbox(make, messageOf(ada));
      await store.commit({ base: 1, registration: { ...ada, disowned: true }, outbox: [] });
      const [leased] = await store.lease(newYear, newYear + minute, 10);
      expectEqual(leased?.registration, { ...ada, disowned: true }, "the registration");
    },
  },
  {
    promise: "an entry of an activated registration comes with its stub and its account",
    async check(make) {
      const store = await withOutbox(make);
      const notice = messageOf(ada, { entry: { kind: "activated", serial: 1, locale: "en" } });
      await store.commit({ ...activationOf(ada, "account-1"), outbox: [notice] });
      const [leased] = await store.lease(newYear, newYear + minute, 10);
      expectEqual(leased?.entry, notice.entry, "the entry");
      expectEqual(leased?.registration, activatedStub(ada, "account-1"), "the stub");
      expectEqual(leased?.account, accountOf(ada, "account-1").account, "the account");
    },
  },
  {
    promise: "taken says whether the address of a pending registration has an account by now",
    async check(make) {
      const store = await withOutbox(make, messageOf(ada));
      const rival = pendingRegistration({ id: "registration-2" });
      const stranger = pendingRegistration({
        id: "registration-3",
        identifier: { channel: "email", address: "Eve@example.com", key: "eve@example.com" },
      });
      await store.commit({ base: 0, registration: rival, outbox: [] });
      await store.commit({ base: 0, registration: stranger, outbox: [messageOf(stranger)] });
      await store.commit(activationOf(rival, "account-2"));
      const leased = await store.lease(newYear, newYear + minute, 10);
      const taken = Object.fromEntries(leased.map((one) => [one.registrationId, one.taken]));
      expectEqual(taken, { [ada.id]: true, [stranger.id]: false }, "taken");
    },
  },
  {
    promise: "an event waits for the older events of its registration, even if they are put off",
    async check(make) {
      const store = await withOutbox(make, eventOf(ada.id, "event-1"), eventOf(ada.id, "event-2"));
      const [older, ...more] = await store.lease(newYear, newYear + minute, 10);
      expectEqual([older?.id, more.length], ["event-1", 0], "the first pass");
      expectThat(older !== undefined, "nothing was leased");
      expectEqual(await leasedAt(store, newYear), [], "the pass during the lease");
      await store.settle([{ id: older.id, lease: older.lease, outcome: "retry", dueAt: newYear + 9 * minute }]);
      expectEqual(await leasedAt(store, newYear + 8 * minute), [], "the pass while the older is put off");
      const [again] = await store.lease(newYear + 9 * minute, newYear + 10 * minute, 10);
      expectEqual(again?.id, "event-1", "the pass when the older is due");
      await store.settle([{ id: "event-1", lease: again?.lease ?? "", outcome: "sent" }]);
      expectEqual(await leasedAt(store, newYear + 9 * minute), ["event-2"], "the pass after it");
    },
  },
  {
    promise: "events of a later commit come after those of an earlier one, whatever their due times",
    async check(make) {
      const store = await withOutbox(make, eventOf(ada.id, "event-9", newYear + 2));
      await store.commit({ base: 1, registration: ada, outbox: [eventOf(ada.id, "event-1", newYear + 1)] });
      expectEqual(await leasedAt(store, newYear + minute), ["event-9"], "the first pass");
    },
  },
  {
    promise: "events hold back neither messages nor events of other registrations",
    async check(make) {
      const other = pendingRegistration({ id: "registration-2" });
      const store = await withOutbox(make, eventOf(ada.id, "event-1"), messageOf(ada));
      await store.commit({ base: 0, registration: other, outbox: [eventOf(other.id, "event-2")] });
      const leased = await leasedAt(store, newYear);
      expectEqual([...leased].sort(), ["event-1", "event-2", messageOf(ada).id], "what was leased");
    },
  },
];
