import type { Change, Lane, Leased, Outgoing, Store } from "../../../src/ports.js";
import { memoryStore } from "../../../src/store/memory.js";
import { inOrder } from "../../../src/testing/store-scenes.js";

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

/** A lease that somebody was given. */
export interface Held extends Leased {
  readonly until: number;
}

/** A worse store that remembers of each lease what was leased, and until when. */
export const knowingLeases = (
  defect: (good: Store<undefined>, leases: ReadonlyMap<string, Held>) => Partial<Store<undefined>>,
) =>
  worse((good) => {
    const leases = new Map<string, Held>();
    const verbs = defect(good, leases);
    const lease = verbs.lease ?? good.lease;
    return {
      ...verbs,
      lease: async (now, until, ...rest) => {
        const leased = await lease(now, until, ...rest);
        for (const one of leased) leases.set(one.id, { ...one, until });
        return leased;
      },
    };
  });

/** Leases nothing after all: what was leased is free again, and no attempt is counted. */
export async function giveBack(good: Store<undefined>, leased: readonly Leased[]): Promise<void> {
  await good.settle(leased.map(({ id, lease, dueAt }) => ({ id, lease, outcome: "retry", dueAt, untried: true })));
}

/** Leases all that is due in those lanes, chooses of it what to hand out, and gives the rest back; one pass at a time. */
export function choosing(good: Store<undefined>) {
  let last: Promise<unknown> = Promise.resolve();
  return (
    [now, until, limit]: Parameters<Store["lease"]>,
    from: readonly Lane[],
    choose: (due: readonly Leased[]) => readonly Leased[],
  ): Promise<readonly Leased[]> => {
    const pass = async (): Promise<readonly Leased[]> => {
      const due: Leased[] = [];
      if (limit > 0) for (const lane of from) due.push(...(await good.lease(now, until, 1_000, lane)));
      const chosen = choose(due.sort(inOrder)).slice(0, limit);
      await giveBack(
        good,
        due.filter((one) => !chosen.includes(one)),
      );
      return chosen;
    };
    const answer = last.then(pass);
    last = answer;
    return answer;
  };
}

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
