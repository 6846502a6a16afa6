import type { Change, InTransaction, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import {
  accountOf,
  activatedStub,
  activationOf,
  closedStub,
  eventOf,
  messageOf,
  newYear,
  pendingFor,
  pendingRegistration,
} from "./examples.js";
import { expectEqual, expectThat, expectThrown } from "./expect.js";
import { dueAt, holding, pendingIn, turns, withAccount } from "./store-scenes.js";

const ada = pendingRegistration();
const insert: Change = { base: 0, registration: ada, outbox: [] };
const activation: Change = { ...activationOf(ada, "account-1"), outbox: [messageOf(ada)] };

async function expectUntouched(store: Store): Promise<void> {
  expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
  expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account");
  expectEqual(await dueAt(store, newYear), [], "the outbox");
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
      expectEqual(await dueAt(store, newYear), [], "the outbox");
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
  {
    promise: "an answer of inTransaction without an account makes none",
    async check(make) {
      const store = await holding(make, ada);
      const instead = { registration: closedStub(ada, { reason: "taken" }), outbox: [eventOf(ada.id, "event-1")] };
      expectEqual(await store.commit({ ...activation, inTransaction: async () => instead }), "committed", "commit");
      expectEqual((await store.find(ada.id))?.registration, instead.registration, "the registration");
      expectEqual(await store.account("account-1"), undefined, "the account that was handed in");
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the key's account");
      expectEqual(await dueAt(store, newYear), ["event-1"], "the outbox");
    },
  },
  {
    promise: "an account id of inTransaction that is in use is taken, and nothing is written",
    async check(make) {
      const eve = pendingFor("registration-2", "eve@example.com");
      const store = await withAccount(make, eve);
      await store.commit(insert);
      const inTransaction = async () => ({ ...activation, outbox: [messageOf(ada), eventOf(ada.id, "event-1")] });
      const named = { ...activationOf(ada, "account-2"), inTransaction };
      expectEqual(await store.commit(named), "taken", "commit");
      await expectUntouched(store);
      expectEqual(await store.account("account-1"), accountOf(eve, "account-1").account, "the account of that id");
      expectEqual(await store.account("account-2"), undefined, "the account that was handed in");
      expectEqual(await store.commit(activationOf(ada, "account-2")), "committed", "the next try");
    },
  },
  {
    promise: "a stale commit is stale whatever inTransaction answers, save its own taken, for it runs first",
    async check(make) {
      const store = await holding(make, ada);
      const present = { ...ada, disowned: true };
      await store.commit({ base: 1, registration: present, outbox: [] });
      const answers = [undefined, activation, { registration: closedStub(ada), outbox: [messageOf(ada)] }] as const;
      for (const answer of answers) {
        expectEqual(await store.commit({ ...activation, inTransaction: async () => answer }), "stale", "commit");
      }
      expectEqual(
        await store.commit({ ...activation, inTransaction: async () => "taken" }),
        "taken",
        "the host's taken",
      );
      expectEqual(await store.find(ada.id), { version: 2, registration: present }, "the registration");
      expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account");
      expectEqual(await dueAt(store, newYear), [], "the outbox");
    },
  },
  {
    promise: "of ten activations of one key that all wait in inTransaction, one wins and nine hear taken",
    async check(make) {
      const rivals = Array.from({ length: 10 }, (_, n) => pendingFor(`registration-${n}`, ada.identifier.key));
      const store = await holding(make, ...rivals);
      const answers = await Promise.all(
        rivals.map((rival, n) =>
          store.commit({
            ...activationOf(rival, `account-${rival.id}`),
            async inTransaction() {
              await turns(n % 3);
              const named = `user-${n}`;
              return { registration: activatedStub(rival, named), account: accountOf(rival, named), outbox: [] };
            },
          }),
        ),
      );
      expectEqual(answers.toSorted(), ["committed", ...Array(9).fill("taken")], "what they heard");
      const winner = `user-${answers.indexOf("committed")}`;
      expectEqual((await store.accountByKey(ada.identifier.key))?.account.id, winner, "whose account it is");
      const rows = await Promise.all(rivals.map(({ id }) => store.find(id)));
      expectEqual(rows.filter((row) => row?.version === 2).length, 1, "how many registrations were activated");
    },
  },
  {
    promise: "forty transactions that fail at once leave the store as able as before",
    async check(make) {
      const store = await holding(make, ada);
      const failures: readonly InTransaction<unknown>[] = [
        () => Promise.reject(new Error("the host's own table failed")),
        () => {
          throw new Error("the host's own code failed");
        },
        async () => "taken",
        async () => undefined,
      ];
      const commits = Array.from({ length: 40 }, (_, n) =>
        store.commit({ ...activation, base: 7, inTransaction: failures[n % failures.length] }),
      );
      const answers = await Promise.all(commits.map((commit) => commit.catch(() => "thrown" as const)));
      expectEqual(
        answers.toSorted().filter((answer, n, all) => all.indexOf(answer) === n),
        ["stale", "taken", "thrown"],
        "what they heard",
      );
      const rows = await Promise.all(commits.map(() => store.find(ada.id).catch(() => undefined)));
      expectEqual(rows.filter((row) => row?.version === 1).length, commits.length, "how many find it afterwards");
      await expectUntouched(store);
      const next = store.commit({ ...activation, inTransaction: async () => undefined });
      expectEqual(await next.catch(() => "thrown"), "committed", "the next transaction");
    },
  },
  {
    promise: "what another caller does while inTransaction waits is no part of its transaction",
    async check(make) {
      const eve = pendingFor("registration-2", "eve@example.com");
      const mallory = pendingFor("registration-3", "mallory@example.com");
      for (const end of ["throws", "taken"] as const) {
        const store = await holding(make, ada, eve, mallory);
        let others: Promise<readonly unknown[]> | undefined;
        const inTransaction = async (): Promise<"taken"> => {
          // Begun but not waited for: a store of one connection does it afterwards.
          others ??= Promise.all([
            store.commit({ ...activationOf(eve, "account-2"), outbox: [messageOf(eve)] }),
            store.charge(mallory.id, 1, "code", 5).then((charged) => charged?.paid),
          ]);
          await turns(5);
          if (end === "throws") throw new Error("the host's own table failed");
          return end;
        };
        await store.commit({ ...activation, inTransaction }).catch(() => undefined);
        expectEqual(await others, ["committed", true], "what the others heard");
        expectEqual(await store.accountByKey(eve.identifier.key), accountOf(eve, "account-2"), "the other's account");
        expectEqual(pendingIn(await store.find(mallory.id)).challenge.guesses, 1, "the other's guess");
        expectEqual(await dueAt(store, newYear), [messageOf(eve).id], "the outbox");
        expectEqual(await store.find(ada.id), { version: 1, registration: ada }, "the registration");
        expectEqual(await store.accountByKey(ada.identifier.key), undefined, "the account");
      }
    },
  },
];
