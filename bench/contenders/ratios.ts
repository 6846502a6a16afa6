import { cost, type Figures, type Place, rate, type Spread } from "./figures.js";
import type { Measured, Name } from "./task.js";

/** One thing that the benchmark is there to show. */
export interface Ratio extends Place {
  readonly says: string;
  readonly beside: Name;
  readonly ratio: Spread;
  /** What was set out to be reached; absent where the figure is only told. */
  readonly wanted?: { readonly least: number } | { readonly most: number };
}

interface Comparison {
  readonly says: string;
  readonly name: Name;
  readonly beside: Name;
  readonly of: (measured: Measured) => number;
  readonly applies: (place: Omit<Place, "name">) => boolean;
  readonly wanted: (place: Omit<Place, "name">) => Ratio["wanted"];
}

const signUp = ({ work }: Omit<Place, "name">) => work === "sign-up";
const noHash = ({ hash }: Omit<Place, "name">) => hash === "none";
const inverse = (of: (measured: Measured) => number) => (measured: Measured) => 1 / of(measured);

/** On the same ground, in the same run: how often as many people in a second, or how often the processor time. */
const comparisons: readonly Comparison[] = [
  {
    says: "people a second, by better-auth's",
    name: "porchlight",
    beside: "better-auth",
    of: rate,
    applies: () => true,
    wanted: (place) => {
      if (!signUp(place) || !noHash(place)) return undefined;
      return { least: place.storage === "memory" ? 20 : place.storage === "sqlite" ? 5 : 4 };
    },
  },
  {
    says: "people a second, by the hand-written floor's",
    name: "porchlight",
    beside: "hand-written",
    of: rate,
    applies: () => true,
    wanted: (place) => (signUp(place) && noHash(place) && place.storage !== "memory" ? { least: 0.4 } : undefined),
  },
  {
    says: "people a second over HTTP, by better-auth's handler's",
    name: "porchlight-http",
    beside: "better-auth-http",
    of: rate,
    applies: noHash,
    wanted: (place) => (signUp(place) ? { least: 4 } : undefined),
  },
  {
    says: "processor time over HTTP, by that of the direct call",
    name: "porchlight-http",
    beside: "porchlight",
    of: cost,
    applies: noHash,
    wanted: (place) => (signUp(place) ? { most: 1.35 } : undefined),
  },
  {
    says: "raw Argon2's processor time, by that of a sign-up",
    name: "porchlight",
    beside: "raw",
    of: inverse(cost),
    applies: (place) => !noHash(place),
    wanted: (place) => (signUp(place) ? { least: 0.97 } : undefined),
  },
  {
    says: "raw Argon2's processor time, by that of a sign-up in the process itself",
    name: "porchlight",
    beside: "raw",
    of: inverse(({ ownMicros }) => ownMicros),
    applies: (place) => !noHash(place),
    wanted: () => undefined,
  },
  {
    says: "people a second, by raw Argon2's",
    name: "porchlight",
    beside: "raw",
    of: rate,
    applies: (place) => !noHash(place),
    wanted: (place) => (signUp(place) && place.argon2 === "node-rs" ? { least: 0.95 } : undefined),
  },
];

export function ratiosOf(figures: Figures): readonly Ratio[] {
  const grounds = new Map(
    figures.all().map(({ storage, hash, argon2, work, atOnce }) => {
      const ground = { storage, hash, argon2, work, atOnce };
      return [JSON.stringify(ground), ground];
    }),
  );
  const alike = [...grounds.values()].flatMap((ground) =>
    comparisons
      .filter(({ applies }) => applies(ground))
      .flatMap(({ says, name, beside, of, wanted }) => {
        const ratio = figures.ratio({ ...ground, name }, { ...ground, name: beside }, of);
        const aim = wanted(ground);
        return ratio ? [{ ...ground, says, name, beside, ratio, ...(aim && { wanted: aim }) }] : [];
      }),
  );
  return [...alike, ...acrossPackages(figures, [...grounds.values()])];
}

/** What the choice of the package gives a host, beside somebody who hashes with the other. */
function acrossPackages(figures: Figures, grounds: readonly Omit<Place, "name">[]): readonly Ratio[] {
  return grounds
    .filter(({ argon2, work }) => argon2 === "node-rs" && work === "sign-up")
    .flatMap((ground) => {
      const name = "porchlight";
      const beside = "better-auth";
      const ratio = figures.ratio({ ...ground, name }, { ...ground, argon2: "argon2", name: beside }, rate);
      const says = "people a second with @node-rs/argon2, by better-auth's with argon2";
      return ratio ? [{ ...ground, says, name, beside, ratio, wanted: { least: 2 } }] : [];
    });
}
