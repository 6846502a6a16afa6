import type { Context } from "./context.js";
import { type Delivered, deliverBatch } from "./delivery.js";
import { asFault } from "./new-password.js";

/** How often the timer looks for what has come due: retries, and what other processes left. */
const roundMs = 5_000;

/** Runs delivery passes: one at a time in this process, when asked and, where automatic, on a timer. */
export interface Postman {
  /** Delivers until nothing is due; joins a pass that is already running. */
  deliver(): Promise<Delivered>;
  /** There is something to send; automatic delivery begins after the answer. */
  messagesWait(): void;
  /** Ends the timer and waits for the batch that is under way; what is still due is left to the next process. */
  close(): Promise<void>;
}

export function createPostman(
  context: () => Context,
  how: {
    readonly automatic: boolean;
    readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  },
): Postman {
  let running: Promise<Delivered> | undefined;
  let again = false;
  let closed = false;

  async function passes(): Promise<Delivered> {
    let total: Delivered = { sent: 0, retried: 0, failed: 0 };
    let leased: number;
    do {
      again = false;
      const pass = await deliverBatch(context());
      leased = pass.leased;
      total = {
        sent: total.sent + pass.sent,
        retried: total.retried + pass.retried,
        failed: total.failed + pass.failed,
      };
    } while ((leased > 0 || again) && !closed);
    return total;
  }

  function deliver(): Promise<Delivered> {
    again = true;
    running ??= passes().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** In the background a fault is a signal; what is due stays due. */
  async function inBackground(): Promise<void> {
    try {
      await deliver();
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
      // Whoever asked for a pass hears of its failure; the end of the process does not fail by it.
      await Promise.allSettled([...promised, running]);
    },
  };
}
