import type { Lane, Leased, Outgoing, Store } from "../ports.js";
import type { Clause } from "./clause.js";
import { activationOf, eventOf, messageOf, newYear, noticeOf, pendingRegistration, phoneOf } from "./examples.js";
import { expectEqual } from "./expect.js";
import { inOrder, lanes, minute } from "./store-scenes.js";

const number = phoneOf("+447400123456", "GB", "mobile");
const ada = pendingRegistration();
const bob = pendingRegistration({ id: "registration-2", identifier: number });
const carol = pendingRegistration({ id: "registration-3", identifier: phoneOf("+447400123457", "GB", "mobile") });

const idsOf = (leased: readonly Outgoing[]): readonly string[] => leased.map(({ id }) => id);

async function leasedAt(store: Store, now: number, lane: Lane, limit = 100): Promise<readonly string[]> {
  return idsOf(await store.lease(now, now + minute, limit, lane));
}

/** An entry of that lane, of a registration of its own: no event waits for another. */
function entryOf(lane: Lane, id: string, dueAt: number): Outgoing {
  const registrationId = `of ${id}`;
  if (lane === "event") return eventOf(registrationId, id, dueAt);
  return messageOf(lane === "phone" ? bob : ada, { id, registrationId, dueAt });
}

/** Commits each entry by itself, in that order. */
async function committing(store: Store, entries: readonly Outgoing[]): Promise<Store> {
  for (const outgoing of entries) {
    const registration = pendingRegistration({ id: outgoing.registrationId });
    await store.commit({ base: 0, registration, outbox: [outgoing] });
  }
  return store;
}

/** Due at two moments, in another order than they are named; in bytes, capitals come before small letters. */
const [soon, late] = [newYear, newYear + 1];
const shuffled: readonly (readonly [id: string, dueAt: number])[] = [
  ["b", soon],
  ["C", late],
  ["a", late],
  ["c", soon],
  ["B", soon],
  ["A", late],
  ["a2", soon],
  ["a10", soon],
];
const ordered = ["B", "a10", "a2", "b", "c", "A", "C", "a"];

/** What a store promises of the lanes of its outbox: whose entries a pass is given, and in which order. */
export const storeLaneClauses: readonly Clause<Store>[] = [
  {
    promise: "each lane gives its own entries and touches no others, whatever their registrations are by now",
    async check(make) {
      const store = await make();
      const changed = { ...ada, identifier: number, challenge: { ...ada.challenge, serial: 2 } };
      const [first, second] = [messageOf(ada), messageOf(changed, { id: "message to her number" })];
      const [hers, his] = [eventOf(ada.id, "event-1"), eventOf(bob.id, "event-2")];
      const [other, notice] = [messageOf(bob), noticeOf(carol)];
      await store.commit({ base: 0, registration: ada, outbox: [first, hers] });
      await store.commit({ base: 1, registration: changed, outbox: [second] });
      await store.commit({ base: 0, registration: bob, outbox: [other, his] });
      await store.commit({ base: 0, registration: carol, outbox: [] });
      await store.commit({ ...activationOf(carol, "account-3"), outbox: [notice] });
      const own = { email: [first], phone: [other, second, notice], event: [hers, his] };
      for (const lane of ["phone", "event", "email"] as const) {
        const leased = await store.lease(newYear, newYear + minute, 100, lane);
        expectEqual(
          leased.map(({ id, dueAt, entry, attempt }) => ({ id, dueAt, entry, attempt })),
          own[lane].map(({ id, dueAt, entry }) => ({ id, dueAt, entry, attempt: 1 })),
          `the lane of ${lane}`,
        );
      }
    },
  },
  {
    promise: "a lane gives as many as limit allows, however many the others hold that are longer due",
    async check(make) {
      for (const [n, lane] of lanes.entries()) {
        const others = lanes.filter((other) => other !== lane);
        const crowd = Array.from({ length: 12 }, (_, k) => entryOf(others[k % 2] ?? lane, `other-${k}`, newYear));
        const own = ["own-1", "own-2", "own-3"].map((id, k) => entryOf(lane, id, newYear + 1 + k));
        const store = await committing(await make(), n % 2 === 0 ? [...crowd, ...own] : [...own, ...crowd]);
        expectEqual(await leasedAt(store, newYear + minute, lane, 2), ["own-1", "own-2"], "the first pass");
        expectEqual(await leasedAt(store, newYear + minute, lane, 2), ["own-3"], "the second pass");
        for (const other of others) {
          expectEqual((await leasedAt(store, newYear + minute, other)).length, 6, "what the others have left");
        }
      }
    },
  },
  {
    promise: "a lane gives what is due by its due time, then by its id in bytes",
    async check(make) {
      for (const lane of lanes) {
        const store = await committing(
          await make(),
          shuffled.map(([id, dueAt]) => entryOf(lane, id, dueAt)),
        );
        expectEqual(await leasedAt(store, newYear + minute, lane), ordered, `the lane of ${lane}`);
      }
    },
  },
  {
    promise: "a pass of few takes the first of a lane, by due time and then by id",
    async check(make) {
      for (const lane of lanes) {
        const store = await committing(
          await make(),
          shuffled.map(([id, dueAt]) => entryOf(lane, id, dueAt)),
        );
        const passes: (readonly string[])[] = [];
        for (let pass = 0; pass < 4; pass += 1) passes.push(await leasedAt(store, newYear + minute, lane, 3));
        const expected = [ordered.slice(0, 3), ordered.slice(3, 6), ordered.slice(6), []];
        expectEqual(passes, expected, `the passes of the lane of ${lane}`);
      }
    },
  },
  {
    promise: "an entry that was put off comes in the order of its new due time",
    async check(make) {
      for (const lane of lanes) {
        const entries = ["a", "b", "c"].map((id, n) => entryOf(lane, id, newYear + n));
        const store = await committing(await make(), entries);
        const [first] = await store.lease(newYear, newYear + minute, 1, lane);
        await store.settle([{ id: "a", lease: first?.lease ?? "", outcome: "retry", dueAt: newYear + 2 }]);
        expectEqual(await leasedAt(store, newYear + 2, lane), ["b", "a", "c"], `the lane of ${lane}`);
      }
    },
  },
  {
    promise: "of passes in all lanes at once, each entry goes to one, in its own lane",
    async check(make) {
      const entries = lanes.flatMap((lane) =>
        Array.from({ length: 14 }, (_, n) => entryOf(lane, `${lane}-${n}`, newYear + (n % 3))),
      );
      const store = await committing(await make(), entries);
      const taken: Leased[] = [];
      const strays: string[] = [];
      const process = async (lane: Lane): Promise<void> => {
        for (let pass = 0; pass < 4; pass += 1) {
          const leased = await store.lease(newYear + minute, newYear + 2 * minute, 2, lane);
          taken.push(...leased);
          strays.push(...idsOf(leased).filter((id) => !id.startsWith(`${lane}-`)));
          await store.settle(leased.map(({ id, lease }) => ({ id, lease, outcome: "sent" })));
        }
      };
      await Promise.all([...lanes, ...lanes, ...lanes].map(process));
      for (const lane of lanes) taken.push(...(await store.lease(newYear + minute, newYear + 2 * minute, 100, lane)));
      expectEqual(strays, [], "what went to another lane");
      expectEqual(idsOf(taken.sort(inOrder)), idsOf(entries.sort(inOrder)), "what was leased in all");
    },
  },
];
