import type { Change, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { accountOf, activatedStub, activationOf, messageOf, newYear, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { dueAt } from "./store-scenes.js";

const ada = pendingRegistration();
const first: Change = { base: 0, registration: ada, outbox: [] };

/** Far past every `dueAt` of the examples. */
const later = newYear + 1e9;

/** What a store promises of `find` and `commit`: versions, races, the unique key. */
export const storeCommitClauses: readonly Clause<Store>[] = [
  {
    promise: "an empty store finds nothing",
    async check(make) {
      const store = await make();
      expectEqual(await store.find("registration-1"), undefined, "find");
      expectEqual(await store.accountByKey("ada@example.com"), undefined, "accountByKey");
      expectEqual(await store.account("account-1"), undefined, "account");
      expectEqual(await dueAt(store, later), [], "lease");
    },
  },
  {
    promise: "a registration comes back as it was committed, at version 1",
    async check(make) {
      const store = await make();
      expectEqual(await store.commit(first), "committed", "commit");
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "find");
    },
  },
  {
    promise: "an insert that meets its id is stale and overwrites nothing",
    async check(make) {
      const store = await make();
      await store.commit(first);
      const second = pendingRegistration({ locale: "de" });
      expectEqual(
        await store.commit({ base: 0, registration: second, outbox: [messageOf(second)] }),
        "stale",
        "commit",
      );
      expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "find");
      expectEqual(await dueAt(store, later), [], "the outbox");
    },
  },
  {
    promise: "each commit raises the version by one",
    async check(make) {
      const store = await make();
      await store.commit(first);
      const next = pendingRegistration({ disowned: true });
      expectEqual(await store.commit({ base: 1, registration: next, outbox: [] }), "committed", "commit");
      expectEqual(await store.find(ada.id), { version: 2, registration: next }, "find");
    },
  },
  {
    promise: "a commit on an older version is stale and writes nothing",
    async check(make) {
      const store = await make();
      await store.commit(first);
      await store.commit({ base: 1, registration: pendingRegistration({ locale: "zh" }), outbox: [] });
      const late = { ...activationOf(ada, "account-1"), outbox: [messageOf(ada)] };
      expectEqual(await store.commit(late), "stale", "commit");
      expectEqual((await store.find(ada.id))?.version, 2, "the version");
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account");
      expectEqual(await dueAt(store, later), [], "the outbox");
    },
  },
  {
    promise: "a commit on a row that does not exist is stale",
    async check(make) {
      const store = await make();
      expectEqual(await store.commit({ ...first, base: 1 }), "stale", "commit");
      expectEqual(await store.find(ada.id), undefined, "find");
    },
  },
  {
    promise: "of fifty inserts of one id at once, exactly one wins",
    async check(make) {
      const store = await make();
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.commit(first)));
      expectEqual(answers.filter((answer) => answer === "committed").length, 1, "how many won");
      expectEqual(answers.filter((answer) => answer === "stale").length, 49, "how many were stale");
    },
  },
  {
    promise: "of fifty commits on one version at once, exactly one wins",
    async check(make) {
      const store = await make();
      await store.commit(first);
      const change = { base: 1, registration: pendingRegistration({ disowned: true }), outbox: [] };
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.commit(change)));
      expectEqual(answers.filter((answer) => answer === "committed").length, 1, "how many won");
      expectEqual((await store.find(ada.id))?.version, 2, "the version");
    },
  },
  {
    promise: "an activation makes the account, found by its key and by its id",
    async check(make) {
      const store = await make();
      await store.commit(first);
      expectEqual(await store.commit(activationOf(ada, "account-1")), "committed", "commit");
      const made = accountOf(ada, "account-1");
      expectEqual(await store.accountByKey(ada.identifier.key), made, "accountByKey");
      expectEqual(await store.account("account-1"), made.account, "account");
      expectEqual((await store.find(ada.id))?.registration, activatedStub(ada, "account-1"), "the stub");
    },
  },
  {
    promise: "a second account of one key is taken, and nothing of its commit is written",
    async check(make) {
      const store = await make();
      const rival = pendingRegistration({ id: "registration-2", password: "another hash" });
      await store.commit(first);
      await store.commit({ base: 0, registration: rival, outbox: [] });
      await store.commit(activationOf(ada, "account-1"));
      const late = { ...activationOf(rival, "account-2"), outbox: [messageOf(rival)] };
      expectEqual(await store.commit(late), "taken", "commit");
      expectEqual(await store.find(rival.id), { version: 1, registration: rival }, "the rival");
      expectEqual(await store.accountByKey(ada.identifier.key), accountOf(ada, "account-1"), "the account of the key");
      expectEqual(await store.account("account-2"), undefined, "the second account");
      expectEqual(await dueAt(store, later), [], "the outbox");
    },
  },
  {
    promise: "of twenty registrations that claim one key at once, exactly one becomes the account",
    async check(make) {
      const store = await make();
      const rivals = Array.from({ length: 20 }, (_, n) => pendingRegistration({ id: `registration-${n}` }));
      for (const rival of rivals) await store.commit({ base: 0, registration: rival, outbox: [] });
      const answers = await Promise.all(
        rivals.map((rival) => store.commit(activationOf(rival, `account-${rival.id}`))),
      );
      expectEqual(answers.filter((answer) => answer === "committed").length, 1, "how many won");
      expectEqual(answers.filter((answer) => answer === "taken").length, 19, "how many heard that it is taken");
      const accounts = await Promise.all(rivals.map(({ id }) => store.account(`account-${id}`)));
      expectEqual(accounts.filter((account) => account !== undefined).length, 1, "how many accounts there are");
    },
  },
  {
    promise: "whoever loses a race for one registration hears stale, not taken",
    async check(make) {
      const store = await make();
      await store.commit(first);
      await store.commit(activationOf(ada, "account-1"));
      expectEqual(await store.commit(activationOf(ada, "account-2")), "stale", "commit");
    },
  },
  {
    promise: "what is handed in or out is a copy",
    async check(make) {
      const store = await make();
      const mine = { ...ada, profile: { name: "Ada" } };
      await store.commit({ ...first, registration: mine });
      Reflect.set(mine.profile, "name", "Eve");
      const found = await store.find(ada.id);
      expectThat(found?.registration.state === "pending", "the registration is not pending");
      Reflect.set(found.registration, "password", "Eve's hash");
      Reflect.set(found.registration.challenge, "guesses", -5);
      expectEqual((await store.find(ada.id))?.registration, ada, "the registration");
    },
  },
];
