import { describe, expect, it } from "vitest";
import { isBlocklisted } from "../../../src/values/blocklist.js";
import { checkPassword } from "../../../src/values/password.js";
import { estimateStrength } from "../../../src/values/password-strength.js";

const scoreOf = (typed: string) => estimateStrength(typed).score;

describe("estimateStrength", () => {
  it.each([
    "",
    " ".repeat(40),
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
