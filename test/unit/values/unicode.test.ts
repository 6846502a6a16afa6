import { describe, expect, it } from "vitest";
import { foldDigits, hasUnseen, trim, withoutIgnorables } from "../../../src/values/unicode.js";

const everyCodePoint = Array.from({ length: 0x110000 }, (_, point) => String.fromCodePoint(point));

describe("foldDigits", () => {
  const digits = everyCodePoint.filter((character) => /\p{Nd}/u.test(character));

  it("gives one ASCII digit for every decimal digit, from zero to nine in turn", () => {
    const folded = foldDigits(digits.join(""));
    expect(digits.length).toBeGreaterThanOrEqual(680);
    expect(folded).toBe("0123456789".repeat(digits.length / 10));
  });

  it.each(["arab", "arabext", "deva", "beng", "fullwide", "thai", "tibt", "mathsanb", "mathmono", "olck"])(
    "agrees with the numbering system %s",
    (numberingSystem) => {
      const format = new Intl.NumberFormat("en", { numberingSystem, useGrouping: false });
      expect(format.format(9_876_543_210)).not.toBe("9876543210");
      expect(foldDigits(format.format(9_876_543_210))).toBe("9876543210");
    },
  );

  it("leaves superscripts, circled and Chinese numerals as they are", () => {
    expect(foldDigits("²①五Ⅷ½")).toBe("²①五Ⅷ½");
  });
});

describe("trim", () => {
  it("takes white space and invisible characters from the ends, and nothing from inside", () => {
    expect(trim("\uFEFF \u202E\t a\u200B b \u3164\u034F\r\n")).toBe("a\u200B b");
    expect(trim("\u00AD \u200D")).toBe("");
  });

  it("takes time in proportion to a run inside the text", () => {
    const text = `a${"\u200B".repeat(1_000_000)}b`;
    expect(trim(text)).toBe(text);
  });
});

describe("hasUnseen", () => {
  it.each(["\0", "\x1B", "\x7F", "\x85", " ", "\u00A0", "\u00AD", "\u034F", "\u061C", "\u115F", "\u17B4", "\u180E"])(
    "is true of %j",
    (character) => expect(hasUnseen(`a${character}b`)).toBe(true),
  );

  it.each(["\u200B", "\u2028", "\u202E", "\u2066", "\u3164", "\uFE0F", "\uFEFF", "\uFFA0", "\uFFF9", "\u{E0041}"])(
    "is true of %j",
    (character) => expect(hasUnseen(`a${character}b`)).toBe(true),
  );

  it.each(["a", "é", "e\u0301", "张", "م", "☃", "🐢"])("is false of %s", (character) => {
    expect(hasUnseen(character)).toBe(false);
  });
});

it("withoutIgnorables takes soft hyphens and joiners from anywhere, and no space", () => {
  expect(withoutIgnorables("\u202Da\u00AD b\u2060c\u202C")).toBe("a bc");
});
