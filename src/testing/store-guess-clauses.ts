import type { Pending } from "../core/registration.js";
import type { Store, Stored } from "../ports.js";
import type { Clause } from "./clause.js";
import { activationOf, closedStub, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";

const ada = pendingRegistration();

async function withAda(make: () => Promise<Store>): Promise<Store> {
  const store = await make();
  await store.commit({ base: 0, registration: ada, outbox: [] });
  return store;
}

function countsOf(row: Stored | undefined): { guesses: number; passwordTries: number; version: number } {
  expectThat(row?.registration.state === "pending", "the registration is not pending");
  const { challenge, passwordTries } = row.registration;
  return { guesses: challenge.guesses, passwordTries, version: row.version };
}

const withSerial = (serial: number): Pending => ({ ...ada, challenge: { ...ada.challenge, serial } });

/** What a store promises of `charge`: a guess is paid before it is looked at, and never given back. */
export const storeGuessClauses: readonly Clause<Store>[] = [
  {
    promise: "a guess at an unknown id is undefined",
    async check(make) {
      expectEqual(await (await withAda(make)).charge("nobody", "newest", "code", 5), undefined, "charge");
    },
  },
  {
    promise: "guesses are paid up to max, each with the row as it is after it",
    async check(make) {
      const store = await withAda(make);
      for (const guesses of [1, 2, 3]) {
        const charged = await store.charge(ada.id, 1, "code", 3);
        expectEqual(charged?.paid, true, `guess ${guesses}`);
        expectEqual(countsOf(charged?.row), { guesses, passwordTries: 0, version: 1 }, "the row");
      }
      const spent = await store.charge(ada.id, 1, "code", 3);
      expectEqual(spent?.paid, false, "guess 4");
      expectEqual(countsOf(spent?.row).guesses, 3, "the guesses after it");
      expectEqual(countsOf(await store.find(ada.id)).guesses, 3, "the guesses that are kept");
    },
  },
  {
    promise: "of two hundred guesses at once, exactly max are paid",
    async check(make) {
      const store = await withAda(make);
      const charges = await Promise.all(Array.from({ length: 200 }, () => store.charge(ada.id, "newest", "code", 5)));
      expectEqual(charges.filter((charged) => charged?.paid).length, 5, "how many were paid");
      expectEqual(countsOf(await store.find(ada.id)).guesses, 5, "the guesses that are kept");
    },
  },
  {
    promise: "codes and passwords are counted apart",
    async check(make) {
      const store = await withAda(make);
      expectEqual((await store.charge(ada.id, 1, "code", 1))?.paid, true, "the code");
      expectEqual((await store.charge(ada.id, 1, "password", 1))?.paid, true, "the password");
      expectEqual((await store.charge(ada.id, 1, "password", 1))?.paid, false, "the second password");
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 1, passwordTries: 1, version: 1 }, "the row");
    },
  },
  {
    promise: "newest is the present serial; a guess at any other comes back unpaid and uncounted",
    async check(make) {
      const store = await withAda(make);
      await store.commit({ base: 1, registration: withSerial(2), outbox: [] });
      for (const serial of [1, 3]) {
        for (const kind of ["code", "password"] as const) {
          expectEqual((await store.charge(ada.id, serial, kind, 5))?.paid, false, `a ${kind} at serial ${serial}`);
        }
      }
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 0, passwordTries: 0, version: 2 }, "the row");
      expectEqual((await store.charge(ada.id, "newest", "code", 5))?.paid, true, "a guess at the newest");
    },
  },
  {
    promise: "a guess at what is no longer pending comes back unpaid, with the row",
    async check(make) {
      const store = await withAda(make);
      const activation = activationOf(ada, "account-1");
      await store.commit(activation);
      const charged = await store.charge(ada.id, "newest", "password", 5);
      expectEqual(charged, { paid: false, row: { version: 2, registration: activation.registration } }, "charge");
    },
  },
  {
    promise: "a guess raises no version: a commit on the version before it wins and keeps the count",
    async check(make) {
      const store = await withAda(make);
      await store.charge(ada.id, 1, "code", 5);
      await store.charge(ada.id, 1, "password", 5);
      const change = { base: 1, registration: { ...ada, disowned: true }, outbox: [] };
      expectEqual(await store.commit(change), "committed", "commit");
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 1, passwordTries: 1, version: 2 }, "the row");
    },
  },
  {
    promise: "a commit cannot raise a count either",
    async check(make) {
      const store = await withAda(make);
      const raised = { ...ada, passwordTries: 4, challenge: { ...ada.challenge, guesses: 4 } };
      await store.commit({ base: 1, registration: raised, outbox: [] });
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 0, passwordTries: 0, version: 2 }, "the row");
    },
  },
  {
    promise: "a new serial has all its guesses, while the tries of the password run on",
    async check(make) {
      const store = await withAda(make);
      await store.charge(ada.id, 1, "code", 5);
      await store.charge(ada.id, 1, "password", 5);
      await store.commit({ base: 1, registration: withSerial(2), outbox: [] });
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 0, passwordTries: 1, version: 2 }, "the row");
    },
  },
  {
    promise: "a guess at what was closed or erased comes back unpaid, with the stub",
    async check(make) {
      const store = await withAda(make);
      const closed = closedStub(ada, { reason: "taken" });
      await store.commit({ base: 1, registration: closed, outbox: [] });
      const eve = pendingFor("registration-2", "eve@example.com");
      await store.commit({ base: 0, registration: eve, outbox: [] });
      await store.erase(eve.identifier.key);
      for (const [id, version] of [
        [ada.id, 2],
        [eve.id, 2],
      ] as const) {
        for (const kind of ["code", "password"] as const) {
          const charged = await store.charge(id, "newest", kind, 5);
          expectEqual([charged?.paid, charged?.row.version], [false, version], "what was paid, and the version");
          expectEqual(charged?.row.registration.state, "closed", "the stub");
        }
      }
      expectEqual(await store.find(ada.id), { version: 2, registration: closed }, "the closed registration");
    },
  },
  {
    promise: "where max is 0 nothing is paid",
    async check(make) {
      const store = await withAda(make);
      expectEqual((await store.charge(ada.id, "newest", "code", 0))?.paid, false, "a guess");
      expectEqual(countsOf(await store.find(ada.id)), { guesses: 0, passwordTries: 0, version: 1 }, "the row");
    },
  },
];
