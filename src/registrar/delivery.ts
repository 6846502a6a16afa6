import type { Leased, Settlement } from "../ports.js";
import { attempt } from "./attempt.js";
import { channelPauses } from "./channel-pauses.js";
import type { Context } from "./context.js";
import { openLanes } from "./lanes.js";
import { recipientOf } from "./recipient.js";

/** What delivery came to. `sent` counts messages; what was put off may be an event that the host's callback refused. */
export interface Delivered {
  readonly sent: number;
  readonly retried: number;
  readonly failed: number;
}

/** One batch. `mayBeMore`: something is due by now that was not in it, as far as this process can know. */
export interface Pass extends Delivered {
  readonly mayBeMore: boolean;
}

/** Delivers batch by batch: leased in one call of the store, settled in one. */
export interface Delivery {
  /**
   * Takes what is due, tries each once, and settles them all together. A slow entry holds up the settlement of its batch
   * by 50 seconds at most (15 to begin, 35 for the try), well within the lease of 90.
   */
  pass(): Promise<Pass>;
  /** Settles what an earlier pass could not. */
  settleRest(): Promise<void>;
}

const second = 1_000;
const batch = 20;
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
export function createDelivery(context: () => Context, closing: AbortSignal): Delivery {
  const pauses = channelPauses();
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

  /** A few of each channel at a time. What has not begun in time is given back with the rest; on closing, at once. */
  async function handle(leased: readonly Leased[], from: number): Promise<readonly Done[]> {
    const { clock } = context();
    const until = from + leaseMs;
    const done: Done[] = [];
    const givenBack = (entry: Leased): Done => ({ leased: entry, until, settlement: asGivenBack(entry, clock.now()) });
    const lanes = openLanes(grouped(leased), async (entry) => {
      const late = closing.aborted || clock.now() > from + beginMs;
      done.push(
        late ? givenBack(entry) : { leased: entry, until, settlement: await attempt(context(), pauses, entry) },
      );
    });
    let returned: Promise<readonly Done[]> = Promise.resolve([]);
    const giveBack = () => {
      // Where this fails, they are settled with the rest.
      returned = settle(lanes.takeBack().map(givenBack)).catch(() => []);
    };
    closing.addEventListener("abort", giveBack);
    await lanes.done;
    closing.removeEventListener("abort", giveBack);
    return [...(await returned), ...(await settle(done))];
  }

  return {
    async pass() {
      const earlier = await settle([]);
      const { store, clock } = context();
      const now = clock.now();
      const leased = await store.lease(now, now + leaseMs, batch);
      const settled = [...earlier, ...(await handle(leased, now))];
      return { ...counted(settled), mayBeMore: leased.length === batch || settled.some(makesDue(clock.now())) };
    },
    async settleRest() {
      await settle([]);
    },
  };
}

/** The channels side by side; events, and what is no longer true, wait for none. */
function grouped(
  leased: readonly Leased[],
): readonly { readonly entries: readonly Leased[]; readonly atOnce: number }[] {
  const on = (channel: "email" | "phone" | undefined) =>
    leased.filter((entry) => recipientOf(entry)?.channel === channel);
  return [
    { entries: on("email"), atOnce: sendsAtOnce },
    { entries: on("phone"), atOnce: sendsAtOnce },
    { entries: on(undefined), atOnce: batch },
  ];
}

/** Due at once, for any process, behind what waits already. */
function asGivenBack({ id, lease }: Leased, now: number): Settlement {
  return { id, lease, outcome: "retry", dueAt: now };
}

/** Whether an outcome leaves something due: itself, the next event of its registration, or the event of its failure. */
function makesDue(now: number): (done: Done) => boolean {
  return ({ leased, settlement }) => {
    if (settlement.outcome === "retry") return settlement.dueAt <= now;
    return leased.entry.kind === "event" || (settlement.outcome === "failed" && settlement.event !== undefined);
  };
}

function counted(done: readonly Done[]): Delivered {
  const messages = done.filter(({ leased }) => leased.entry.kind !== "event");
  return {
    sent: messages.filter(({ settlement }) => settlement.outcome === "sent").length,
    retried: done.filter(({ settlement }) => settlement.outcome === "retry").length,
    failed: done.filter(({ settlement }) => settlement.outcome === "failed").length,
  };
}
