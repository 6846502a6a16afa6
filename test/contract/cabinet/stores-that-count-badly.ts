import type { Pending } from "../../../src/core/registration.js";
import type { Store, Stored } from "../../../src/ports.js";
import { turns } from "../../../src/testing/store-scenes.js";
import { type Broken, elsewhere } from "./broken.js";
import { worse } from "./worse-store.js";

/** Shows each pending row another way than it is kept. */
const seenAs = (row: Stored, pending: (registration: Pending) => Pending): Stored =>
  row.registration.state === "pending" ? { ...row, registration: pending(row.registration) } : row;

const withGuesses = (registration: Pending, guesses: number): Pending => ({
  ...registration,
  challenge: { ...registration.challenge, guesses },
});

/** Reads the counts, waits, then pays by what it read. */
function checkThenCount(good: Store<undefined>): Pick<Store<undefined>, "charge"> {
  return {
    charge: async (id, serial, kind, max) => {
      const row = await good.find(id);
      if (row?.registration.state !== "pending") return good.charge(id, serial, kind, max);
      const { challenge, passwordTries } = row.registration;
      if ((kind === "code" ? challenge.guesses : passwordTries) >= max) return { paid: false, row };
      await elsewhere();
      return good.charge(id, serial, kind, Number.POSITIVE_INFINITY);
    },
  };
}

export const storesThatCountBadly: readonly Broken<Store>[] = [
  {
    defect: "throws at an unknown id",
    caughtBy: "a guess at an unknown id is undefined",
    make: worse((good) => ({
      charge: async (...guess) =>
        (await good.charge(...guess)) ?? {
          paid: false,
          row: {
            version: 0,
            registration: { state: "closed", id: "", reason: "expired", committedAt: 0, keepUntil: 0 },
          },
        },
    })),
  },
  {
    defect: "forgets max",
    caughtBy: "guesses are paid up to max, each with the row as it is after it",
    make: worse((good) => ({ charge: (id, serial, kind) => good.charge(id, serial, kind, Number.POSITIVE_INFINITY) })),
  },
  {
    defect: "allows one guess too many",
    caughtBy: "guesses are paid up to max, each with the row as it is after it",
    make: worse((good) => ({ charge: (id, serial, kind, max) => good.charge(id, serial, kind, max + 1) })),
  },
  {
    defect: "gives back the row as it was before the guess",
    caughtBy: "guesses are paid up to max, each with the row as it is after it",
    make: worse((good) => ({
      charge: async (id, ...guess) => {
        const row = await good.find(id);
        const charged = await good.charge(id, ...guess);
        return charged && row && { ...charged, row };
      },
    })),
  },
  {
    defect: "checks, waits, then counts",
    caughtBy: "of two hundred guesses at once, exactly max are paid",
    make: worse(checkThenCount),
  },
  {
    defect: "counts passwords as codes",
    caughtBy: "codes and passwords are counted apart",
    make: worse((good) => ({ charge: (id, serial, _kind, max) => good.charge(id, serial, "code", max) })),
  },
  {
    defect: "takes a guess at any serial",
    caughtBy: "newest is the present serial; a guess at any other comes back unpaid and uncounted",
    make: worse((good) => ({ charge: (id, _serial, kind, max) => good.charge(id, "newest", kind, max) })),
  },
  {
    defect: "pays at a stub",
    caughtBy: "a guess at what is no longer pending comes back unpaid, with the row",
    make: worse((good) => ({
      charge: async (id, ...guess) => {
        const charged = await good.charge(id, ...guess);
        return charged && { ...charged, paid: charged.paid || charged.row.registration.state !== "pending" };
      },
    })),
  },
  {
    defect: "raises the version with a guess",
    caughtBy: "a guess raises no version: a commit on the version before it wins and keeps the count",
    make: worse((good) => ({
      charge: async (id, ...guess) => {
        const charged = await good.charge(id, ...guess);
        if (!charged?.paid) return charged;
        await good.commit({ base: charged.row.version, registration: charged.row.registration, outbox: [] });
        return charged;
      },
    })),
  },
  {
    defect: "resets the guesses with a commit",
    caughtBy: "a guess raises no version: a commit on the version before it wins and keeps the count",
    make: worse((good) => {
      const forgiven = new Map<string, number>();
      return {
        commit: async (change) => {
          const row = await good.find(change.registration.id);
          if (row?.registration.state === "pending")
            forgiven.set(row.registration.id, row.registration.challenge.guesses);
          return good.commit(change);
        },
        find: async (id) => {
          const row = await good.find(id);
          return row && seenAs(row, (one) => withGuesses(one, one.challenge.guesses - (forgiven.get(id) ?? 0)));
        },
      };
    }),
  },
  {
    defect: "writes the counts that a commit carries",
    caughtBy: "a commit cannot raise a count either",
    make: worse((good) => {
      const carried = new Map<string, number>();
      return {
        commit: (change) => {
          const { registration } = change;
          if (registration.state === "pending") carried.set(registration.id, registration.challenge.guesses);
          return good.commit(change);
        },
        find: async (id) => {
          const row = await good.find(id);
          return row && seenAs(row, (one) => withGuesses(one, Math.max(one.challenge.guesses, carried.get(id) ?? 0)));
        },
      };
    }),
  },
  {
    defect: "resets the tries of the password with a new serial",
    caughtBy: "a new serial has all its guesses, while the tries of the password run on",
    make: worse((good) => ({
      find: async (id) => {
        const row = await good.find(id);
        return row && seenAs(row, (one) => (one.challenge.serial > 1 ? { ...one, passwordTries: 0 } : one));
      },
    })),
  },
  {
    defect: "knows nothing of what was closed",
    caughtBy: "a guess at what was closed or erased comes back unpaid, with the stub",
    make: worse((good) => ({
      charge: async (...guess) => {
        const charged = await good.charge(...guess);
        return charged?.row.registration.state === "closed" ? undefined : charged;
      },
    })),
  },
  {
    defect: "takes a max of 0 for none",
    caughtBy: "where max is 0 nothing is paid",
    make: worse((good) => ({ charge: (id, serial, kind, max) => good.charge(id, serial, kind, max || 1_000) })),
  },
  {
    defect: "checks both counts, waits, then counts one",
    caughtBy: "codes and passwords charged at once are counted apart",
    make: worse(checkThenCount),
  },
  {
    defect: "pays first and reads the row afterwards",
    caughtBy: "of two hundred guesses among commits of new serials, each pays for the serial that it names",
    make: worse((good) => ({
      charge: async (id, ...guess) => {
        const charged = await good.charge(id, ...guess);
        await turns(3);
        const row = await good.find(id);
        return charged && row && { ...charged, row };
      },
    })),
  },
  {
    defect: "writes with a commit the tries that its caller had read",
    caughtBy: "of two hundred guesses at the newest serial among commits, none is lost and none is given back",
    make: worse((good) => {
      const undone = new Map<string, number>();
      return {
        commit: async (change) => {
          const { registration } = change;
          const row = await good.find(registration.id);
          if (row?.registration.state === "pending" && registration.state === "pending") {
            undone.set(registration.id, row.registration.passwordTries - registration.passwordTries);
          }
          return good.commit(change);
        },
        find: async (id) => {
          const row = await good.find(id);
          return row && seenAs(row, (one) => ({ ...one, passwordTries: one.passwordTries - (undone.get(id) ?? 0) }));
        },
      };
    }),
  },
  {
    defect: "writes with an outcome the whole registration that it had read",
    caughtBy: "a guess, a try, an outcome and a commit at once: none undoes another",
    make: worse((good) => {
      const leasedWith = new Map<string, string>();
      const written = new Map<string, Pending>();
      return {
        lease: async (...pass) => {
          const leased = await good.lease(...pass);
          for (const { id, registrationId } of leased) leasedWith.set(id, registrationId);
          return leased;
        },
        settle: async (outcomes) => {
          for (const { id } of outcomes) {
            const read = (await good.find(leasedWith.get(id) ?? ""))?.registration;
            await turns(1);
            if (read?.state === "pending")
              written.set(read.id, { ...read, challenge: { ...read.challenge, delivery: "failed" } });
          }
        },
        find: async (id) => {
          const row = await good.find(id);
          return row && seenAs(row, (one) => written.get(id) ?? one);
        },
      };
    }),
  },
  {
    defect: "sees that a registration is pending, waits, then pays",
    caughtBy: "a guess while its registration is activated is paid before, or comes back unpaid with the stub",
    make: worse((good) => ({
      charge: async (id, ...guess) => {
        const pending = (await good.find(id))?.registration.state === "pending";
        await turns(2);
        const charged = await good.charge(id, ...guess);
        return charged && { ...charged, paid: pending };
      },
    })),
  },
];
