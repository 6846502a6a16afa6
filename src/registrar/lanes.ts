/** Entries under way, a few of each group at a time, while the rest of the group waits. */
export interface Lanes<Entry> {
  /** Resolves when nothing waits and nothing is under way. */
  readonly done: Promise<void>;
  /** What has not begun yet, and now never will. */
  takeBack(): readonly Entry[];
}

/** Works through groups side by side, in their order, each at most so many `atOnce`; `work` must not throw. */
export function openLanes<Entry extends object>(
  groups: readonly { readonly entries: readonly Entry[]; readonly atOnce: number }[],
  work: (entry: Entry) => Promise<void>,
): Lanes<Entry> {
  const lines = groups.map(({ entries, atOnce }) => ({ waiting: [...entries], atOnce }));
  async function lane(waiting: Entry[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  }
  const lanes = lines.flatMap(({ waiting, atOnce }) => Array.from({ length: atOnce }, () => lane(waiting)));
  return {
    done: Promise.all(lanes).then(() => undefined),
    takeBack: () => lines.flatMap(({ waiting }) => waiting.splice(0)),
  };
}
