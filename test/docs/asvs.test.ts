import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../docs/asvs.md", import.meta.url), "utf8");
const [, met = "", shared = "", unclaimed = ""] = page.split(/^## .*$/m);
const rowsOf = (section: string) =>
  section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Item"))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
const itemsOf = (section: string): readonly string[] =>
  rowsOf(section).flatMap(([, items = ""]) => items.match(/\b\d+\.\d+\.\d+\b/g) ?? []);

const range = (chapter: string, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => `${chapter}.${first + n}`);

/** What the design says that the SDK meets by itself. */
const claimed = [
  ...["1.1.1", "1.3.11", "1.3.12", "2.2.1", "2.2.3", ...range("2.3", 1, 4)],
  ...["6.2.1", "6.2.4", "6.2.5", "6.2.8", "6.2.9", "6.2.11", "6.2.12", "6.3.8", "6.4.1", "6.4.2"],
  ...[...range("6.5", 1, 5), "6.6.2", "6.6.3", ...range("9.1", 1, 3), ...range("9.2", 1, 4)],
  ...["11.2.4", "11.4.2", "11.5.1", "15.3.3", "15.3.5", "15.3.6", "15.4.2", "16.2.5", "16.4.1", ...range("16.5", 1, 3)],
];
/** What it shares; of these `11.1`, `13.3` and `16.3` are met in part, and the rest of each is among what is not claimed. */
const halved = [
  ...["1.2.1", "1.2.4", "2.4.1", "3.4.5", "3.5.1", "3.5.3", "3.7.2", ...range("6.1", 1, 3), "6.2.6", "6.2.7", "6.6.1"],
  ...["14.2.1", "14.2.7", "14.3.2", "15.3.4"],
];
const halvedOrNot = [...range("11.1", 1, 4), ...range("13.3", 1, 4), ...range("16.3", 1, 4)];

describe("docs/asvs.md", () => {
  it("lists every item that the SDK claims or shares", () => {
    expect(claimed.filter((item) => !itemsOf(met).includes(item))).toEqual([]);
    expect(halved.filter((item) => !itemsOf(shared).includes(item))).toEqual([]);
    const decided = [...itemsOf(shared), ...itemsOf(unclaimed)];
    expect(halvedOrNot.filter((item) => !decided.includes(item))).toEqual([]);
  });

  it("lists each once", () => {
    const all = [...itemsOf(met), ...itemsOf(shared)];
    expect(all.filter((item, n) => all.indexOf(item) !== n)).toEqual([]);
  });

  it("names a test for each item that it claims or shares", () => {
    const rows = [...rowsOf(met), ...rowsOf(shared)].filter(([, items = ""]) => /^\d/.test(items));
    expect(rows.length).toBeGreaterThan(60);
    const unshown = rows.filter((cells) => !/`test\/[a-z0-9/.-]+\.test\.ts`/.test(cells.at(-2) ?? ""));
    expect(unshown.map(([, items]) => items)).toEqual([]);
  });

  it("says of each item that it does not claim why not", () => {
    const rows = rowsOf(unclaimed).filter(([, items = ""]) => /^\d/.test(items));
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(([, , why = ""]) => why.length < 20)).toEqual([]);
  });
});
