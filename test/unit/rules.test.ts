import { describe, expect, it } from "vitest";
import { explainRules, readRules } from "../../src/rules.js";

/** One sentence, whatever lines it is broken into. */
const saidOf = (...given: Parameters<typeof explainRules>): string => explainRules(...given).replaceAll("\n", " ");

describe("readRules", () => {
  it("has no breaker unless asked for", () => {
    expect(readRules().breaker).toBe(false);
    expect(readRules({ breaker: true }).breaker).toBe(true);
  });

  it("takes no breaker that is neither on nor off", () => {
    expect(() => Reflect.apply(readRules, undefined, [{ breaker: "yes" }])).toThrow(/rules\.breaker: .*boolean/);
  });
});

describe("explainRules", () => {
  it("names every rule", () => {
    const said = explainRules();
    const names = Object.entries(readRules()).flatMap(([name, rule]) =>
      typeof rule === "object" && !Array.isArray(rule) ? Object.keys(rule).map((inner) => `${name}.${inner}`) : [name],
    );
    expect(names.length).toBeGreaterThan(18);
    for (const name of names) expect(said).toContain(`${name} = `);
  });

  it("says nothing of text messages where there are none", () => {
    expect(explainRules()).not.toContain("text messages");
  });

  it("tells the most that a day of text messages can cost", () => {
    expect(saidOf({}, { smsPerDay: 1_000, pricePerSms: 0.07 })).toContain(
      "At most 1,000 text messages, of every kind, are decided upon in any 24 hours, which cost at most 70.00:",
    );
    expect(saidOf({}, { smsPerDay: 1_000 })).toContain("in any 24 hours:");
  });

  it.each([
    [1, 500, "35.00"],
    [2, 1_000, "70.00"],
    [3, 1_000, "70.00"],
  ])("counts no more than its day's messages for each of %i countries", (countries, most, price) => {
    const listed = ["DE", "CN", "GB"].slice(0, countries);
    const said = saidOf({}, { smsPerDay: 1_000, countries: listed, pricePerSms: 0.07 });
    expect(said).toContain(`At most ${most.toLocaleString("en")} text messages`);
    expect(said).toContain(`cost at most ${price}`);
    expect(said).toContain(`smsPerCountryPerDay (500) times countries (${countries}).`);
  });

  it("goes by the host's own budget of a country", () => {
    expect(saidOf({ smsPerCountryPerDay: 20 }, { smsPerDay: 1_000, countries: ["DE"] })).toContain("At most 20 text");
  });

  it("tells in how many days one code of all would be guessed", () => {
    // 1,000 codes a day at five in a million each: one in 200 days.
    expect(saidOf({}, { smsPerDay: 1_000 })).toContain("one code would be guessed in 200 days");
    expect(saidOf({ smsDigits: 8 }, { smsPerDay: 1_000 })).toContain("one code would be guessed in 20,000 days");
  });
});
