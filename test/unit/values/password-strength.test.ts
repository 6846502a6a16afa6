import { describe, expect, it } from "vitest";
import { isBlocklisted } from "../../../src/values/blocklist.js";
import { checkPassword } from "../../../src/values/password.js";
import { estimateStrength } from "../../../src/values/password-strength.js";

const scoreOf = (typed: string) => estimateStrength(typed).score;

describe("estimateStrength", () => {
  it.each([
    "",
    " ".repeat(40),
    "\u3164\u00A0\u200B\u2060\u115F\u00AD\u3164\u034F\u200D\u2003",
    "password",
    "1234567890qwerty",
    "passwordpassword",
    "kkkkkkkkkkkkkkQ",
    "0".repeat(300),
    "correcthorsebatterystaple",
  ])("gives %j no point", (typed) => expect(scoreOf(typed)).toBe(0));

  it.each([
    ["a", 0],
    ["mvqhtzkw", 1],
    ["Zk7#pQ2!", 1],
    ["abcdefgh-jklmnopq", 1],
    ["rivet-rivet-rivet", 1],
    ["password123456!monkey", 1],
    ["mvqhtzkwyxdrbnp", 3],
    ["harbour tulip nine cranes", 4],
    ["qwerty was never my favourite layout", 4],
    ["мыла сорок кружек за ночь", 4],
  ])("gives %j a score of its own", (typed, score) => expect(scoreOf(typed)).toBe(score));

  it.each([
    ["k", 4],
    ["kx", 6],
    ["mvqhtzkw", 18],
    ["mvqhtzkwy", 19.5],
    ["mvqhtzkwyxdr", 24],
    ["mvqhtzkwyxdrbnpgmqxf", 36],
    ["mvqhtzkwyxdrbnpgmqxfv", 37],
  ])("counts %j as %d bits, as NIST did", (typed, bits) => {
    expect(estimateStrength(typed).guessesLog10).toBeCloseTo(bits * Math.log10(2), 9);
  });

  it.each([
    ["a run's third letter", "xkabc", 4],
    ["a run backwards", "xkcba", 4],
    ["a letter again and again", "xkbbbb", 4],
    ["a stretch of keys", "xkqwe", 4],
    ["what was there before", "xk7!mxk7", 7],
    ["what overlaps with itself", "xkxkx!", 5],
    ["a common word", "xk7love", 4],
    ["the longest of common words", "xk7lover", 4],
    ["a common word in capitals", "XK7LOVE", 4],
  ])("counts %s as no news", (_, typed, news) => {
    const asMany = estimateStrength("mvqhtzkw".slice(0, news));
    expect(estimateStrength(typed)).toEqual(asMany);
  });

  it.each(["xkacegi", "xkaabbd", "xkqqwwx"])("counts all of %s as news", (typed) => {
    expect(estimateStrength(typed)).toEqual(estimateStrength("mvqhtzk"));
  });

  it.each([
    ["mvqhtzkwy", 1],
    ["mvqhtzkwyx", 2],
    ["mvqhtzkwyxdrbn", 3],
    ["mvqhtzkwyxdrbnpgmq", 3],
    ["mvqhtzkwyxdrbnpgmqx", 4],
  ])("gives %s a score by the power of ten", (typed, score) => expect(scoreOf(typed)).toBe(score));

  it("gives what is guessed from the owner no point, and what is on a list", () => {
    const context = { address: ["ada.lovelace@example.org"], profile: ["Augusta", "Lovelace"] };
    expect(estimateStrength("ada.lovelace@example.org", { context })).toEqual({ score: 0, guessesLog10: 0 });
    expect(estimateStrength("Lovelace, Augusta", { context }).score).toBe(0);
    expect(scoreOf("passwordstandard")).toBeGreaterThan(0);
    expect(estimateStrength("passwordstandard", { blocklist: isBlocklisted }).score).toBe(0);
  });

  it("never falls when a character is typed that is news", () => {
    const typed = Array.from("harbour tulip nine cranes of mud");
    const scores = typed.map((_, at) => estimateStrength(typed.slice(0, at + 1).join("")).guessesLog10);
    expect(scores.every((score, at) => at === 0 || score >= (scores[at - 1] ?? 0))).toBe(true);
  });

  it("looks at 64 code points of a text of any length", () => {
    const start = "harbour tulip nine cranes, seven lanterns, and a kettle on a roof";
    expect(estimateStrength(`${start}${"x9 ".repeat(400_000)}`)).toEqual(estimateStrength(start.slice(0, 64)));
    expect(estimateStrength("🐢".repeat(100_000)).score).toBe(0);
  });

  it("is no gate: what scores low may pass the rules", () => {
    expect(scoreOf("rivet-rivet-rivet")).toBe(1);
    expect(checkPassword("rivet-rivet-rivet").ok).toBe(true);
  });
});
