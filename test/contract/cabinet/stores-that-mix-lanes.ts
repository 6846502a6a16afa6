import type { Lane, Leased, Store } from "../../../src/ports.js";
import { inOrder, lanes } from "../../../src/testing/store-scenes.js";
import type { Broken } from "./broken.js";
import { choosing, worse } from "./worse-store.js";

/** Chooses among all that is due, in whatever lane. */
const choosingOfAll = (choose: (due: readonly Leased[], lane: Lane, limit: number) => readonly Leased[]) =>
  worse((good) => {
    const pass = choosing(good);
    return { lease: (...asked) => pass(asked, lanes, (due) => choose(due, asked[3], asked[2])) };
  });

const laneOf = ({ entry }: Leased): Lane => (entry.kind === "event" ? "event" : entry.channel);

/** What is known of an entry since its commit. */
interface Committed {
  readonly place: number;
  readonly dueAt: number;
}

/** Hands out what is due in a lane in an order of its own. */
const ordering = (
  order: (due: readonly Leased[], committed: (one: Leased) => Committed, limit: number) => readonly Leased[],
) =>
  worse((good) => {
    const commits = new Map<string, Committed>();
    const pass = choosing(good);
    return {
      commit: (change) => {
        for (const { id, dueAt } of change.outbox) commits.set(id, { place: commits.size, dueAt });
        return good.commit(change);
      },
      lease: (...asked) =>
        pass(asked, [asked[3]], (due) =>
          order(due, ({ id, dueAt }) => commits.get(id) ?? { place: commits.size, dueAt }, asked[2]),
        ),
    };
  });

export const storesThatMixLanes: readonly Broken<Store>[] = [
  {
    defect: "gives whatever is due to whoever asks",
    caughtBy: "each lane gives its own entries and touches no others, whatever their registrations are by now",
    make: choosingOfAll((due) => due),
  },
  {
    defect: "takes the lane of a message from what its registration is now",
    caughtBy: "each lane gives its own entries and touches no others, whatever their registrations are by now",
    make: choosingOfAll((due, lane) => {
      return due.filter((one) => {
        const { registration } = one;
        if (one.entry.kind === "event" || registration?.state !== "pending") return laneOf(one) === lane;
        return registration.identifier.channel === lane;
      });
    }),
  },
  {
    defect: "leases with its own what the other lanes hold",
    caughtBy: "each lane gives its own entries and touches no others, whatever their registrations are by now",
    make: worse((good) => ({
      lease: async (now, until, limit, lane) => {
        const leased = await good.lease(now, until, limit, lane);
        for (const other of lanes) if (other !== lane) await good.lease(now, until, limit, other);
        return leased;
      },
    })),
  },
  {
    defect: "chooses the longest due of all lanes, and of these its own",
    caughtBy: "a lane gives as many as limit allows, however many the others hold that are longer due",
    make: choosingOfAll((due, lane, limit) => due.slice(0, limit).filter((one) => laneOf(one) === lane)),
  },
  {
    defect: "has one limit for all lanes of messages",
    caughtBy: "a lane gives as many as limit allows, however many the others hold that are longer due",
    make: choosingOfAll((due, lane, limit) => {
      const own = due.filter(({ entry }) => (entry.kind === "event") === (lane === "event"));
      return own.slice(0, limit).filter((one) => laneOf(one) === lane);
    }),
  },
  {
    defect: "hands out the events that are due at one moment in the order of their commits",
    caughtBy: "a lane gives what is due by its due time, then by its id in bytes",
    make: ordering((due, committed, limit) => {
      const place = (one: Leased): number => (laneOf(one) === "event" ? committed(one).place : 0);
      return due.slice(0, limit).sort((one, other) => one.dueAt - other.dueAt || place(one) - place(other));
    }),
  },
  {
    defect: "orders ids as people do",
    caughtBy: "a lane gives what is due by its due time, then by its id in bytes",
    make: ordering((due) => due.toSorted((one, other) => one.dueAt - other.dueAt || one.id.localeCompare(other.id))),
  },
  {
    defect: "hands out by id what it has chosen by due time",
    caughtBy: "a lane gives what is due by its due time, then by its id in bytes",
    make: worse((good) => ({
      lease: async (...pass) => (await good.lease(...pass)).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    })),
  },
  {
    defect: "takes what comes first among those that are due at one moment, and puts it in order afterwards",
    caughtBy: "a pass of few takes the first of a lane, by due time and then by id",
    make: ordering((due, committed, limit) => {
      const place = (one: Leased): number => committed(one).place;
      const chosen = due.toSorted((one, other) => one.dueAt - other.dueAt || place(one) - place(other));
      return chosen.slice(0, limit).sort(inOrder);
    }),
  },
  {
    defect: "keeps the place that an entry had before it was put off",
    caughtBy: "an entry that was put off comes in the order of its new due time",
    make: ordering((due, committed) =>
      due.toSorted((one, other) => committed(one).dueAt - committed(other).dueAt || inOrder(one, other)),
    ),
  },
  {
    defect: "gives passes that come at once one answer, in whatever lane",
    caughtBy: "of passes in all lanes at once, each entry goes to one, in its own lane",
    make: worse((good) => {
      let running: { readonly lane: Lane; readonly answer: Promise<readonly Leased[]> } | undefined;
      return {
        lease: async (...pass) => {
          const [, , , lane] = pass;
          if (running && running.lane !== lane) return running.answer;
          const answer = good.lease(...pass);
          running = { lane, answer };
          await answer;
          running = undefined;
          return answer;
        },
      };
    }),
  },
];
