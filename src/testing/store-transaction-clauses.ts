import type { Change, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { accountOf, activatedStub, activationOf, messageOf, newYear, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat, expectThrown } from "./expect.js";

const ada = pendingRegistration();
const insert: Change = { base: 0, registration: ada, outbox: [] };
const activation: Change = { ...activationOf(ada, "account-1"), outbox: [messageOf(ada)] };

async function expectUntouched(store: Store): Promise<void> {
  expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
  expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account");
  expectEqual(await store.lease(newYear, newYear + 1, 10), [], "the outbox");
}

/** What a store promises of `inTransaction`. */
export const storeTransactionClauses: readonly Clause<Store>[] = [
  {
    promise: "inTransaction that answers nothing lets the commit be",
    async check(make) {
      const store = await make();
      await store.commit(insert);
      let calls = 0;
      const inTransaction = async (): Promise<undefined> => {
        calls += 1;
      };
      expectEqual(await store.commit({ ...activation, inTransaction }), "committed", "commit");
      expectThat(calls >= 1, "inTransaction was not called");
      expectEqual(await store.accountByKey(ada.identifier.key), accountOf(ada, "account-1"), "the account");
    },
  },
  {
    promise: "inTransaction that answers taken rolls everything back",
    async check(make) {
      const store = await make();
      await store.commit(insert);
      expectEqual(await store.commit({ ...activation, inTransaction: async () => "taken" }), "taken", "commit");
      await expectUntouched(store);
    },
  },
  {
    promise: "what inTransaction throws comes through, with nothing written",
    async check(make) {
      const store = await make();
      await store.commit(insert);
      const failure = new Error("the host's own table failed");
      const inTransaction = (): Promise<never> => Promise.reject(failure);
      const thrown = await expectThrown(() => store.commit({ ...activation, inTransaction }), "commit");
      expectThat(thrown === failure, "another error was thrown");
      await expectUntouched(store);
      expectEqual(await store.commit(activation), "committed", "the next try");
    },
  },
  {
    promise: "what inTransaction answers is written in place of what was handed in",
    async check(make) {
      const store = await make();
      await store.commit(insert);
      const named = { registration: activatedStub(ada, "user-7"), account: accountOf(ada, "user-7"), outbox: [] };
      expectEqual(await store.commit({ ...activation, inTransaction: async () => named }), "committed", "commit");
      expectEqual((await store.find(ada.id))?.registration, named.registration, "the registration");
      expectEqual(await store.accountByKey(ada.identifier.key), named.account, "the account");
      expectEqual(await store.account("account-1"), undefined, "the account that was handed in");
      expectEqual(await store.lease(newYear, newYear + 1, 10), [], "the outbox");
    },
  },
  {
    promise: "of ten commits on one version that all wait in inTransaction, exactly one wins",
    async check(make) {
      const store = await make();
      await store.commit(insert);
      const inTransaction = async (): Promise<undefined> => {
        for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
      };
      const change = { base: 1, registration: pendingRegistration({ disowned: true }), outbox: [], inTransaction };
      const answers = await Promise.all(Array.from({ length: 10 }, () => store.commit(change)));
      expectEqual(answers.filter((answer) => answer === "committed").length, 1, "how many won");
      expectEqual((await store.find(ada.id))?.version, 2, "the version");
    },
  },
];
