import type { Lane, Leased, Settlement } from "../ports.js";
import { attempt } from "./attempt.js";
import { channelPauses } from "./channel-pauses.js";
import type { Context } from "./context.js";
import { createPlaces } from "./places.js";

/** What delivery came to. `sent` counts messages; what was put off may be an event that the host's callback refused. */
export interface Delivered {
  readonly sent: number;
  readonly retried: number;
  readonly failed: number;
}

/** What was leased in one call of the store, and is settled in one. */
export interface Batch {
  /** As many as a lease takes: more may be due. */
  readonly isFull: boolean;
  /** Resolves when nothing of it waits for a place any longer: another batch would not stand behind it. */
  readonly begun: Promise<unknown>;
  /**
   * What became of it. A slow entry holds up the settlement of its batch by 50 seconds at most (15 to begin, 35 for the
   * try), well within the lease of 90.
   */
  readonly settled: Promise<Delivered & { readonly mayBeMore: boolean }>;
}

/** Delivers one lane, batch by batch. */
export interface Delivery {
  /** Leases what is due; each entry is tried once, as soon as a place is free. */
  take(): Promise<Batch>;
  /** Settles what an earlier batch could not. */
  settleRest(): Promise<void>;
}

const second = 1_000;
const batchSize = 20;
/** How long a leased entry is this process's own: several times the longest send. */
const leaseMs = 90 * second;
/** Nothing is begun later: where sends hang, which takes 20 s, the rest of a batch is given back. */
const beginMs = 15 * second;
/** As many as nodemailer's pool opens connections: a provider that says "slower" is asked by no more than these. */
const sendsAtOnce = 5;

/** An entry that has been dealt with, and until when it is this process's own. */
interface Done {
  readonly leased: Leased;
  readonly until: number;
  readonly settlement: Settlement;
}

/** Once `closing` aborts, what has not begun is given back at once. */
export function createDelivery(context: () => Context, closing: AbortSignal, lane: Lane): Delivery {
  const pauses = channelPauses();
  const places = createPlaces(lane === "event" ? batchSize : sendsAtOnce, closing);
  const unsettled: Done[] = [];

  /** What cannot be settled now is settled before the next lease: it was sent, and must not be sent again. */
  async function settle(done: readonly Done[]): Promise<readonly Done[]> {
    const { store, clock } = context();
    const all = [...unsettled.splice(0), ...done];
    if (all.length === 0) return all;
    try {
      await store.settle(all.map(({ settlement }) => settlement));
      return all;
    } catch (error) {
      // What is no longer this process's own may be another's by now, and must not hold up the rest for ever.
      unsettled.push(...all.filter(({ until }) => clock.now() < until));
      throw error;
    }
  }

  function begin(
    leased: readonly Leased[],
    from: number,
  ): Pick<Batch, "begun"> & { readonly end: Promise<readonly Done[]> } {
    const { clock } = context();
    const until = from + leaseMs;
    const isLate = lateAfter(beginMs, () => clock.now() - from);
    const waiting = new Set(leased);
    const done: Done[] = [];
    const turns = leased.map((entry) => {
      const turn = places.enter();
      const end = turn.then(async (mayEnter) => {
        if (!mayEnter) return;
        if (!isLate()) {
          waiting.delete(entry);
          done.push({ leased: entry, until, settlement: await attempt(context(), pauses, entry) });
        }
        places.leave();
      });
      return { turn, end };
    });

    async function end(): Promise<readonly Done[]> {
      await begun;
      const now = clock.now();
      const givenBack = [...waiting].map((entry) => ({ leased: entry, until, settlement: asGivenBack(entry, now) }));
      // At once, for the next process. Where this fails, they are settled with the rest.
      const returned = closing.aborted ? await settle(givenBack).catch(() => []) : [];
      await Promise.all(turns.map((one) => one.end));
      return [...returned, ...(await settle(closing.aborted ? done : [...done, ...givenBack]))];
    }

    const begun = Promise.all(turns.map(({ turn }) => turn));
    return { begun, end: end() };
  }

  return {
    async take() {
      const earlier = await settle([]);
      const { store, clock } = context();
      const now = clock.now();
      const leased = await store.lease(now, now + leaseMs, batchSize, lane);
      const { begun, end } = begin(leased, now);
      const settled = end.then((done) => {
        const all = [...earlier, ...done];
        return { ...counted(all), mayBeMore: all.some(makesDue(clock.now())) };
      });
      return { isFull: leased.length === batchSize, begun, settled };
    },
    async settleRest() {
      await settle([]);
    },
  };
}

/** By the host's clock, which leases are measured by, or by the processor's, which nobody sets. */
function lateAfter(ms: number, passed: () => number): () => boolean {
  const start = performance.now();
  return () => passed() > ms || performance.now() - start > ms;
}

/** Due at once, for any process, behind what waits already. */
function asGivenBack({ id, lease }: Leased, now: number): Settlement {
  return { id, lease, outcome: "retry", dueAt: now, untried: true };
}

/** Whether an outcome leaves something due in its lane: itself, or the next event of its registration. */
function makesDue(now: number): (done: Done) => boolean {
  return ({ leased, settlement }) =>
    settlement.outcome === "retry" ? settlement.dueAt <= now : leased.entry.kind === "event";
}

function counted(done: readonly Done[]): Delivered {
  const messages = done.filter(({ leased }) => leased.entry.kind !== "event");
  return {
    sent: messages.filter(({ settlement }) => settlement.outcome === "sent").length,
    retried: done.filter(({ settlement }) => settlement.outcome === "retry").length,
    failed: done.filter(({ settlement }) => settlement.outcome === "failed").length,
  };
}
