import { median } from "../measure.js";
import type { Argon2Package, HashName, Storage } from "./contender.js";
import type { Measured, Name, Work } from "./task.js";

/** Where one figure belongs. */
export interface Place {
  readonly storage: Storage;
  readonly hash: HashName;
  readonly argon2: Argon2Package;
  readonly work: Work;
  readonly atOnce: number;
  readonly name: Name;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What one contender came to over all runs. */
export interface Figure extends Place {
  readonly perSecond: Spread;
  /** Processor time of one person in the contender's own process, hashing threads included, in µs. */
  readonly ownMicros: Spread;
  /** The same in the processes of the database's server; 0 where there are none. */
  readonly serverMicros: Spread;
}

/** Everything that was measured, by place and run. */
export class Figures {
  readonly #runs = new Map<string, { readonly place: Place; readonly measured: Measured[] }>();

  add(place: Omit<Place, "work" | "atOnce">, measured: readonly Measured[]): void {
    for (const one of measured) {
      const whole = { ...place, work: one.work, atOnce: one.atOnce };
      const kept = this.#runs.get(keyOf(whole)) ?? { place: whole, measured: [] };
      this.#runs.set(keyOf(whole), { ...kept, measured: [...kept.measured, one] });
    }
  }

  all(): readonly Figure[] {
    return [...this.#runs.values()].map(({ place, measured }) => ({
      ...place,
      perSecond: spread(measured.map(rate), 0),
      ownMicros: spread(
        measured.map(({ ownMicros }) => ownMicros),
        0,
      ),
      serverMicros: spread(
        measured.map(({ serverMicros }) => serverMicros),
        0,
      ),
    }));
  }

  /** `cost` of `one` by that of `other`, run by run; undefined where either was not measured. */
  ratio(one: Place, other: Place, cost: (measured: Measured) => number): Spread | undefined {
    const [ours, theirs] = [this.#runs.get(keyOf(one)), this.#runs.get(keyOf(other))];
    if (!ours || !theirs) return undefined;
    const pairs = ours.measured.flatMap((mine, run) => {
      const beside = theirs.measured[run];
      return beside ? [cost(mine) / cost(beside)] : [];
    });
    return spread(pairs, 3);
  }
}

export const rate = ({ people, seconds }: Measured): number => people / seconds;

/** Processor time of one person, the database's included. */
export const cost = ({ ownMicros, serverMicros }: Measured): number => ownMicros + serverMicros;

const keyOf = ({ storage, hash, argon2, work, atOnce, name }: Place): string =>
  [storage, hash, argon2, work, atOnce, name].join("/");

function spread(numbers: readonly number[], digits: number): Spread {
  const rounded = (value: number) => Number(value.toFixed(digits));
  return { median: rounded(median(numbers)), min: rounded(Math.min(...numbers)), max: rounded(Math.max(...numbers)) };
}
