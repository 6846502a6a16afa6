import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.js";

/** Every regular expression that stands in `src/`. */
const literals = sourceFiles.flatMap(({ path, text }) => {
  const found: { readonly where: string; readonly literal: string }[] = [];
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push({ where: path, literal: node.text });
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
});

function compiled(literal: string): RegExp {
  const end = literal.lastIndexOf("/");
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}

/**
 * What a run of might be matched in more ways than one: single characters and pairs that occur in the expressions, in
 * front of an end that fits, that does not fit, and that almost fits.
 */
const units = [
  "a",
  "A",
  "0",
  "9",
  ".",
  "a.",
  "-",
  "a-",
  "@",
  "a@",
  " ",
  "\t",
  "\n",
  "\r\n",
  "\n\n",
  "\u200b",
  "\u200b ",
  "_",
  "+",
  "/",
  "\\",
  "{",
  "{token}",
  "?",
  "#",
  "[",
  "]",
  "%",
  "<",
  ">",
  "&",
  '"',
  "\u0000",
  "\u0301",
  "é",
  "😀",
  "\ud800",
  "٣",
  "４",
  "=",
  ",",
  ";",
  "q=0",
  "4.7.",
  "select",
  "$",
  "$argon2id$v=19$m=1",
  "xn--",
];
const ends = ["", "!", " x", "\n"];

/** Milliseconds on the processor of the quickest of some tries, so that a busy machine costs no more than patience. */
function quickest(work: () => void, tries: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < tries; n += 1) {
    const begun = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begun);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

/** How many times as long the second takes: 4 where a text four times as long is linear, 16 where it is a square. */
function growth(short: () => void, long: () => void): { readonly ratio: number; readonly ms: number } {
  const ms = quickest(long, 3);
  return { ratio: ms / quickest(short, 3), ms };
}

/** What an expression is used for: whether it is in a text, and what is left without it. */
function used(expression: RegExp, text: string): void {
  expression.lastIndex = 0;
  expression.test(text);
  text.replace(expression, "");
}

const adversarial = ends.flatMap((end) =>
  units.map((unit) => (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length) + end),
);
const screened = adversarial.map((textOf) => ({ textOf, text: textOf(4_000) }));

describe("every regular expression of src/", () => {
  it("is found, and none is made of text", () => {
    expect(literals.length).toBeGreaterThan(60);
    const made = sourceFiles.filter(({ text }) => /\bnew RegExp\(|[^.\w]RegExp\(/.test(text)).map(({ path }) => path);
    expect(made).toEqual([]);
  });

  it.each(literals)("takes time that grows with its text and no faster: $literal in $where (T12)", ({ literal }) => {
    const expression = compiled(literal);
    const cost = screened.map(({ textOf, text }) => ({ textOf, ms: quickest(() => used(expression, text), 2) }));
    const worst = cost.sort((one, other) => other.ms - one.ms).slice(0, 3);
    for (const { textOf } of worst) {
      const [short, long] = [textOf(25_000), textOf(100_000)];
      const { ratio, ms } = growth(
        () => used(expression, short),
        () => used(expression, long),
      );
      if (ms > quickEnoughMs)
        expect(ratio, `${JSON.stringify(long.slice(0, 40))} took ${ms.toFixed(1)} ms`).toBeLessThan(8);
    }
  });

  it("would be caught if it took the square of its length", () => {
    const expression = /a+$/;
    const [short, long] = [`${"a".repeat(5_000)}!`, `${"a".repeat(20_000)}!`];
    const { ratio } = growth(
      () => used(expression, short),
      () => used(expression, long),
    );
    expect(ratio).toBeGreaterThan(8);
  });
});

/** Far above what a linear pass over 100,000 characters takes, far below what a square of them does. */
const quickEnoughMs = 20;
