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
import { atOnce, drained, dueAt, holding, leaseAll, minute, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();
const eve = pendingFor("registration-2", "eve@example.com");
const { key } = ada.identifier;
const insert = (registration = ada, ...outbox: Change["outbox"]): Change => ({ base: 0, registration, outbox });

/** What `erase` leaves of a pending registration. */
const cancelled = ({ id, committedAt, expiresAt: keepUntil } = ada) => closedStub(ada, { id, committedAt, keepUntil });

/** What a store promises of `erase`. */
export const storeEraseClauses: readonly Clause<Store>[] = [
  {
    promise: "erase removes the account and frees its key",
    async check(make) {
      const store = await withAccount(make, ada);
      await store.erase(ada.identifier.key);
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "accountByKey");
      expectEqual(await store.account("account-1"), undefined, "account");
      const again = pendingRegistration({ id: "registration-9" });
      await store.commit(insert(again));
      expectEqual(await store.commit(activationOf(again, "account-9")), "committed", "a new account of the key");
    },
  },
  {
    promise: "erase closes every pending registration of the key, with its messages; its id stays in use",
    async check(make) {
      const store = await make();
      await store.commit(insert(ada, messageOf(ada)));
      await store.erase(ada.identifier.key);
      expectEqual((await store.find(ada.id))?.registration, cancelled(), "the stub");
      expectEqual(await dueAt(store, newYear), [], "the outbox");
      expectEqual(await store.commit(insert()), "stale", "an insert by an old ticket");
      expectEqual(await store.commit(activationOf(ada, "account-1")), "stale", "an activation already read");
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "accountByKey");
    },
  },
  {
    promise: "erase touches nobody else",
    async check(make) {
      const store = await withAccount(make, ada);
      const second = pendingFor("registration-3", eve.identifier.key);
      await store.commit(insert(eve, messageOf(eve)));
      await store.erase("nobody@example.com");
      await store.erase("EVE@example.com");
      await store.commit(insert(second));
      expectEqual((await store.find(eve.id))?.registration, eve, "the other registration");
      expectEqual(await dueAt(store, newYear), [messageOf(eve).id], "the outbox");
      await store.erase(eve.identifier.key);
      expectEqual((await store.find(second.id))?.registration.state, "closed", "the second registration of the key");
      expectEqual((await store.account("account-1"))?.id, "account-1", "the other account");
      expectEqual((await store.find(ada.id))?.registration.state, "activated", "the other stub");
    },
  },
  {
    promise: "erase of a key with an account and several that are pending leaves stubs and nothing else",
    async check(make) {
      const others = ["a", "b", "c"].map((id) => pendingFor(id, key));
      const store = await withAccount(make, ada);
      for (const other of others) await store.commit(insert(other, messageOf(other)));
      await store.erase(key);
      for (const other of others) {
        expectEqual(await store.find(other.id), { version: 2, registration: cancelled(other) }, "the stub");
      }
      expectEqual(await store.accountByKey(key), undefined, "the account by its key");
      expectEqual(await store.account("account-1"), undefined, "the account by its id");
      expectEqual(await dueAt(store, newYear), [], "the outbox");
    },
  },
  {
    promise: "a second account of the key has nothing of the first, even under its id",
    async check(make) {
      const consents = ["terms", "privacy"].map((document) => ({ document, version: "1", locale: "de", at: newYear }));
      const store = await withAccount(make, { ...ada, consents, profile: { name: "Ada", born: 1815 } });
      await store.erase(key);
      const again = { ...pendingFor("registration-9", key), consents: [], profile: null, metadata: {} };
      await store.commit(insert(again));
      expectEqual(await store.commit(activationOf(again, "account-1")), "committed", "the second account");
      expectEqual(await store.accountByKey(key), accountOf(again, "account-1"), "accountByKey");
    },
  },
  {
    promise: "erase drops the messages of an account's registration, and leaves events until they are told",
    async check(make) {
      const notice = noticeOf(ada);
      const store = await holding(make, ada, eve);
      await store.commit({ ...activationOf(ada, "account-1"), outbox: [notice, eventOf(ada.id, "event-1")] });
      await store.commit({ base: 1, registration: eve, outbox: [messageOf(eve), eventOf(eve.id, "event-2")] });
      await store.erase(key);
      await store.erase(eve.identifier.key);
      expectEqual(await dueAt(store, newYear), ["event-1", "event-2"], "the outbox");
    },
  },
  {
    promise: "events of an erased person that are leased, put off or behind another stay until they are told",
    async check(make) {
      const hers = ["hers-3", "hers-1", "hers-2"].map((id) => eventOf(ada.id, id));
      const eves = ["eves-2", "eves-1"].map((id) => eventOf(eve.id, id));
      const store = await withAccount(make, ada);
      await store.commit({ base: 2, registration: activatedStub(ada, "account-1"), outbox: hers });
      await store.commit(insert(eve, ...eves));
      const [putOff, leased] = await leaseAll(store, newYear);
      expectThat(putOff?.id === "eves-2" && leased?.id === "hers-3", "the first of each was not leased");
      const dueThen = newYear + 5 * minute;
      await store.settle([{ id: putOff.id, lease: putOff.lease, outcome: "retry", dueAt: dueThen }]);
      await store.erase(key);
      await store.erase(eve.identifier.key);
      expectEqual(await dueAt(store, newYear), [], "what is due while one is leased and one put off");
      await store.settle([{ id: leased.id, lease: leased.lease, outcome: "sent" }]);
      const told = await drained(store, dueThen);
      expectEqual(
        ["hers", "eves"].map((whose) => told.filter((id) => id.startsWith(whose))),
        [
          ["hers-1", "hers-2"],
          ["eves-2", "eves-1"],
        ],
        "what is told then",
      );
    },
  },
  {
    promise: "erase leaves the stubs of what was activated or closed as they are",
    async check(make) {
      const store = await withAccount(make, ada);
      const closed = pendingFor("registration-3", key);
      await store.commit(insert(closed));
      await store.commit({ base: 1, registration: closedStub(closed, { reason: "taken" }), outbox: [] });
      await store.erase(key);
      expectEqual(await store.find(ada.id), { version: 2, registration: activatedStub(ada, "account-1") }, "activated");
      const stub = closedStub(closed, { reason: "taken" });
      expectEqual(await store.find(closed.id), { version: 2, registration: stub }, "closed");
      expectEqual(await store.commit(insert()), "stale", "an insert by an old ticket");
    },
  },
  {
    promise: "of five erasures of one key at once, each registration is closed by one",
    async check(make) {
      const pending = ["a", "b", "c"].map((id) => pendingFor(id, key));
      const store = await withAccount(make, ada);
      for (const one of pending) await store.commit(insert(one));
      await Promise.all(Array.from({ length: 5 }, () => store.erase(key)));
      for (const one of pending) {
        expectEqual(await store.find(one.id), { version: 2, registration: cancelled(one) }, "the stub");
      }
      expectEqual(await store.accountByKey(key), undefined, "the account");
    },
  },
  {
    promise: "an erasure and an activation at once leave no account: it was stale, or it was erased",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 25; round += 1) {
        const rivals = [0, 1, 2].map((n) => pendingFor(`round-${round}-${n}`, key));
        for (const rival of rivals) await store.commit(insert(rival, messageOf(rival)));
        const activations = () =>
          Promise.all(rivals.map((rival) => store.commit(activationOf(rival, `account-${rival.id}`))));
        const [answers] = await atOnce(round, activations, () => store.erase(key));
        expectEqual(await store.accountByKey(key), undefined, "the account by its key");
        for (const [n, rival] of rivals.entries()) {
          const accountId = `account-${rival.id}`;
          const activated = answers[n] === "committed";
          const left = activated ? activatedStub(rival, accountId) : cancelled(rival);
          expectEqual(await store.find(rival.id), { version: 2, registration: left }, `the one that is ${answers[n]}`);
          expectEqual(await store.account(accountId), undefined, "the account by its id");
        }
        expectEqual(await dueAt(store, newYear + round), [], "the outbox");
      }
    },
  },
];
