import { describe, expect, it } from "vitest";
import { isCommonPassword, shortestUnit } from "../../../src/values/common-password.js";

const backwards = (text: string) => Array.from(text).reverse().join("");

describe("a stretch of keys", () => {
  it.each([
    ["an English row", "tyuiopasdfgh"],
    ["a German row", "wertzuiopasd"],
    ["a French row", "azertyuiopqs"],
    ["slanting columns", "ik,9ol.0p;/"],
    ["straight columns", "vtgbyhnujmik"],
    ["the digits with shift", "@#$%^&*()_"],
  ])("is common forwards and backwards: %s", (_, walk) => {
    expect(isCommonPassword(walk)).toBe(true);
    expect(isCommonPassword(backwards(walk))).toBe(true);
    expect(isCommonPassword(`${walk}é`)).toBe(false);
    expect(isCommonPassword(`é${walk}`)).toBe(false);
  });
});

describe("a run", () => {
  it.each(["890", "098", "yza", "azy", "9012", "abc", "cba", "ἀἁἂἃ"])("is common: %s", (run) => {
    expect(isCommonPassword(run)).toBe(true);
  });

  it.each(["450", "893", "xya", "yzm", "cza", "aceg", "a", "kx"])(
    "has no gap and turns round at its ends only: %s",
    (text) => {
      expect(isCommonPassword(text)).toBe(false);
    },
  );

  it("counts from three code points on, also as one half of a pair", () => {
    expect(isCommonPassword("passwordmno")).toBe(true);
    expect(isCommonPassword("mnopassword")).toBe(true);
    expect(isCommonPassword("passwordmn")).toBe(false);
    expect(isCommonPassword("🐢password")).toBe(false);
  });
});

describe("two common halves", () => {
  it("are found in 64 UTF-16 units and no more", () => {
    const digits = "1234567890".repeat(6);
    const halves = [digits.slice(0, 54), "qwertyuiop"].join("");
    expect(halves).toHaveLength(64);
    expect(isCommonPassword(halves)).toBe(true);
    expect(isCommonPassword(`${digits.slice(0, 55)}qwertyuiop`)).toBe(false);
  });

  it("are still two when they are repeated", () => {
    expect(isCommonPassword("monkeyqwertymonkeyqwerty")).toBe(true);
    expect(isCommonPassword("monkeyheronmonkeyheron")).toBe(false);
  });
});

describe("a beat", () => {
  it("has at most four code points and comes at least twice", () => {
    expect(isCommonPassword("kxq7")).toBe(false);
    expect(isCommonPassword("kxq7kxq7")).toBe(true);
    expect(isCommonPassword("kxq7!kxq7!")).toBe(false);
    expect(isCommonPassword("🐢🔑🌲🚀🐢🔑🌲🚀")).toBe(true);
  });
});

describe("the shortest unit of a text", () => {
  it.each([
    ["", ""],
    ["a", "a"],
    ["aaa", "a"],
    ["abab", "ab"],
    ["aba", "aba"],
    ["aabaab", "aab"],
  ])("of %j is %j", (text, unit) => expect(shortestUnit(text)).toBe(unit));
});
