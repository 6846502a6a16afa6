import { remembered } from "./remembered.js";

/** Numbers, times, countries and lists as one language writes them. */
export interface Spoken {
  /** `1,024`, `1.024`. */
  readonly number: (value: number) => string;
  /** The form of a word that goes with a count, where a language has two. */
  readonly plural: (count: number, one: string, other: string) => string;
  /** How long something is valid: whole minutes, and whole hours from two hours on. */
  readonly lasting: (minutes: number) => string;
  /** How long to wait: rounded up, so that whoever waits as told does not come too early. */
  readonly waiting: (seconds: number) => string;
  /** A country by its ISO 3166 code; a code that nobody knows is given back as it is. */
  readonly country: (code: string) => string;
  /** `a, b and c`. */
  readonly all: (items: readonly string[]) => string;
}

/** A message that says "8 hours" some minutes after they began is still right for whoever reads it. */
const graceMinutes = 5;

type Unit = "second" | "minute" | "hour" | "day";

/** {@link Spoken} for a BCP 47 tag; `unitGap` stands between a figure and its unit where the language's data has none. */
export function spokenIn(tag: string, unitGap = ""): Spoken {
  // Made when first needed: making one costs fifty times as much as using it.
  const inUnits = (unit: Unit) => {
    const format = lazy(() => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "long" }));
    return remembered((value: number) => {
      const parts = format().formatToParts(value);
      const bare = !parts.some((part) => part.type === "literal");
      return parts.map((part) => (bare && part.type === "unit" ? unitGap + part.value : part.value)).join("");
    });
  };
  const units = { second: inUnits("second"), minute: inUnits("minute"), hour: inUnits("hour"), day: inUnits("day") };
  const numbers = lazy(() => new Intl.NumberFormat(tag));
  const plurals = lazy(() => new Intl.PluralRules(tag));
  const countries = lazy(() => new Intl.DisplayNames(tag, { type: "region" }));
  const lists = lazy(() => new Intl.ListFormat(tag, { type: "conjunction" }));
  return {
    number: (value) => numbers().format(value),
    plural: (count, one, other) => (plurals().select(count) === "one" ? one : other),
    lasting: (minutes) =>
      minutes + graceMinutes < 120
        ? units.minute(Math.max(1, Math.floor(minutes)))
        : units.hour(Math.floor((minutes + graceMinutes) / 60)),
    waiting: (seconds) => {
      const left = Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 60;
      if (left < 60) return units.second(left);
      if (left <= 90 * 60) return units.minute(Math.ceil(left / 60));
      if (left <= 36 * 3600) return units.hour(Math.ceil(left / 3600));
      return units.day(Math.ceil(left / 86_400));
    },
    country: (code) => {
      try {
        return countries().of(code) ?? code;
      } catch {
        return code;
      }
    },
    all: (items) => lists().format(items),
  };
}

/** Makes a thing when it is first asked for. */
function lazy<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
