import { longestWaitMs } from "../../../src/core/longest-wait.js";
import type { Leased, Store } from "../../../src/ports.js";
import { inOrder } from "../../../src/testing/store-scenes.js";
import type { Broken } from "./broken.js";
import { choosing, giveBack, type Held, knowingLeases, worse } from "./worse-store.js";

interface Asked {
  readonly now: number;
  readonly length: number;
}

const isTooFar = ({ dueAt }: Leased, { now }: Asked): boolean => dueAt > now + longestWaitMs;

/** Leaves some of what is due for later. */
const waitingFor = (isLeft: (leased: Leased, asked: Asked, due: readonly Leased[]) => boolean) =>
  worse((good) => ({
    lease: async (now, until, ...rest) => {
      const due = await good.lease(now, until, ...rest);
      const left = due.filter((one) => isLeft(one, { now, length: until - now }, due));
      await giveBack(good, left);
      return due.filter((one) => !left.includes(one));
    },
  }));

/** Gives what is due by a clock that is some time behind, too: it takes less for too far off. */
const impatientBy = (ms: number) =>
  worse((good) => ({
    lease: async (now, until, limit, lane) => {
      const due = await good.lease(now, until, limit, lane);
      return [...due, ...(await good.lease(now - ms, until, limit - due.length, lane))];
    },
  }));

/** Has its own mind of the leases that end late: it keeps some, and ends others. */
const judgingLeases = (mind: {
  readonly keeps?: (held: Held, asked: Asked) => boolean;
  readonly ends?: (held: Held, asked: Asked) => boolean;
  readonly by?: "retry" | "dropped";
}) =>
  knowingLeases((good, leases) => {
    const settled = new Set<string>();
    return {
      settle: (outcomes) => {
        for (const { lease } of outcomes) settled.add(lease);
        return good.settle(outcomes);
      },
      lease: async (now, until, ...rest) => {
        const asked = { now, length: until - now };
        for (const held of leases.values()) {
          const { id, lease, dueAt } = held;
          if (!mind.ends?.(held, asked)) continue;
          await good.settle([
            mind.by === "dropped" ? { id, lease, outcome: mind.by } : { id, lease, outcome: "retry", dueAt },
          ]);
        }
        const leased = await good.lease(now, until, ...rest);
        return leased.filter(({ id }) => {
          const held = leases.get(id);
          return !(held && held.until > now && !settled.has(held.lease) && mind.keeps?.(held, asked));
        });
      },
    };
  });

export const storesThatTrustClocks: readonly Broken<Store>[] = [
  {
    defect: "waits until an entry is due, however far off that is",
    caughtBy: "what is due later than the longest wait is due at once, and leased as anything else",
    make: waitingFor(({ dueAt }, { now }) => dueAt > now),
  },
  {
    defect: "waits until an event is due, however far off that is",
    caughtBy: "what is due later than the longest wait is due at once, and leased as anything else",
    make: waitingFor(({ dueAt, entry }, { now }) => dueAt > now && entry.kind === "event"),
  },
  {
    defect: "gives what is due too far off to everybody, leased or not",
    caughtBy: "what is due later than the longest wait is due at once, and leased as anything else",
    make: judgingLeases({ ends: isTooFar }),
  },
  {
    defect: "gives what is due too far off once, and never again",
    caughtBy: "what is due later than the longest wait is due at once, and leased as anything else",
    make: waitingFor((leased, asked) => isTooFar(leased, asked) && leased.attempt > 1),
  },
  {
    defect: "takes the longest wait itself for too far off",
    caughtBy: "what is due at the end of the longest wait or before is waited for",
    make: impatientBy(1),
  },
  {
    defect: "takes an hour for the longest wait",
    caughtBy: "what is due at the end of the longest wait or before is waited for",
    make: impatientBy(longestWaitMs - 60 * 60_000),
  },
  {
    defect: "takes two hours for the longest wait",
    caughtBy: "what is due at the end of the longest wait or before is waited for",
    make: waitingFor(({ dueAt }, { now }) => dueAt > now && dueAt <= now + 120 * 60_000),
  },
  {
    defect: "believes whoever puts an entry off",
    caughtBy: "what was put off further than the longest wait is due at once, with the events that wait behind it",
    make: worse((good) => {
      const putOff = new Set<string>();
      return {
        settle: (outcomes) => {
          for (const { id, outcome } of outcomes) if (outcome === "retry") putOff.add(id);
          return good.settle(outcomes);
        },
        lease: async (now, until, ...rest) =>
          (await good.lease(now, until, ...rest)).filter(({ id, dueAt }) => dueAt <= now || !putOff.has(id)),
      };
    }),
  },
  {
    defect: "holds younger events back for as long as the older one was put off",
    caughtBy: "what was put off further than the longest wait is due at once, with the events that wait behind it",
    make: knowingLeases((good, leases) => {
      const held = new Map<string, number>();
      return {
        settle: (outcomes) => {
          for (const one of outcomes) {
            const leased = leases.get(one.id);
            if (one.outcome === "retry" && leased?.entry.kind === "event") held.set(leased.registrationId, one.dueAt);
          }
          return good.settle(outcomes);
        },
        lease: async (now, until, ...rest) =>
          (await good.lease(now, until, ...rest)).filter(
            ({ registrationId, dueAt, entry }) =>
              entry.kind !== "event" || dueAt > now || (held.get(registrationId) ?? 0) <= now,
          ),
      };
    }),
  },
  {
    defect: "takes what is due too far off before what is due",
    caughtBy: "what is due too far off comes after what is due, and is not waited with where there is room",
    make: worse((good) => {
      const pass = choosing(good);
      return {
        lease: (...asked) =>
          pass(asked, [asked[3]], (due) => {
            const first = ({ dueAt }: Leased): number => (dueAt > asked[0] ? 0 : 1);
            return due.toSorted((one, other) => first(one) - first(other) || inOrder(one, other));
          }),
      };
    }),
  },
  {
    defect: "takes what is due too far off when nothing else is due",
    caughtBy: "what is due too far off comes after what is due, and is not waited with where there is room",
    make: waitingFor((leased, asked, due) => isTooFar(leased, asked) && due.some((one) => !isTooFar(one, asked))),
  },
  {
    defect: "reads what is due too far off, waits, then leases it",
    caughtBy: "of twenty leases at once, each entry that is due too far off goes to one",
    make: worse((good) => {
      let running: Promise<readonly Leased[]> | undefined;
      return {
        lease: async (...pass) => {
          const [now] = pass;
          const [earlier, mine] = [running, good.lease(...pass)];
          running = mine;
          const read = (await earlier)?.filter(({ dueAt }) => dueAt > now) ?? [];
          const leased = await mine;
          if (running === mine) running = undefined;
          return [...read, ...leased];
        },
      };
    }),
  },
  {
    defect: "believes every lease until it ends",
    caughtBy: "a lease that ends later than twice the length that is asked for holds nobody back, and counts no more",
    make: judgingLeases({ keeps: () => true }),
  },
  {
    defect: "believes every lease of an event until it ends",
    caughtBy: "a lease that ends later than twice the length that is asked for holds nobody back, and counts no more",
    make: judgingLeases({ keeps: ({ entry }) => entry.kind === "event" }),
  },
  {
    defect: "lets a lease count whose entry somebody else has leased before its end",
    caughtBy: "a lease that ends later than twice the length that is asked for holds nobody back, and counts no more",
    make: knowingLeases((good, leases) => {
      const present = new Map<string, string>();
      return {
        lease: async (now, ...rest) => {
          const leased = await good.lease(now, ...rest);
          for (const { id, lease } of leased) {
            const held = leases.get(id);
            if (held && held.until > now) present.set(held.lease, lease);
          }
          return leased;
        },
        settle: (outcomes) =>
          good.settle(outcomes.map((one) => ({ ...one, lease: present.get(one.lease) ?? one.lease }))),
      };
    }),
  },
  {
    defect: "believes no lease of a clock that is ahead",
    caughtBy: "a clock that is ahead by no more than the length of a lease keeps its lease",
    make: judgingLeases({ ends: ({ until }, { now, length }) => until > now + length }),
  },
  {
    defect: "believes no lease of a clock that is ahead by a whole lease",
    caughtBy: "a clock that is ahead by no more than the length of a lease keeps its lease",
    make: judgingLeases({ ends: ({ until }, { now, length }) => until >= now + 2 * length }),
  },
  {
    defect: "believes two minutes of lease, whatever is asked for",
    caughtBy: "how far off the end of a lease may be is measured by the length that is asked for",
    make: judgingLeases({
      keeps: ({ until }, { now }) => until <= now + 120_000,
      ends: ({ until }, { now }) => until > now + 120_000,
    }),
  },
  {
    defect: "drops an event whose lease it cannot believe",
    caughtBy: "an event whose lease ends too far off is told before the younger ones",
    make: judgingLeases({
      ends: ({ until, entry }, { now, length }) => entry.kind === "event" && until > now + 2 * length,
      by: "dropped",
    }),
  },
];
