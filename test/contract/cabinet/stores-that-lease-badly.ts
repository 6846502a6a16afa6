import type { Leased, Outgoing, Store } from "../../../src/ports.js";
import { turns } from "../../../src/testing/store-scenes.js";
import type { Broken } from "./broken.js";
import { committing, worse } from "./worse-store.js";

/** Changes what a pass is given. */
const leasing = (change: (leased: Leased) => Leased): (() => Store<undefined>) =>
  worse((good) => ({ lease: async (...pass) => (await good.lease(...pass)).map(change) }));

const dropped = ({ id, lease }: Leased) => ({ id, lease, outcome: "dropped" }) as const;

/** Takes the outbox in at the first pass, and hands it out in an order of its own. */
const orderedBy = (first: (one: Leased, other: Leased) => number) =>
  worse((good) => ({
    lease: async (...asked) => {
      const all: Leased[] = [];
      for (let pass = await good.lease(...asked); pass.length > 0; pass = await good.lease(...asked)) {
        all.push(...pass);
        await good.settle(pass.map(dropped));
      }
      return all.sort(first).slice(0, 1);
    },
  }));

/** Keeps the events of failed messages aside, and gives them with the next pass. */
const failedAside = (give: (events: readonly Outgoing[], good: Store<undefined>) => Promise<readonly Leased[]>) =>
  worse((good) => {
    let aside: Outgoing[] = [];
    return {
      settle: (outcomes) =>
        good.settle(
          outcomes.map(({ id, lease, ...one }) => {
            if (one.outcome !== "failed" || one.event === undefined) return { id, lease, ...one };
            aside.push(one.event);
            return { id, lease, outcome: "failed" };
          }),
        ),
      lease: async (...pass) => {
        if (pass[3] !== "event") return good.lease(...pass);
        const given = await give(aside, good);
        aside = [];
        return given.length > 0 ? given : good.lease(...pass);
      },
    };
  });

export const storesThatLeaseBadly: readonly Broken<Store>[] = [
  {
    defect: "leases one more than it gives",
    caughtBy: "of many passes at once, each smaller than what is due, every entry goes to one, and all go",
    make: worse((good) => ({
      lease: async (now, until, limit, lane) => (await good.lease(now, until, limit + 1, lane)).slice(0, limit),
    })),
  },
  {
    defect: "takes a limit of 0 for none",
    caughtBy: "a pass of none takes none, and counts no attempt",
    make: worse((good) => ({ lease: (now, until, limit, lane) => good.lease(now, until, limit || 100, lane) })),
  },
  {
    defect: "counts an attempt of what it only looked at",
    caughtBy: "a pass of none takes none, and counts no attempt",
    make: worse((good) => ({
      lease: async (now, until, limit, lane) => {
        const looked = await good.lease(now, now, 100, lane);
        return looked.length > limit ? [] : good.lease(now, until, limit, lane);
      },
    })),
  },
  {
    defect: "leases a hundred at most",
    caughtBy: "two hundred entries are leased in one pass, and settled in one",
    make: worse((good) => ({
      lease: (now, until, limit, lane) => good.lease(now, until, Math.min(limit, 100), lane),
    })),
  },
  {
    defect: "counts no further than the second attempt",
    caughtBy: "an attempt is counted with every lease, over time-outs and retries, and the due time is the latest",
    make: leasing((leased) => ({ ...leased, attempt: Math.min(leased.attempt, 2) })),
  },
  {
    defect: "tells the due time of the commit for ever",
    caughtBy: "an attempt is counted with every lease, over time-outs and retries, and the due time is the latest",
    make: worse((good) => {
      const first = new Map<string, number>();
      return {
        lease: async (...pass) =>
          (await good.lease(...pass)).map((leased) => {
            const dueAt = first.get(leased.id) ?? leased.dueAt;
            first.set(leased.id, dueAt);
            return { ...leased, dueAt };
          }),
      };
    }),
  },
  {
    defect: "remembers that an address was taken",
    caughtBy: "taken is said of an account as long as it is there, and no longer",
    make: worse((good) => {
      const taken = new Set<string>();
      return {
        lease: async (...pass) =>
          (await good.lease(...pass)).map((leased) => {
            const key = leased.registration?.state === "pending" ? leased.registration.identifier.key : "";
            if (leased.taken) taken.add(key);
            return { ...leased, taken: taken.has(key) };
          }),
      };
    }),
  },
  {
    defect: "joins: what has no registration is never leased",
    caughtBy:
      "an entry comes with what is left of its registration: a closed stub, a stub without its account, nothing",
    make: worse((good) => ({
      lease: async (...pass) => (await good.lease(...pass)).filter(({ registration }) => registration !== undefined),
    })),
  },
  {
    defect: "gives accounts without their consents",
    caughtBy: "an entry of an activated registration comes with its account whole",
    make: leasing(({ account, ...leased }) =>
      account ? { ...leased, account: { ...account, consents: [] } } : leased,
    ),
  },
  {
    defect: "stops all events while one is put off",
    caughtBy: "an event that is put off holds back its own registration alone",
    make: worse((good) => {
      let until = 0;
      return {
        settle: (outcomes) => {
          for (const one of outcomes) if (one.outcome === "retry") until = one.dueAt;
          return good.settle(outcomes);
        },
        lease: async (now, ...pass) =>
          (await good.lease(now, ...pass)).filter(({ entry }) => entry.kind !== "event" || now >= until),
      };
    }),
  },
  {
    defect: "orders the events of a commit by their ids",
    caughtBy: "events of one commit are told in the order in which it names them, whatever their ids and due times",
    make: committing((change) => ({ ...change, outbox: change.outbox.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })),
  },
  {
    defect: "orders events by their due times",
    caughtBy: "events of a later commit come after those of an earlier one, whatever their due times",
    make: orderedBy((one, other) => one.dueAt - other.dueAt),
  },
  {
    defect: "orders events by their ids",
    caughtBy: "events of twelve commits are told in the order of their versions",
    make: orderedBy((one, other) => (one.id < other.id ? -1 : 1)),
  },
  {
    defect: "tells of a failed message before all that is older",
    caughtBy: "the event of a failed message comes after what was committed before and before what was committed after",
    make: failedAside(async (events) =>
      events.map((event) => ({ ...event, lease: "in front", attempt: 1, taken: false })),
    ),
  },
  {
    defect: "drops an event whose id is in use, if only by the message that it tells of",
    caughtBy: "the event of a failed message may bear its id, and settling it touches no challenge",
    make: worse((good) => ({
      settle: (outcomes) =>
        good.settle(
          outcomes.map((one) =>
            one.outcome === "failed" && one.event?.id === one.id ? { ...one, event: undefined } : one,
          ),
        ),
    })),
  },
  {
    defect: "orders the events of failed messages by their ids",
    caughtBy: "messages of one version that fail one after the other tell their events one after the other",
    make: failedAside(async (events, good) => {
      for (const event of events.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        const row = await good.find(event.registrationId);
        if (row) await good.commit({ base: row.version, registration: row.registration, outbox: [event] });
      }
      return [];
    }),
  },
  {
    defect: "frees the next event as soon as the older one is leased",
    caughtBy: "of eight processes that tell at once, none tells an event before the one that is older",
    make: worse((good) => {
      let passes = 0;
      return {
        lease: async (...pass) => {
          const leased = await good.lease(...pass);
          await good.settle(leased.map(dropped));
          passes += 1;
          await turns(passes % 3);
          return leased;
        },
      };
    }),
  },
];
