import type { Lane } from "../ports.js";
import type { Context } from "./context.js";
import { createDelivery, type Delivered } from "./delivery.js";
import { asFault } from "./new-password.js";
import { createRound, type Round, sum } from "./round.js";

/** How often the timer looks for what has come due: retries, and what other processes left. */
const roundMs = 5_000;
/** What a closing process still begins; Kubernetes, for one, gives 30 s from the signal to the end. */
const graceMs = 5_000;

/** Delivers what is due, when asked and, where automatic, on a timer: the lanes side by side, each on its own round. */
export interface Postman {
  /** Delivers until nothing is due; joins the rounds that are under way. Once closed, it delivers nothing. */
  deliver(): Promise<Delivered>;
  /** There is something to send; automatic delivery begins after the answer. */
  messagesWait(): void;
  /**
   * Ends the timer and finishes the batches that are under way or were promised after an answer; others are not begun.
   * What has not begun after 5 seconds is given back, for the next process to send. Takes at most those, 35 seconds for a
   * try whose every call hangs (20 of them the send), and three time-outs of the store.
   */
  close(): Promise<void>;
}

const nothing: Delivered = { sent: 0, retried: 0, failed: 0 };

export function createPostman(
  context: () => Context,
  how: {
    readonly automatic: boolean;
    readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  },
): Postman {
  const closing = new AbortController();
  let closed = false;

  function open(lane: Lane) {
    const delivery = createDelivery(context, closing.signal, lane);
    return { settleRest: delivery.settleRest, round: createRound(delivery.take, () => closed) };
  }
  const lanes = { email: open("email"), phone: open("phone"), event: open("event") };
  const all = Object.values(lanes);

  /** What this process carries; the rest is left for those who do. */
  function carried(): readonly Round[] {
    const { channels, options } = context();
    const messages = [channels.email && lanes.email, channels.phone && lanes.phone];
    return [...messages, options.onEvent && lanes.event].flatMap((lane) => lane?.round ?? []);
  }

  async function begin(): Promise<Delivered> {
    const total = await together(carried().map((round) => round.run()));
    // Each message that failed has left an event.
    return total.failed > 0 && context().options.onEvent ? sum(total, await lanes.event.round.run()) : total;
  }

  function deliver(): Promise<Delivered> {
    if (!closed) return begin();
    return together(all.flatMap(({ round }) => round.running ?? []));
  }

  /** In the background a fault is a signal; what is due stays due. */
  async function inBackground(): Promise<void> {
    try {
      await begin();
    } catch (error) {
      context().tell({ type: "fault", error: asFault(error) });
    }
  }

  /** Rounds that were promised and have not begun or not ended: an end of the process must wait for them. */
  const promised = new Set<Promise<void>>();

  /** Hands the work to the platform; one that does not take it fails no request, the work runs all the same. */
  function handOver(work: Promise<void>): void {
    try {
      how.waitUntil?.(work);
    } catch (error) {
      context().tell({ type: "fault", error: asFault(error) });
    }
  }

  const timer = how.automatic ? setInterval(inBackground, roundMs) : undefined;
  // A server's own sockets keep it alive, not this timer.
  timer?.unref?.();

  return {
    deliver,
    messagesWait() {
      if (!how.automatic || closed) return;
      const answered = new Promise<void>((resolve) => setTimeout(resolve, 0));
      const work = answered.then(inBackground).finally(() => promised.delete(work));
      promised.add(work);
      handOver(work);
    },
    async close() {
      closed = true;
      clearInterval(timer);
      const grace = setTimeout(() => closing.abort(), graceMs);
      // Whoever asked for a round hears of its failure; the end of the process does not fail by it.
      await Promise.allSettled([...promised, ...all.map(({ round }) => round.running)]);
      clearTimeout(grace);
      closing.abort();
      try {
        for (const { settleRest } of all) await settleRest();
      } catch (error) {
        context().tell({ type: "fault", error: asFault(error) });
      }
    },
  };
}

/** Waits for all of them, whichever fails. */
async function together(rounds: readonly Promise<Delivered>[]): Promise<Delivered> {
  const ended = await Promise.allSettled(rounds);
  return ended.reduce((total, round) => {
    if (round.status === "rejected") throw round.reason;
    return sum(total, round.value);
  }, nothing);
}
