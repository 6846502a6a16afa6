import { printTable } from "../table.js";
import { createCrowd } from "./crowd.js";
import type { Kind } from "./kept.js";
import { someAccounts } from "./people.js";
import { inRounds, type Rounds, spread, times } from "./rounds.js";

/** Prints complete sign-ups in a second on every store, side by side, and how many round trips each of them took. */
export async function benchSignUps(kinds: readonly Kind[], how: Rounds & { readonly turnMs: number }): Promise<void> {
  const subjects = await Promise.all(
    kinds.map(async ({ name, open }) => {
      const kept = await open(someAccounts);
      return { name, kept, crowd: createCrowd(kept.store), trips: 0, people: 0 };
    }),
  );
  for (const atOnce of [1, 8, 32]) {
    for (const subject of subjects) Object.assign(subject, { trips: 0, people: 0 });
    const came = await inRounds(subjects, how, async (subject) => {
      const { kept, crowd } = subject;
      await kept.tidy();
      const before = kept.trips();
      const { micros, people } = await crowd.signUp(atOnce, how.turnMs);
      subject.trips += kept.trips() - before;
      subject.people += people;
      return micros;
    });
    const [first = []] = came;
    printTable(
      `complete sign-ups, ${atOnce} at once`,
      ["", "per second", `cost, times that of ${subjects[0]?.name}`, "round trips each"],
      subjects.map(({ name, trips, people }, n) => {
        const costs = came[n] ?? [];
        const rates = costs.map((micros) => 1_000_000 / micros);
        return [name, spread(rates), spread(times(costs, first)), (trips / people).toFixed(1)];
      }),
    );
  }
  for (const { kept, crowd } of subjects) {
    await crowd.close();
    await kept.drop();
  }
}
