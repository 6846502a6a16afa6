import type { Pending } from "../core/registration.js";
import type { Leased, Outgoing, Store, Stored } from "../ports.js";
import { activationOf } from "./examples.js";
import { expectThat } from "./expect.js";

/** Long enough for any pass of the examples. */
export const minute = 60_000;

/** A store in which these are pending, each at version 1. */
export async function holding(make: () => Promise<Store>, ...pending: readonly Pending[]): Promise<Store> {
  const store = await make();
  for (const registration of pending) await store.commit({ base: 0, registration, outbox: [] });
  return store;
}

/** A store in which this one is pending, with what it sends. */
export async function sending(
  make: () => Promise<Store>,
  registration: Pending,
  ...outbox: readonly Outgoing[]
): Promise<Store> {
  const store = await make();
  await store.commit({ base: 0, registration, outbox });
  return store;
}

/** A store in which this one was activated, as `account-1`. */
export async function withAccount(make: () => Promise<Store>, pending: Pending): Promise<Store> {
  const store = await holding(make, pending);
  await store.commit(activationOf(pending, "account-1"));
  return store;
}

/** The row, which must still be pending. */
export function pendingIn(row: Stored | undefined): Pending {
  expectThat(row?.registration.state === "pending", "the registration is not pending");
  return row.registration;
}

/** Leases the one entry that is due, for a minute. */
export async function leaseOne(store: Store, now: number): Promise<Leased> {
  const [leased, ...more] = await store.lease(now, now + minute, 10);
  expectThat(leased !== undefined && more.length === 0, `expected one entry, but got ${leased ? more.length + 1 : 0}`);
  return leased;
}

/** What is due at `now`, in no order, leased for a millisecond. */
export async function dueAt(store: Store, now: number): Promise<readonly string[]> {
  return (await store.lease(now, now + 1, 1_000)).map(({ id }) => id).sort();
}

/** Tells what is due, pass after pass, until nothing is; the ids in the order of their telling. */
export async function drained(store: Store, now: number, limit = 1): Promise<readonly string[]> {
  const told: string[] = [];
  for (let pass = await store.lease(now, now + minute, limit); pass.length > 0; ) {
    told.push(...pass.map(({ id }) => id));
    await store.settle(pass.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
    pass = await store.lease(now, now + minute, limit);
  }
  return told;
}

/** Lets other work go first, and what it waits for. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Starts both together; in other rounds one of them a little later, so that they meet at another place. */
export async function atOnce<One, Other>(
  round: number,
  one: () => Promise<One>,
  other: () => Promise<Other>,
): Promise<readonly [One, Other]> {
  const lag = (round % 5) - 2;
  const later = async <Answer>(late: number, work: () => Promise<Answer>): Promise<Answer> => {
    if (late > 0) await turns(late);
    return work();
  };
  return Promise.all([later(-lag, one), later(lag, other)]);
}
