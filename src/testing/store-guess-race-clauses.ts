import type { Pending } from "../core/registration.js";
import type { Store, Stored } from "../ports.js";
import type { Clause } from "./clause.js";
import { activatedStub, activationOf, messageOf, newYear, pendingFor, pendingRegistration } from "./examples.js";
import { expectEqual, expectThat } from "./expect.js";
import { atOnce, holding, leaseOne, pendingIn, turns } from "./store-scenes.js";

const ada = pendingRegistration();

type Charged = { readonly paid: boolean; readonly row: Stored } | undefined;

const withSerial = (pending: Pending, serial: number): Pending => ({
  ...pending,
  challenge: { ...pending.challenge, serial },
});

/** The serials that were paid for, one entry for each guess. */
function paidSerials(charges: readonly Charged[]): readonly number[] {
  return charges.flatMap((charged) => (charged?.paid ? [pendingIn(charged.row).challenge.serial] : []));
}

/** Commits `count` new serials one after the other, each on the version that it read. */
async function renew(store: Store, count: number): Promise<void> {
  for (let serial = 2; serial <= count + 1; serial += 1) {
    const row = await store.find(ada.id);
    const base = row?.version ?? 0;
    await turns(1);
    const answer = await store.commit({ base, registration: withSerial(pendingIn(row), serial), outbox: [] });
    expectEqual(answer, "committed", `the commit of serial ${serial}`);
  }
}

/** What a store promises of `charge` while everything else goes on. */
export const storeGuessRaceClauses: readonly Clause<Store>[] = [
  {
    promise: "codes and passwords charged at once are counted apart",
    async check(make) {
      const store = await holding(make, ada);
      const kinds = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? "code" : "password"));
      const charges = await Promise.all(kinds.map((kind) => store.charge(ada.id, 1, kind, kind === "code" ? 5 : 7)));
      const paid = kinds.filter((_, n) => charges[n]?.paid);
      expectEqual(paid.filter((kind) => kind === "code").length, 5, "how many codes were paid");
      expectEqual(paid.filter((kind) => kind === "password").length, 7, "how many passwords were paid");
      const { challenge, passwordTries } = pendingIn(await store.find(ada.id));
      expectEqual([challenge.guesses, passwordTries], [5, 7], "the counts that are kept");
    },
  },
  {
    promise: "of two hundred guesses among commits of new serials, each pays for the serial that it names",
    async check(make) {
      const store = await holding(make, ada);
      const serials = Array.from({ length: 200 }, (_, n) => (n % 5) + 1);
      const guess = async (serial: number, n: number): Promise<Charged> => {
        await turns(Math.floor(n / 40));
        return store.charge(ada.id, serial, "code", 3);
      };
      const [charges] = await Promise.all([Promise.all(serials.map(guess)), renew(store, 4)]);
      for (const [n, charged] of charges.entries()) {
        if (!charged?.paid) continue;
        const { serial, guesses } = pendingIn(charged.row).challenge;
        expectEqual(serial, serials[n], "the serial of a row that was paid for");
        expectThat(guesses >= 1 && guesses <= 3, `a row that was paid for says ${guesses} guesses`);
      }
      const { challenge } = pendingIn(await store.find(ada.id));
      const paid = paidSerials(charges);
      for (const serial of [1, 2, 3, 4, 5]) {
        expectThat(paid.filter((one) => one === serial).length <= 3, `serial ${serial} was paid for too often`);
      }
      expectEqual(
        challenge.guesses,
        paid.filter((one) => one === challenge.serial).length,
        "the guesses that are kept",
      );
    },
  },
  {
    promise: "of two hundred guesses at the newest serial among commits, none is lost and none is given back",
    async check(make) {
      const store = await holding(make, ada);
      const guess = async (_: unknown, n: number): Promise<readonly Charged[]> => {
        await turns(Math.floor(n / 20));
        return Promise.all([
          store.charge(ada.id, "newest", "code", 100),
          store.charge(ada.id, "newest", "password", 100),
        ]);
      };
      const [charges] = await Promise.all([Promise.all(Array.from({ length: 100 }, guess)), renew(store, 4)]);
      const paid = paidSerials(charges.map(([code]) => code));
      expectEqual(paid.length, 100, "how many guesses were paid");
      const { challenge, passwordTries } = pendingIn(await store.find(ada.id));
      expectEqual(passwordTries, 100, "the tries that are kept");
      expectEqual(
        challenge.guesses,
        paid.filter((serial) => serial === challenge.serial).length,
        "the guesses that are kept",
      );
    },
  },
  {
    promise: "a guess, a try, an outcome and a commit at once: none undoes another",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 15; round += 1) {
        const pending = pendingFor(`registration-${round}`, `ada+${round}@example.com`);
        const message = messageOf(pending, { id: `message-${round}` });
        await store.commit({ base: 0, registration: pending, outbox: [message] });
        const { lease } = await leaseOne(store, newYear);
        const change = { base: 1, registration: { ...pending, disowned: true }, outbox: [] };
        const pay = () =>
          Promise.all([store.charge(pending.id, 1, "code", 5), store.charge(pending.id, "newest", "password", 5)]);
        const settle = () => store.settle([{ id: message.id, lease, outcome: "failed" }]);
        const [, [, answer]] = await atOnce(round, pay, () => atOnce(round + 1, settle, () => store.commit(change)));
        expectEqual(answer, "committed", "the commit");
        const { challenge, passwordTries, disowned } = pendingIn(await store.find(pending.id));
        const all = { disowned, passwordTries, guesses: challenge.guesses, delivery: challenge.delivery };
        expectEqual(all, { disowned: true, passwordTries: 1, guesses: 1, delivery: "failed" }, "what is kept");
      }
    },
  },
  {
    promise: "a guess while its registration is activated is paid before, or comes back unpaid with the stub",
    async check(make) {
      const store = await make();
      for (let round = 0; round < 10; round += 1) {
        const pending = pendingFor(`registration-${round}`, `ada+${round}@example.com`);
        await store.commit({ base: 0, registration: pending, outbox: [] });
        const guess = () => Promise.all([1, 2, 3].map(() => store.charge(pending.id, "newest", "password", 5)));
        const [charges, answer] = await atOnce(round, guess, () =>
          store.commit(activationOf(pending, `account-${round}`)),
        );
        expectEqual(answer, "committed", "the activation");
        const stub = activatedStub(pending, `account-${round}`);
        for (const charged of charges) {
          expectThat(charged !== undefined, "the registration was not found");
          const { paid, row } = charged;
          expectEqual([paid, row.version], [row.version === 1, row.version === 1 ? 1 : 2], "what was paid, and where");
          if (!paid) expectEqual(row.registration, stub, "the stub");
        }
        expectEqual(await store.find(pending.id), { version: 2, registration: stub }, "the stub that is kept");
      }
    },
  },
];
