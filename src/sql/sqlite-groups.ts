import type { Ran } from "./database.js";
import type { Batch, Statement } from "./sqlite-dialect.js";

/** What one batch came to: its own failure is no other's. */
export type Done = { readonly rans: readonly Ran[] } | { readonly error: unknown };

/** Runs batches in one transaction. Rejects where nothing of any was kept. */
export type Together = (batches: readonly (readonly Statement[])[]) => Promise<readonly Done[]>;

interface Waiting {
  readonly statements: readonly Statement[];
  readonly resolve: (rans: readonly Ran[]) => void;
  readonly reject: (error: unknown) => void;
}

/** So many share a transaction; a few milliseconds, in which the process does nothing else. */
const most = 100;

/**
 * Lets batches that are asked for in one turn of the event loop share a transaction, which costs more than what is in it.
 *
 * The first goes at once, by itself; whoever comes behind it in the same turn waits for the end of the turn. Nobody is
 * answered before the transaction is kept.
 */
export function inGroups(together: Together): Batch {
  const waiting: Waiting[] = [];
  let isGathering = false;

  async function run(group: readonly Waiting[]): Promise<void> {
    try {
      const done = await together(group.map(({ statements }) => statements));
      for (const [n, { resolve, reject }] of group.entries()) {
        const one = done[n];
        if (one !== undefined && "rans" in one) resolve(one.rans);
        else reject(one?.error);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  function gather(): void {
    isGathering = true;
    setImmediate(() => {
      const group = waiting.splice(0, most);
      if (group.length === 0) isGathering = false;
      else {
        gather();
        void run(group);
      }
    });
  }

  return (statements) =>
    new Promise((resolve, reject) => {
      waiting.push({ statements, resolve, reject });
      if (isGathering) return;
      gather();
      void run(waiting.splice(0));
    });
}
