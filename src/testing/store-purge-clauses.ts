import type { Change, Store } from "../ports.js";
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
} from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { atOnce, dueAt, holding, leaseAll, leaseOne, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();
const insert = (registration = ada, ...outbox: Change["outbox"]): Change => ({ base: 0, registration, outbox });

/** Past the end of every example. */
const afterAll = ada.expiresAt + 1;

/** What a store promises of `purge`. */
export const storePurgeClauses: readonly Clause<Store>[] = [
  {
    promise: "purge deletes what expired with its messages, and leaves what has not",
    async check(make) {
      const store = await make();
      const old = pendingRegistration({ id: "old", expiresAt: newYear - 2 });
      await store.commit(insert(old, messageOf(old)));
      await store.commit(insert(ada, messageOf(ada)));
      expectEqual(await store.purge(newYear - 1, 10), 1, "how many were deleted");
      expectEqual(await store.find(old.id), undefined, "the expired one");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the other");
      expectEqual(await dueAt(store, newYear), [messageOf(ada).id], "the outbox");
    },
  },
  {
    promise: "purge keeps a stub until its keepUntil, and its account for good",
    async check(make) {
      const store = await withAccount(make, ada);
      expectEqual(await store.purge(ada.expiresAt - 1, 10), 0, "how many were deleted before");
      expectThat((await store.find(ada.id)) !== undefined, "the stub was deleted too early");
      expectEqual(await store.purge(afterAll, 10), 1, "how many were deleted after");
      expectEqual(await store.find(ada.id), undefined, "the stub");
      expectEqual((await store.account("account-1"))?.id, "account-1", "the account");
      expectThat((await store.accountByKey(ada.identifier.key)) !== undefined, "the key of the account is gone");
    },
  },
  {
    promise: "purge leaves the stub of an activation until its notice is settled",
    async check(make) {
      const store = await make();
      await store.commit(insert());
      const notice = noticeOf(ada);
      await store.commit({ ...activationOf(ada, "account-1"), outbox: [notice] });
      expectEqual(await store.purge(afterAll, 10), 0, "how many were deleted before");
      const { id, lease, account } = await leaseOne(store, newYear);
      expectEqual([id, account?.id], [notice.id, "account-1"], "the notice and its account");
      expectEqual(await store.purge(afterAll, 10), 0, "how many were deleted meanwhile");
      await store.settle([{ id, lease, outcome: "sent" }]);
      expectEqual(await store.purge(afterAll, 10), 1, "how many were deleted after");
    },
  },
  {
    promise: "purge leaves events until they are settled",
    async check(make) {
      const store = await make();
      await store.commit(insert(ada, eventOf(ada.id, "event-1")));
      await store.purge(afterAll, 10);
      const [event] = await leaseAll(store, newYear);
      expectEqual([event?.id, event?.registration], ["event-1", undefined], "the event and its registration");
    },
  },
  {
    promise: "purge deletes at most limit and says how many",
    async check(make) {
      const store = await make();
      for (const id of ["a", "b", "c"]) await store.commit(insert(pendingRegistration({ id })));
      expectEqual(await store.purge(afterAll, 2), 2, "the first purge");
      expectEqual(await store.purge(afterAll, 2), 1, "the second purge");
      expectEqual(await store.purge(afterAll, 2), 0, "the third purge");
    },
  },
  {
    promise: "purge of nothing, or of none, deletes none",
    async check(make) {
      const store = await make();
      expectEqual(await store.purge(afterAll, 10), 0, "of an empty store");
      await store.commit(insert(ada, messageOf(ada)));
      expectEqual(await store.purge(afterAll, 0), 0, "of at most none");
      expectEqual(await store.purge(newYear, 10), 0, "before anything ended");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
      expectEqual(await dueAt(store, newYear), [messageOf(ada).id], "the outbox");
    },
  },
  {
    promise: "purge judges each registration by its own end, in whatever state",
    async check(make) {
      const names = ["pending", "activated", "cancelled", "erased"] as const;
      const all = names.flatMap((name) => [`${name}-old`, `${name}-new`]);
      const store = await make();
      for (const name of all) {
        const end = name.endsWith("old") ? newYear : newYear + 10;
        const one = { ...pendingFor(name, `${name}@example.com`), expiresAt: end };
        await store.commit(insert(one, messageOf(one)));
        if (name.startsWith("activated")) await store.commit(activationOf(one, `account of ${name}`));
        if (name.startsWith("cancelled")) await store.commit({ base: 1, registration: closedStub(one), outbox: [] });
        if (name.startsWith("erased")) await store.erase(one.identifier.key);
      }
      expectEqual(await store.purge(newYear + 5, 100), names.length, "how many were deleted");
      const rows = await Promise.all(all.map((name) => store.find(name)));
      const left = all.filter((_, n) => rows[n] !== undefined);
      expectEqual(
        left,
        all.filter((name) => name.endsWith("new")),
        "what is left",
      );
    },
  },
  {
    promise: "purge leaves every account whole",
    async check(make) {
      const store = await withAccount(make, ada);
      const eve = pendingFor("registration-2", ada.identifier.key);
      await store.commit(insert(eve));
      expectEqual(await store.purge(afterAll, 10), 2, "how many were deleted");
      expectEqual(await store.accountByKey(ada.identifier.key), accountOf(ada, "account-1"), "accountByKey");
      expectEqual(await store.account("account-1"), accountOf(ada, "account-1").account, "account");
      const again = pendingFor("registration-3", ada.identifier.key);
      await store.commit(insert(again, messageOf(again)));
      const [leased] = await leaseAll(store, newYear);
      expectEqual(leased?.taken, true, "whether its address is taken");
      expectEqual(await store.commit(activationOf(again, "account-3")), "taken", "a second account of its key");
    },
  },
  {
    promise: "an id that was purged begins anew, with all its guesses",
    async check(make) {
      const store = await holding(make, ada);
      await store.charge(ada.id, 1, "code", 5);
      await store.charge(ada.id, 1, "password", 5);
      await store.purge(afterAll, 10);
      expectEqual(await store.charge(ada.id, 1, "code", 5), undefined, "a guess at what was purged");
      expectEqual(await store.commit(activationOf(ada, "account-1")), "stale", "an activation of what was purged");
      expectEqual(await store.commit(insert()), "committed", "an insert");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
    },
  },
  {
    promise: "of five purges at once, each registration is counted by one",
    async check(make) {
      const pending = Array.from({ length: 40 }, (_, n) => pendingFor(`registration-${n}`, `ada+${n}@example.com`));
      const store = await holding(make, ...pending);
      const counts = await Promise.all(Array.from({ length: 5 }, () => store.purge(afterAll, 10)));
      expectThat(
        counts.every((count) => count <= 10),
        "a purge took more than its limit",
      );
      const left = (await Promise.all(pending.map(({ id }) => store.find(id)))).filter((row) => row !== undefined);
      expectEqual(
        counts.reduce((sum, count) => sum + count, 0),
        40 - left.length,
        "how many were counted",
      );
      expectEqual(await store.purge(afterAll, 100), left.length, "what they left to the next");
    },
  },
  {
    promise: "a purge and an activation at once: the account with its stub, or a stale commit and nothing",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 25; round += 1) {
        const pending = pendingFor(`registration-${round}`, `ada+${round}@example.com`);
        const accountId = `account-${round}`;
        await store.commit(insert(pending));
        // Kept longer than it would have been pending, so that the purge may not take the stub.
        const registration = { ...activatedStub(pending, accountId), keepUntil: afterAll + 10 };
        const activation = { ...activationOf(pending, accountId), registration };
        const [count, answer] = await atOnce(
          round,
          () => store.purge(afterAll, 10),
          () => store.commit(activation),
        );
        const lived = answer === "committed";
        expectEqual([count, answer], lived ? [0, "committed"] : [1, "stale"], "what both heard");
        expectEqual(await store.find(pending.id), lived ? { version: 2, registration } : undefined, "the stub");
        const account = await store.accountByKey(pending.identifier.key);
        expectEqual(account, lived ? accountOf(pending, accountId) : undefined, "the account");
      }
    },
  },
  {
    promise: "a purge while messages are leased leaves none of them",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 8; round += 1) {
        const pending = pendingFor(`registration-${round}`, `ada+${round}@example.com`);
        await store.commit(insert(pending, messageOf(pending), eventOf(pending.id, `event-${round}`)));
        const [leased] = await atOnce(
          round,
          () => leaseAll(store, newYear),
          () => store.purge(afterAll, 10),
        );
        const settlement = leased.map(({ id, lease }) => ({ id, lease, outcome: "retry" as const, dueAt: newYear }));
        await store.settle(settlement);
        expectEqual(await store.find(pending.id), undefined, "the registration");
        expectEqual(await dueAt(store, newYear + 1), [`event-${round}`], "the outbox");
        const [event] = await leaseAll(store, newYear + 2);
        await store.settle([{ id: event?.id ?? "", lease: event?.lease ?? "", outcome: "sent" }]);
      }
    },
  },
];
