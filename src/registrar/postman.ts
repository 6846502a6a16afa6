import type { Context } from "./context.js";
import { createDelivery, type Delivered } from "./delivery.js";
import { asFault } from "./new-password.js";

/** How often the timer looks for what has come due: retries, and what other processes left. */
const roundMs = 5_000;
/** What a closing process still begins; Kubernetes, for one, gives 30 s from the signal to the end. */
const graceMs = 5_000;

/** Runs delivery passes: one at a time in this process, when asked and, where automatic, on a timer. */
export interface Postman {
  /** Delivers until nothing is due; joins a pass that is already running. Once closed, it delivers nothing. */
  deliver(): Promise<Delivered>;
  /** There is something to send; automatic delivery begins after the answer. */
  messagesWait(): void;
  /**
   * Ends the timer and finishes the batch that is under way or was promised after an answer; another is not begun. What
   * has not begun after 5 seconds is given back, for the next process to send. Takes at most those, 35 seconds for a try
   * whose every call hangs (20 of them the send), and three time-outs of the store.
   */
  close(): Promise<void>;
}

export function createPostman(
  context: () => Context,
  how: {
    readonly automatic: boolean;
    readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  },
): Postman {
  const closing = new AbortController();
  const delivery = createDelivery(context, closing.signal);
  let running: Promise<Delivered> | undefined;
  let again = false;
  let closed = false;

  async function passes(): Promise<Delivered> {
    let total: Delivered = { sent: 0, retried: 0, failed: 0 };
    let mayBeMore: boolean;
    try {
      do {
        again = false;
        const pass = await delivery.pass();
        mayBeMore = pass.mayBeMore;
        total = {
          sent: total.sent + pass.sent,
          retried: total.retried + pass.retried,
          failed: total.failed + pass.failed,
        };
      } while ((mayBeMore || again) && !closed);
      return total;
    } finally {
      // In the same breath as the decision to stop: nobody joins a pass that has looked for the last time.
      running = undefined;
    }
  }

  function begin(): Promise<Delivered> {
    again = true;
    running ??= passes();
    return running;
  }

  function deliver(): Promise<Delivered> {
    if (closed) return running ?? Promise.resolve({ sent: 0, retried: 0, failed: 0 });
    return begin();
  }

  /** In the background a fault is a signal; what is due stays due. */
  async function inBackground(): Promise<void> {
    try {
      await begin();
    } catch (error) {
      context().tell({ type: "fault", error: asFault(error) });
    }
  }

  /** Passes that were promised and have not begun or not ended: an end of the process must wait for them. */
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
      // Whoever asked for a pass hears of its failure; the end of the process does not fail by it.
      await Promise.allSettled([...promised, running]);
      clearTimeout(grace);
      closing.abort();
      try {
        await delivery.settleRest();
      } catch (error) {
        context().tell({ type: "fault", error: asFault(error) });
      }
    },
  };
}
