import type { Figure } from "./measure.js";

/** Prints a title and rows in columns; the first is text, the others stand to the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  console.log(`\n${title}\n`);
  for (const row of [head, widths.map((width) => "-".repeat(width)), ...rows]) console.log(`  ${line(row)}`);
}

/** Microseconds and times in a second. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  printTable(
    title,
    ["", "median µs", "p75 µs", "per second"],
    figures.map(({ name, median, upper }) => [name, micros(median), micros(upper), perSecond(median)]),
  );
}

export function micros(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

export function perSecond(microseconds: number): string {
  return Number((1_000_000 / microseconds).toPrecision(3)).toLocaleString("en");
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
