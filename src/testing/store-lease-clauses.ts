import type { Leased, Outgoing, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activatedStub,
  activationOf,
  closedStub,
  eventOf,
  messageOf,
  newYear,
  noticeOf,
  pendingFor,
  pendingRegistration,
  phoneOf,
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { holding, leaseAll, leaseOne, minute, sending } from "./store-scenes.js";

const ada = pendingRegistration();

/** The mail that is due at `now`, leased for a minute, in the order in which it comes. */
async function leasedAt(store: Store, now: number, limit = 100): Promise<readonly string[]> {
  return (await store.lease(now, now + minute, limit, "email")).map(({ id }) => id);
}

const idsOf = (leased: readonly Leased[]): readonly string[] => leased.map(({ id }) => id);
const message = (id: string, dueAt: number): Outgoing => messageOf(ada, { id, dueAt });

/** What a store promises of `lease`: who may send what, and what comes with it. */
export const storeLeaseClauses: readonly Clause<Store>[] = [
  {
    promise: "an entry is leased as it was committed, at its first attempt, with its registration",
    async check(make) {
      const outgoing = messageOf(ada);
      const [leased, ...more] = await leaseAll(await sending(make, ada, outgoing), newYear);
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
      const store = await sending(make, ada, message("later", newYear + minute));
      expectEqual(await leasedAt(store, newYear + minute - 1), [], "the entries before");
      expectEqual(await leasedAt(store, newYear + minute), ["later"], "the entries then");
    },
  },
  {
    promise: "the longest due come first, at most limit",
    async check(make) {
      const store = await sending(
        make,
        ada,
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
      const store = await sending(make, ada, message("a", newYear));
      const [first] = await leaseAll(store, newYear);
      expectEqual(await leasedAt(store, newYear + minute - 1), [], "the entries during the lease");
      const [second] = await leaseAll(store, newYear + minute);
      expectEqual(second?.attempt, 2, "the attempt");
      expectThat(first?.lease !== second?.lease, "both leases have one name");
    },
  },
  {
    promise: "of twenty leases at once, each entry goes to one",
    async check(make) {
      const ids = Array.from({ length: 30 }, (_, n) => `message-${n}`);
      const store = await sending(make, ada, ...ids.map((id) => message(id, newYear)));
      const passes = await Promise.all(Array.from({ length: 20 }, () => leasedAt(store, newYear, 10)));
      expectEqual(passes.flat().sort(), [...ids].sort(), "what was leased in all");
    },
  },
  {
    promise: "a registration comes as it is now, not as it was when its message was decided",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      await store.commit({ base: 1, registration: { ...ada, disowned: true }, outbox: [] });
      const [leased] = await leaseAll(store, newYear);
      expectEqual(leased?.registration, { ...ada, disowned: true }, "the registration");
    },
  },
  {
    promise: "an entry of an activated registration comes with its stub and its account",
    async check(make) {
      const store = await holding(make, ada);
      const notice = noticeOf(ada);
      await store.commit({ ...activationOf(ada, "account-1"), outbox: [notice] });
      const [leased] = await leaseAll(store, newYear);
      expectEqual(leased?.entry, notice.entry, "the entry");
      expectEqual(leased?.registration, activatedStub(ada, "account-1"), "the stub");
      expectEqual(leased?.account, accountOf(ada, "account-1").account, "the account");
    },
  },
  {
    promise: "taken says whether the address of a pending registration has an account by now",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada));
      const rival = pendingRegistration({ id: "registration-2" });
      const stranger = pendingRegistration({
        id: "registration-3",
        identifier: { channel: "email", address: "Eve@example.com", key: "eve@example.com" },
      });
      await store.commit({ base: 0, registration: rival, outbox: [] });
      await store.commit({ base: 0, registration: stranger, outbox: [messageOf(stranger)] });
      await store.commit(activationOf(rival, "account-2"));
      const leased = await leaseAll(store, newYear);
      const taken = Object.fromEntries(leased.map((one) => [one.registrationId, one.taken]));
      expectEqual(taken, { [ada.id]: true, [stranger.id]: false }, "taken");
    },
  },
  {
    promise: "of many passes at once, each smaller than what is due, every entry goes to one, and all go",
    async check(make) {
      const others = Array.from({ length: 5 }, (_, n) => pendingFor(`other-${n}`, `other-${n}@example.com`));
      const ids = Array.from({ length: 60 }, (_, n) => `message-${n}`);
      const store = await sending(make, ada, ...ids.map((id, n) => message(id, newYear + (n % 7))));
      for (const other of others) {
        await store.commit({ base: 0, registration: other, outbox: [eventOf(other.id, `event of ${other.id}`)] });
      }
      const taken: string[] = [];
      const process = async (): Promise<void> => {
        for (let pass = 0; pass < 6; pass += 1) taken.push(...idsOf(await leaseAll(store, newYear + minute, 2)));
      };
      await Promise.all(Array.from({ length: 8 }, process));
      taken.push(...idsOf(await leaseAll(store, newYear + minute)));
      expectEqual(taken.sort(), [...ids, ...others.map(({ id }) => `event of ${id}`)].sort(), "what was leased in all");
    },
  },
  {
    promise: "a pass of none takes none, and counts no attempt",
    async check(make) {
      const store = await sending(make, ada, messageOf(ada), eventOf(ada.id, "event-1"));
      expectEqual(await leaseAll(store, newYear, 0), [], "the pass of none");
      const leased = await leaseAll(store, newYear);
      expectEqual(
        leased.map(({ attempt }) => attempt),
        [1, 1],
        "the attempts of the next",
      );
    },
  },
  {
    promise: "two hundred entries are leased in one pass, and settled in one",
    async check(make) {
      const ids = Array.from({ length: 200 }, (_, n) => `message-${n}`);
      const store = await sending(make, ada, ...ids.map((id) => message(id, newYear)));
      const leased = await leaseAll(store, newYear, 200);
      expectEqual(leased.map(({ id }) => id).sort(), [...ids].sort(), "what was leased");
      await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
      expectEqual(await leasedAt(store, newYear + minute), [], "what is left");
    },
  },
  {
    promise: "an attempt is counted with every lease, over time-outs and retries, and the due time is the latest",
    async check(make) {
      const store = await sending(make, ada, message("a", newYear));
      const attempts: (readonly [attempt: number, dueAt: number])[] = [];
      let now = newYear;
      for (const put of [undefined, 2 * minute, undefined, 5 * minute, undefined]) {
        const { id, lease, attempt, dueAt } = await leaseOne(store, now);
        attempts.push([attempt, dueAt - newYear]);
        if (put !== undefined) await store.settle([{ id, lease, outcome: "retry", dueAt: newYear + put }]);
        now = Math.max(now + minute, newYear + (put ?? 0));
      }
      const dues = [0, 0, 2 * minute, 2 * minute, 5 * minute];
      expectEqual(
        attempts,
        dues.map((due, n) => [n + 1, due]),
        "the attempts and due times",
      );
    },
  },
  {
    promise: "taken is said of an account as long as it is there, and no longer",
    async check(make) {
      const rival = pendingRegistration({ id: "registration-2" });
      const again = pendingRegistration({ id: "registration-3" });
      const store = await sending(make, ada, messageOf(ada));
      await store.commit({ base: 0, registration: rival, outbox: [] });
      expectEqual((await leaseOne(store, newYear)).taken, false, "taken before");
      await store.commit(activationOf(rival, "account-2"));
      expectEqual((await leaseOne(store, newYear + minute)).taken, true, "taken with an account");
      await store.erase(ada.identifier.key);
      await store.commit({ base: 0, registration: again, outbox: [messageOf(again)] });
      const leased = await leaseOne(store, newYear + 2 * minute);
      expectEqual([leased.registrationId, leased.taken], [again.id, false], "taken after the account was erased");
    },
  },
  {
    promise: "an entry comes with what is left of its registration: a closed stub, a stub without its account, nothing",
    async check(make) {
      const closed = pendingFor("registration-1", "ada@example.com");
      const erased = pendingFor("registration-2", "eve@example.com");
      const purged = pendingFor("registration-3", "mallory@example.com");
      const store = await holding(make, closed, erased, { ...purged, expiresAt: newYear - 1 });
      await store.commit({ base: 1, registration: closedStub(closed), outbox: [eventOf(closed.id, "event-1")] });
      await store.commit({ ...activationOf(erased, "account-2"), outbox: [eventOf(erased.id, "event-2")] });
      const late = { ...purged, expiresAt: newYear - 1 };
      await store.commit({ base: 1, registration: late, outbox: [eventOf(purged.id, "event-3")] });
      await store.erase(erased.identifier.key);
      await store.purge(newYear, 10);
      const leased = await leaseAll(store, newYear);
      const found = Object.fromEntries(leased.map((one) => [one.id, [one.registration, one.account, one.taken]]));
      const expected = {
        "event-1": [closedStub(closed), undefined, false],
        "event-2": [activatedStub(erased, "account-2"), undefined, false],
        "event-3": [undefined, undefined, false],
      };
      expectEqual(found, expected, "what came with each");
    },
  },
  {
    promise: "an entry of an activated registration comes with its account whole",
    async check(make) {
      const consents = ["c", "a", "b"].map((document) => ({ document, version: "1", locale: "de", at: newYear }));
      const identifier = phoneOf("+447400123461", "GB", "voip");
      const pending = pendingRegistration({ identifier, consents, profile: [{ list: [null] }] });
      const store = await holding(make, pending);
      await store.commit({ ...activationOf(pending, "account-1"), outbox: [eventOf(pending.id, "event-1")] });
      expectEqual((await leaseOne(store, newYear)).account, accountOf(pending, "account-1").account, "the account");
    },
  },
];
