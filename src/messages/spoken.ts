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

/** {@link Spoken} for a BCP 47 tag; `unitGap` stands between a figure and its unit where the language's data has none. */
export function spokenIn(tag: string, unitGap = ""): Spoken {
  const unit = (value: number, name: "second" | "minute" | "hour" | "day"): string => {
    const parts = new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "long" }).formatToParts(value);
    const bare = !parts.some((part) => part.type === "literal");
    return parts.map((part) => (bare && part.type === "unit" ? unitGap + part.value : part.value)).join("");
  };
  return {
    number: (value) => new Intl.NumberFormat(tag).format(value),
    plural: (count, one, other) => (new Intl.PluralRules(tag).select(count) === "one" ? one : other),
    lasting: (minutes) =>
      minutes + graceMinutes < 120
        ? unit(Math.max(1, Math.floor(minutes)), "minute")
        : unit(Math.floor((minutes + graceMinutes) / 60), "hour"),
    waiting: (seconds) => {
      const left = Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 60;
      if (left < 60) return unit(left, "second");
      if (left <= 90 * 60) return unit(Math.ceil(left / 60), "minute");
      if (left <= 36 * 3600) return unit(Math.ceil(left / 3600), "hour");
      return unit(Math.ceil(left / 86_400), "day");
    },
    country: (code) => {
      try {
        return new Intl.DisplayNames(tag, { type: "region" }).of(code) ?? code;
      } catch {
        return code;
      }
    },
    all: (items) => new Intl.ListFormat(tag, { type: "conjunction" }).format(items),
  };
}
