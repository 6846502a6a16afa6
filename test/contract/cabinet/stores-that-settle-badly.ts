import type { Leased, Settlement, Store } from "../../../src/ports.js";
import type { Broken } from "./broken.js";
import { knowingIds, worse } from "./worse-store.js";

/** A worse store that remembers of each lease what was leased, and until when. */
const knowingLeases = (
  defect: (
    good: Store<undefined>,
    leases: ReadonlyMap<string, Leased & { readonly until: number }>,
  ) => Partial<Store<undefined>>,
) =>
  worse((good) => {
    const leases = new Map<string, Leased & { readonly until: number }>();
    const verbs = defect(good, leases);
    const lease = verbs.lease ?? good.lease;
    return {
      ...verbs,
      lease: async (now, until, limit) => {
        const leased = await lease(now, until, limit);
        for (const one of leased) leases.set(one.id, { ...one, until });
        return leased;
      },
    };
  });

/** Writes the event of each failure, whether or not the failure counts. */
function eventsAnyway(good: Store<undefined>): Pick<Store<undefined>, "settle"> {
  return {
    settle: async (outcomes) => {
      await good.settle(outcomes);
      for (const one of outcomes) {
        if (one.outcome !== "failed" || !one.event) continue;
        const row = await good.find(one.event.registrationId);
        if (row) await good.commit({ base: row.version, registration: row.registration, outbox: [one.event] });
      }
    },
  };
}

const deliveryOf = ({ outcome }: Settlement) => (outcome === "failed" ? "failed" : "sent");

export const storesThatSettleBadly: readonly Broken<Store>[] = [
  {
    defect: "settles by the id of an entry alone",
    caughtBy: "an outcome of nothing, of an unknown entry or of an unknown lease changes nothing",
    make: knowingLeases((good, leases) => ({
      settle: (outcomes) =>
        good.settle(outcomes.map((one) => ({ ...one, lease: leases.get(one.id)?.lease ?? one.lease }))),
    })),
  },
  {
    defect: "leaves the event of an entry that it does not know",
    caughtBy: "an outcome of nothing, of an unknown entry or of an unknown lease changes nothing",
    make: worse(eventsAnyway),
  },
  {
    defect: "lets whoever put an entry off settle it once more",
    caughtBy: "an entry that was put off and not leased again is nobody's: no outcome counts",
    make: worse((good) => {
      const putOff = new Set<string>();
      return {
        settle: async (outcomes) => {
          for (const one of outcomes) {
            const again = putOff.has(one.lease);
            const [taken] = again ? await good.lease(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1) : [];
            await good.settle([{ ...one, lease: taken?.lease ?? one.lease }]);
            if (one.outcome === "retry") putOff.add(one.lease);
          }
        },
      };
    }),
  },
  {
    defect: "throws an outcome away that comes after its lease",
    caughtBy: "an outcome that comes after its lease has ended counts, as long as nobody else has leased the entry",
    make: knowingLeases((good, leases) => {
      let latest = 0;
      return {
        lease: (now, ...pass) => {
          latest = Math.max(latest, now);
          return good.lease(now, ...pass);
        },
        settle: (outcomes) => good.settle(outcomes.filter(({ id }) => (leases.get(id)?.until ?? 0) > latest)),
      };
    }),
  },
  {
    defect: "writes the event of the outcome that lost",
    caughtBy: "of two outcomes of one lease at once, one counts, with its event or without",
    make: worse(eventsAnyway),
  },
  {
    defect: "settles one entry of each registration",
    caughtBy: "two messages of one serial are settled in one pass, and both are gone",
    make: knowingLeases((good, leases) => ({
      settle: (outcomes) => {
        const about = outcomes.map(({ id }) => leases.get(id)?.registrationId);
        return good.settle(outcomes.filter((_, n) => about.indexOf(about[n]) === n));
      },
    })),
  },
  {
    defect: "looks at the serial before it waits for the row",
    caughtBy: "an outcome and a new serial at once: the new one is queued",
    make: knowingLeases((good, leases) => {
      const shown = new Map<string, "sent" | "failed">();
      return {
        settle: async (outcomes) => {
          for (const one of outcomes) shown.set(leases.get(one.id)?.registrationId ?? "", deliveryOf(one));
          await good.settle(outcomes);
        },
        find: async (id) => {
          const row = await good.find(id);
          const delivery = shown.get(id);
          if (row?.registration.state !== "pending" || delivery === undefined) return row;
          const { registration } = row;
          return { ...row, registration: { ...registration, challenge: { ...registration.challenge, delivery } } };
        },
      };
    }),
  },
  {
    defect: "raises the version of whatever is there with an outcome",
    caughtBy: "an outcome of what was closed, erased or purged meanwhile writes nothing",
    make: knowingIds((good, ids) => ({
      settle: async (outcomes) => {
        await good.settle(outcomes);
        for (const id of ids) {
          const row = await good.find(id);
          if (row) await good.commit({ base: row.version, registration: row.registration, outbox: [] });
        }
      },
    })),
  },
  {
    defect: "tells of a failure whose message is gone",
    caughtBy: "a failure of what was erased or purged meanwhile leaves no event",
    make: worse(eventsAnyway),
  },
  {
    defect: "leaves the messages that somebody has leased",
    caughtBy: "an outcome, a purge and an erasure at once leave no message behind",
    make: knowingLeases((good, leases) => ({
      erase: async (key) => {
        await good.erase(key);
        for (const { id, registrationId, dueAt, entry } of leases.values()) {
          const row = await good.find(registrationId);
          const outbox = [{ id, registrationId, dueAt, entry }];
          if (row) await good.commit({ base: row.version, registration: row.registration, outbox });
        }
      },
    })),
  },
];
