import type { Leased, Settlement, Store } from "../../../src/ports.js";
import type { Broken } from "./broken.js";
import { enqueuing, worse } from "./worse-store.js";

/** Changes what a pass is given. */
const leasing = (change: (leased: Leased) => Leased): (() => Store<undefined>) =>
  worse((good) => ({ lease: async (...pass) => (await good.lease(...pass)).map(change) }));

/** Changes what was decided before it is settled. */
const settling = (change: (settlement: Settlement) => Settlement | readonly Settlement[]): (() => Store<undefined>) =>
  worse((good) => ({ settle: (outcomes) => good.settle(outcomes.flatMap(change)) }));

export const storesThatDeliverBadly: readonly Broken<Store>[] = [
  {
    defect: "loses the outbox of a commit",
    caughtBy: "an entry is leased as it was committed, at its first attempt, with its registration",
    make: enqueuing(() => []),
  },
  {
    defect: "counts attempts from 0",
    caughtBy: "an entry is leased as it was committed, at its first attempt, with its registration",
    make: leasing((leased) => ({ ...leased, attempt: leased.attempt - 1 })),
  },
  {
    defect: "does not wait until an entry is due",
    caughtBy: "an entry is not leased before it is due",
    make: enqueuing((outgoing) => [{ ...outgoing, dueAt: 0 }]),
  },
  {
    defect: "leases the newest first",
    caughtBy: "the longest due come first, at most limit",
    make: worse((good) => ({ lease: async (...pass) => [...(await good.lease(...pass))].reverse() })),
  },
  {
    defect: "ignores the limit of a pass",
    caughtBy: "the longest due come first, at most limit",
    make: worse((good) => ({ lease: (now, until, _limit, lane) => good.lease(now, until, 1000, lane) })),
  },
  {
    defect: "gives a leased entry to the next as well",
    caughtBy: "a leased entry is nobody else's until the lease ends, then free at its next attempt",
    make: worse((good) => ({ lease: (now, _until, ...rest) => good.lease(now, now, ...rest) })),
  },
  {
    defect: "never frees what a crashed process had leased",
    caughtBy: "a leased entry is nobody else's until the lease ends, then free at its next attempt",
    make: worse((good) => ({ lease: (now, _until, ...rest) => good.lease(now, Number.POSITIVE_INFINITY, ...rest) })),
  },
  {
    defect: "reads what is due, waits, then leases it",
    caughtBy: "of twenty leases at once, each entry goes to one",
    make: worse((good) => {
      let running: Promise<readonly Leased[]> | undefined;
      return {
        lease: (...pass) => {
          running ??= good.lease(...pass).finally(() => {
            running = undefined;
          });
          return running;
        },
      };
    }),
  },
  {
    defect: "gives the registration as it was when the message was decided",
    caughtBy: "a registration comes as it is now, not as it was when its message was decided",
    make: worse((good) => {
      const then = new Map<string, Leased["registration"]>();
      return {
        commit: (change) => {
          for (const { id } of change.outbox) then.set(id, change.registration);
          return good.commit(change);
        },
        lease: async (...pass) =>
          (await good.lease(...pass)).map((leased) => ({ ...leased, registration: then.get(leased.id) })),
      };
    }),
  },
  {
    defect: "leaves the account out",
    caughtBy: "an entry of an activated registration comes with its stub and its account",
    make: leasing(({ account: _, ...leased }) => leased),
  },
  {
    defect: "never says taken",
    caughtBy: "taken says whether the address of a pending registration has an account by now",
    make: leasing((leased) => ({ ...leased, taken: false })),
  },
  {
    defect: "says taken of everybody",
    caughtBy: "taken says whether the address of a pending registration has an account by now",
    make: leasing((leased) => ({ ...leased, taken: true })),
  },
  {
    defect: "lets a younger event pass one that was put off",
    caughtBy: "an event waits for the older events of its registration, even if they are put off",
    make: worse((good) => ({
      settle: async (outcomes) => {
        await good.settle(outcomes);
        // Out of the way of the younger: the older one is forgotten.
        for (const { id, lease, outcome } of outcomes) {
          if (outcome === "retry") await good.settle([{ id, lease, outcome: "dropped" }]);
        }
      },
      lease: async (...pass) => {
        const first = await good.lease(...pass);
        await good.settle(first.filter(({ entry }) => entry.kind === "event").map(dropped));
        return [...first, ...(await good.lease(...pass))];
      },
    })),
  },
  {
    defect: "lets one event go at a time over all registrations",
    caughtBy: "events hold back neither messages nor events of other registrations",
    make: worse((good) => ({
      lease: async (...pass) => {
        const leased = await good.lease(...pass);
        const first = leased.find(({ entry }) => entry.kind === "event");
        return leased.filter((one) => one.entry.kind !== "event" || one === first);
      },
    })),
  },
  {
    defect: "does not say that a message was sent",
    caughtBy: "a sent message is gone, and its challenge says sent without a new version",
    make: worse((good) => ({
      settle: async (outcomes) => {
        for (const { id, lease, outcome } of outcomes) {
          if (outcome === "sent") await good.settle([{ id, lease, outcome: "retry", dueAt: Number.POSITIVE_INFINITY }]);
        }
      },
    })),
  },
  {
    defect: "keeps a sent message in the outbox",
    caughtBy: "a sent message is gone, and its challenge says sent without a new version",
    make: settling((one) =>
      one.outcome === "sent" ? { id: one.id, lease: one.lease, outcome: "retry", dueAt: 0 } : one,
    ),
  },
  {
    defect: "shows a dropped message as failed",
    caughtBy: "a dropped message is gone, and shows no different from a sent one",
    make: settling((one) => (one.outcome === "dropped" ? { ...one, outcome: "failed" } : one)),
  },
  {
    defect: "shows a failed message as sent",
    caughtBy: "a failed message is gone, and its challenge says failed without a new version",
    make: settling(({ id, lease, ...one }) =>
      one.outcome === "failed" ? { id, lease, outcome: "sent" } : { id, lease, ...one },
    ),
  },
  {
    defect: "drops the event of a failed message",
    caughtBy: "a failed message leaves its event in the same commit",
    make: settling(({ id, lease, ...one }) =>
      one.outcome === "failed" ? { id, lease, outcome: "failed" } : { id, lease, ...one },
    ),
  },
  {
    defect: "takes a message that is put off for one that was sent",
    caughtBy: "a message put off is due again at its new time, at its next attempt",
    make: settling((one) => (one.outcome === "retry" ? { id: one.id, lease: one.lease, outcome: "sent" } : one)),
  },
  {
    defect: "keeps the lease of a message that is put off",
    caughtBy: "a message put off for less than its lease is due when it says",
    make: settling((one) => (one.outcome === "retry" ? [] : one)),
  },
  {
    defect: "settles without looking at the lease",
    caughtBy: "an outcome of an older lease counts nothing",
    make: worse((good) => {
      const present = new Map<string, string>();
      return {
        lease: async (...pass) => {
          const leased = await good.lease(...pass);
          for (const { id, lease } of leased) present.set(id, lease);
          return leased;
        },
        settle: (outcomes) => good.settle(outcomes.map((one) => ({ ...one, lease: present.get(one.id) ?? one.lease }))),
      };
    }),
  },
  {
    defect: "settles the event of an outcome that does not count",
    caughtBy: "a settled entry cannot be settled again",
    make: worse((good) => ({
      settle: async (outcomes) => {
        await good.settle(outcomes);
        for (const one of outcomes) {
          if (one.outcome !== "failed" || !one.event) continue;
          const row = await good.find(one.event.registrationId);
          if (row) await good.commit({ base: row.version, registration: row.registration, outbox: [one.event] });
        }
      },
    })),
  },
  {
    defect: "settles a whole pass by its first outcome",
    caughtBy: "a pass settles each entry by its own outcome",
    make: worse((good) => ({
      settle: (outcomes) =>
        good.settle(outcomes.map(({ id, lease }) => ({ ...outcomes[0], outcome: "sent", id, lease }))),
    })),
  },
  {
    defect: "writes the delivery of whatever serial",
    caughtBy: "an outcome of a serial that is no longer current leaves the delivery",
    make: worse((good) => {
      const failed = new Set<string>();
      return {
        settle: async (outcomes) => {
          for (const { id, outcome } of outcomes) if (outcome === "failed") failed.add(id.replace("message of ", ""));
          await good.settle(outcomes);
        },
        find: async (id) => {
          const row = await good.find(id);
          if (row?.registration.state !== "pending" || !failed.has(id)) return row;
          const challenge = { ...row.registration.challenge, delivery: "failed" } as const;
          return { ...row, registration: { ...row.registration, challenge } };
        },
      };
    }),
  },
  {
    defect: "raises the version of a stub with a settlement",
    caughtBy: "an outcome of an activated registration leaves its stub",
    make: worse((good) => ({
      settle: async (outcomes) => {
        await good.settle(outcomes);
        for (const { id } of outcomes) {
          const row = await good.find(id.replace("message of ", ""));
          if (row?.registration.state === "activated") {
            await good.commit({ base: row.version, registration: row.registration, outbox: [] });
          }
        }
      },
    })),
  },
  {
    defect: "takes an event for a message",
    caughtBy: "the outcome of an event touches no challenge",
    make: enqueuing((outgoing) =>
      outgoing.entry.kind === "event"
        ? [{ ...outgoing, entry: { kind: "activation", channel: "email", serial: 1, locale: "en" } }]
        : [outgoing],
    ),
  },
  {
    defect: "writes the delivery that any commit carries",
    caughtBy: "a commit that sends nothing keeps the delivery, one that sends says queued",
    make: worse((good) => {
      const carried = new Map<string, "queued" | "sent" | "failed">();
      return {
        commit: (change) => {
          const { registration } = change;
          if (registration.state === "pending" && change.base > 0) {
            carried.set(registration.id, registration.challenge.delivery);
          }
          return good.commit(change);
        },
        find: async (id) => {
          const row = await good.find(id);
          const delivery = carried.get(id);
          if (row?.registration.state !== "pending" || delivery === undefined) return row;
          const { registration } = row;
          return { ...row, registration: { ...registration, challenge: { ...registration.challenge, delivery } } };
        },
      };
    }),
  },
];

function dropped({ id, lease }: Leased): Settlement {
  return { id, lease, outcome: "dropped" };
}
