import type { Change, Outgoing, Store } from "../../../src/ports.js";
import { memoryStore } from "../../../src/store/memory.js";

type Verbs = Partial<Store<undefined>>;

/** A good store, with some of its verbs replaced by worse ones. */
export function worse(defect: (good: Store<undefined>) => Verbs): () => Store<undefined> {
  return () => {
    const good = memoryStore();
    return { ...good, ...defect(good) };
  };
}

/** Changes what every commit is given. */
export const committing = (change: (given: Change<undefined>) => Change<undefined>): (() => Store<undefined>) =>
  worse((good) => ({ commit: (given) => good.commit(change(given)) }));

/** Changes the outgoing entries of each commit. */
export const enqueuing = (change: (outgoing: Outgoing) => readonly Outgoing[]): (() => Store<undefined>) =>
  committing((given) => ({ ...given, outbox: given.outbox.flatMap(change) }));

/** A worse store that keeps a list of its own of the ids that were committed. */
export const knowingIds = (defect: (good: Store<undefined>, ids: ReadonlySet<string>) => Verbs) =>
  worse((good) => {
    const ids = new Set<string>();
    const verbs = defect(good, ids);
    const commit = verbs.commit ?? good.commit;
    return {
      ...verbs,
      commit: (change) => {
        ids.add(change.registration.id);
        return commit(change);
      },
    };
  });

/** Makes an account that no registration knows of, as what was written outside of its transaction. */
export async function orphan(good: Store<undefined>, account: Change["account"]): Promise<void> {
  if (account === undefined) return;
  const { id } = account.account;
  const by = "code" as const;
  const registration = {
    state: "activated",
    id: `orphan of ${id}`,
    accountId: id,
    by,
    committedAt: 0,
    keepUntil: 0,
  } as const;
  await good.commit({ base: 0, registration, account, outbox: [] });
}
