import { printTable } from "../table.js";
import type { Figure, Spread } from "./figures.js";
import type { Ratio } from "./ratios.js";

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const ranged = ({ median, min, max }: Spread, say: (value: number) => string): string =>
  `${say(median)} (${say(min)} to ${say(max)})`;

export function printFigures(figures: readonly Figure[]): void {
  printTable(
    "people in a second, and processor time of each in its process and in the database's, in µs",
    ["", "at once", "per second", "µs, own", "µs, database"],
    figures.map((figure) => [
      `${figure.storage} ${figure.hash} ${figure.argon2} ${figure.work} ${figure.name}`,
      String(figure.atOnce),
      ranged(figure.perSecond, whole),
      ranged(figure.ownMicros, whole),
      ranged(figure.serverMicros, whole),
    ]),
  );
}

export function printRatios(ratios: readonly Ratio[]): void {
  printTable(
    "side by side, in the median of the runs",
    ["", "at once", "ratio", "wanted"],
    ratios.map(({ says, storage, hash, argon2, work, atOnce, ratio, wanted }) => [
      `${storage} ${hash} ${argon2} ${work}: ${says}`,
      String(atOnce),
      ranged(ratio, (value) => value.toFixed(2)),
      wanted === undefined ? "" : `${bound(wanted)} ${reached(ratio, wanted) ? "reached" : "NOT REACHED"}`,
    ]),
  );
}

const bound = (wanted: NonNullable<Ratio["wanted"]>): string =>
  "least" in wanted ? `>= ${wanted.least}` : `<= ${wanted.most}`;

function reached({ median }: Spread, wanted: NonNullable<Ratio["wanted"]>): boolean {
  return "least" in wanted ? median >= wanted.least : median <= wanted.most;
}
