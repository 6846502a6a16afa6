import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dataModule } from "../../../scripts/blocklist/data-module.js";
import { allOf, readEntries } from "../../../scripts/blocklist/entries.js";
import { buildFuse } from "../../../scripts/blocklist/fuse.js";
import { falsePositives, shippedSize, timesOf } from "../../../scripts/blocklist/measure.js";
import { randomTexts } from "../../../scripts/blocklist/random-texts.js";
import { isBlocklisted } from "../../../src/values/blocklist.js";
import { foldPassword, isCommonPassword } from "../../../src/values/common-password.js";
import { checkPassword, type PasswordRules } from "../../../src/values/password.js";

const entries = readEntries();
const { long, medium, short } = entries;
const all = allOf(entries);

const isCommon = (typed: string, rules?: Partial<PasswordRules>): boolean => {
  const checked = checkPassword(typed, { rules, blocklist: isBlocklisted });
  return !checked.ok && checked.problems.every(({ code }) => code === "password_common");
};

describe("the blocklist", () => {
  it("is what its script makes of its source", () => {
    const committed = readFileSync(new URL("../../../src/values/blocklist-data.ts", import.meta.url), "utf8");
    expect(dataModule(buildFuse(all)) === committed, "npm run blocklist").toBe(true);
  });

  it("holds 9,728 entries of 15 and more code points, each refused by the default rules", () => {
    expect(long).toHaveLength(9_728);
    expect(long.filter((entry) => !isCommon(entry))).toEqual([]);
    // Not for their shape: 9,538 of them are known from the list alone.
    expect(long.filter((entry) => !isCommonPassword(entry))).toHaveLength(9_538);
  });

  it("holds 28,000 of 8 to 14, each refused where a host lowers the minimum to 8", () => {
    expect(medium).toHaveLength(28_000);
    expect(medium.filter((entry) => !isCommon(entry, { minLength: 8 }))).toEqual([]);
  });

  it("refuses each of the shorter 32,000 repeated to 15 code points and further", () => {
    const repeated = [...medium, ...short].map((entry) => entry.repeat(Math.ceil(15 / entry.length)));
    expect(new Set(repeated).size).toBeGreaterThan(31_900);
    expect(repeated.filter((typed) => !isCommon(typed))).toEqual([]);
    expect(repeated.filter((typed) => !isBlocklisted(typed.repeat(3)) && !isCommonPassword(typed))).toEqual([]);
    expect(isCommon("Qwe123qwe123QWE123")).toBe(true);
  });

  it("counts neither case nor width", () => {
    for (const entry of long.slice(0, 1_000)) expect(isBlocklisted(entry.toUpperCase())).toBe(true);
    expect(isBlocklisted("ｐａｓｓｗｏｒｄｓｔａｎｄａｒｄ")).toBe(true);
  });

  it("compares whole values: an entry with ten random characters behind it or before it passes", () => {
    const tails = [...randomTexts(long.length)].map((text) => text.slice(0, 10));
    // One in 65,536 may be taken for an entry; of these, none is.
    const refused = long.filter((entry, at) => isBlocklisted(entry + tails[at]) || isBlocklisted(tails[at] + entry));
    expect(refused).toEqual([]);
    expect(checkPassword(`passwordstandard${tails[0]}`, { blocklist: isBlocklisted }).ok).toBe(true);
  });

  it("takes fewer than one in 10,000 strangers for an entry, by a million random passwords", () => {
    const expected = 1_000_000 / 2 ** 16;
    const taken = falsePositives(isBlocklisted);
    expect(taken).toBeGreaterThan(0);
    // Five standard deviations above what 16 bits promise, and far below the 100 that are allowed.
    expect(taken).toBeLessThan(expected + 5 * Math.sqrt(expected));
  });

  it("ships in less than 150,000 bytes", () => {
    expect(shippedSize().bytes).toBeLessThan(150_000);
    expect(shippedSize().bytes).toBeGreaterThan(all.length * 2);
  });

  it("is looked up for the price of a few walks over the text, whatever is typed", () => {
    const typed = [
      [...randomTexts(20_000)],
      Array(2_000).fill("🐢🔑".repeat(128)),
      Array(2_000).fill("ab1".repeat(341)),
    ];
    // Side by side, for a busy machine slows both; `npm run blocklist` prints the microseconds.
    const ratioOf = (texts: readonly string[]) => median(timesOf(isBlocklisted, texts)) / median(timesOf(walk, texts));
    for (const texts of typed) expect(median([1, 2, 3].map(() => ratioOf(texts)))).toBeLessThan(5);
  });

  it("is asked only where it is given", () => {
    expect(checkPassword("passwordstandard").ok).toBe(true);
    expect(isCommon("passwordstandard")).toBe(true);
  });

  it("is not asked about what is too short or too long to be kept", () => {
    const asked: string[] = [];
    const blocklist = (password: string) => asked.push(password) > 0;
    for (const typed of ["spitfire", "m".repeat(257), "\0".repeat(15), "password standard"]) {
      checkPassword(typed, { blocklist });
    }
    expect(asked).toEqual(["password standard"]);
    expect(checkPassword("spitfire", { blocklist: isBlocklisted })).toMatchObject({
      problems: [{ code: "password_too_short" }],
    });
  });

  it("names the closest reason, and no second one", () => {
    const context = { service: ["Password Standard"] };
    expect(checkPassword("passwordstandard", { context, blocklist: isBlocklisted })).toMatchObject({
      problems: [{ code: "password_guessable", facts: { from: "service" } }],
    });
  });
});

describe("the source of the blocklist", () => {
  it("is read folded, and each entry once", () => {
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((entry) => entry !== entry.normalize("NFKC").toLowerCase())).toEqual([]);
  });
});

/** One walk over a text as it is compared: the least that any look-up does. */
function walk(text: string): boolean {
  const folded = foldPassword(text);
  let sum = 0;
  for (let at = 0; at < folded.length; at += 1) sum = Math.imul(sum ^ folded.charCodeAt(at), 16_777_619);
  return sum === 1;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
}
