import type { Leased, Settlement, Store } from "../../../src/ports.js";
import type { Broken } from "./broken.js";
import { knowingIds, knowingLeases, worse } from "./worse-store.js";

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

/** Changes what was decided before it is settled. */
const settling = (change: (settlement: Settlement) => Settlement): (() => Store<undefined>) =>
  worse((good) => ({ settle: (outcomes) => good.settle(outcomes.map(change)) }));

/** Says fewer attempts than there were: how many fewer, is reckoned anew with each lease that came to no try. */
const counting = (fewer: (before: number, leased: Leased, counts: boolean) => number) =>
  knowingLeases((good, leases) => {
    const missing = new Map<string, number>();
    const settled = new Set<string>();
    return {
      lease: async (...pass) =>
        (await good.lease(...pass)).map((one) => ({ ...one, attempt: one.attempt - (missing.get(one.id) ?? 0) })),
      settle: async (outcomes) => {
        for (const one of outcomes) {
          const leased = leases.get(one.id);
          if (leased === undefined || one.outcome !== "retry" || !one.untried) continue;
          const counts = leased.lease === one.lease && !settled.has(one.lease);
          settled.add(one.lease);
          missing.set(one.id, fewer(missing.get(one.id) ?? 0, leased, counts));
        }
        await good.settle(outcomes);
      },
    };
  });

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
            const [taken] = again ? await good.lease(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1, "email") : [];
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
    defect: "counts every lease",
    caughtBy: "an attempt that came to no try is not counted, before, between and after those that are",
    make: settling((one) => (one.outcome === "retry" ? { ...one, untried: undefined } : one)),
  },
  {
    defect: "counts every lease of an event",
    caughtBy: "an attempt that came to no try is not counted, before, between and after those that are",
    make: knowingLeases((good, leases) => ({
      settle: (outcomes) =>
        good.settle(
          outcomes.map((one) => {
            const isEvent = leases.get(one.id)?.entry.kind === "event";
            return isEvent && one.outcome === "retry" ? { ...one, untried: undefined } : one;
          }),
        ),
    })),
  },
  {
    defect: "begins to count anew after a lease that came to no try",
    caughtBy: "an attempt that came to no try is not counted, before, between and after those that are",
    make: counting((before, { attempt }) => attempt - 1 + before),
  },
  {
    defect: "takes a whole pass for untried where one of it is",
    caughtBy: "of one pass, those that came to no try are not counted, and the others are",
    make: worse((good) => ({
      settle: (outcomes) => {
        const untried = outcomes.some((one) => one.outcome === "retry" && one.untried) || undefined;
        return good.settle(outcomes.map((one) => (one.outcome === "retry" ? { ...one, untried } : one)));
      },
    })),
  },
  {
    defect: "gives an attempt back to whoever asks for it",
    caughtBy: "an attempt is given back once, and by the present lease alone",
    make: counting((before, _, counts) => (counts ? before : before + 1)),
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
