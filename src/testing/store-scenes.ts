import type { Pending } from "../core/registration.js";
import type { Lane, Leased, Outgoing, Store, Stored } from "../ports.js";
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

/** In the order in which {@link leaseAll} asks for them. */
export const lanes: readonly Lane[] = ["email", "phone", "event"];

/** Whether one comes before the other in a lease. */
export function inOrder(one: Outgoing, other: Outgoing): number {
  return one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1);
}

/** Leases what is due in all lanes, for a minute; at most `limit` of each lane. */
export async function leaseAll(store: Store, now: number, limit = 100): Promise<readonly Leased[]> {
  const leased: Leased[] = [];
  for (const lane of lanes) leased.push(...(await store.lease(now, now + minute, limit, lane)));
  return leased.sort(inOrder);
}

/** Leases the one entry that is due, for a minute. */
export async function leaseOne(store: Store, now: number): Promise<Leased> {
  const [leased, ...more] = await leaseAll(store, now);
  expectThat(leased !== undefined && more.length === 0, `expected one entry, but got ${leased ? more.length + 1 : 0}`);
  return leased;
}

/** What is due at `now`, in no order, leased for a minute and not given back. */
export async function dueAt(store: Store, now: number): Promise<readonly string[]> {
  return (await leaseAll(store, now, 1_000)).map(({ id }) => id).sort();
}

/** Tells what is due, one of each lane in a pass, until nothing is; the ids in the order of their telling. */
export async function drained(store: Store, now: number): Promise<readonly string[]> {
  const told: string[] = [];
  for (let pass = await leaseAll(store, now, 1); pass.length > 0; pass = await leaseAll(store, now, 1)) {
    told.push(...pass.map(({ id }) => id));
    expectThat(told.length < 1_000, "there is no end of what is due");
    await store.settle(pass.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
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
