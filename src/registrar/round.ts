import type { Batch, Delivered } from "./delivery.js";

/** Delivers one lane until nothing of it is due: one round at a time in this process. */
export interface Round {
  /** Begins, or asks the round that is under way to look once more; resolves when it has ended. */
  run(): Promise<Delivered>;
  /** The round that is under way. */
  readonly running: Promise<Delivered> | undefined;
}

/**
 * Takes a batch whenever something may be due and the one before it has begun: a send that hangs holds up its place, not
 * the lane. Once `isClosed`, only a round's first batch is taken.
 */
export function createRound(take: () => Promise<Batch>, isClosed: () => boolean): Round {
  let running: Promise<Delivered> | undefined;
  let mayBeDue = false;
  let wake = (): void => undefined;

  async function untilNothingIsDue(): Promise<Delivered> {
    let total: Delivered = { sent: 0, retried: 0, failed: 0 };
    const open = new Set<Promise<void>>();
    const faults: unknown[] = [];

    async function follow(settled: Batch["settled"]): Promise<void> {
      try {
        const batch = await settled;
        total = sum(total, batch);
        mayBeDue ||= batch.mayBeMore;
      } catch (error) {
        faults.push(error);
      }
    }

    async function takeOne(): Promise<void> {
      mayBeDue = false;
      try {
        const { isFull, begun, settled } = await take();
        mayBeDue ||= isFull;
        const end = follow(settled).finally(() => {
          open.delete(end);
          wake();
        });
        open.add(end);
        await begun;
      } catch (error) {
        faults.push(error);
      }
    }

    await takeOne();
    while (open.size > 0 || (mayBeDue && !isClosed() && faults.length === 0)) {
      if (mayBeDue && !isClosed() && faults.length === 0) await takeOne();
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    // In the same breath as the decision to stop: nobody joins a round that has looked for the last time.
    running = undefined;
    if (faults.length > 0) throw faults[0];
    return total;
  }

  return {
    run() {
      mayBeDue = true;
      wake();
      running ??= untilNothingIsDue();
      return running;
    },
    get running() {
      return running;
    },
  };
}

export function sum(one: Delivered, other: Delivered): Delivered {
  return {
    sent: one.sent + other.sent,
    retried: one.retried + other.retried,
    failed: one.failed + other.failed,
  };
}
