import { describe, expect, it } from "vitest";
import { explainRules, readRules } from "../../src/rules.js";

/** One sentence, whatever lines it is broken into. */
const saidOf = (...given: Parameters<typeof explainRules>): string => explainRules(...given).replaceAll("\n", " ");

describe("readRules", () => {
  it("has no breaker unless asked for", () => {
    expect(readRules().breaker).toBe(false);
    expect(readRules({ breaker: true }).breaker).toBe(true);
  });

  it("keeps the default of what is left out, and what was chosen", () => {
    expect(readRules({ smsDigits: undefined, steps: undefined, password: undefined })).toEqual(readRules());
    const chosen = { steps: ["password", "identifier"], activation: "password", linkLifeSeconds: 300 } as const;
    expect(readRules(chosen)).toEqual({ ...readRules(), ...chosen });
    expect(readRules({ password: { minLength: 64 } }).password).toEqual({ minLength: 64, maxLength: 256 });
    expect(readRules().steps).toEqual(["identifier", "password", "captcha", "profile"]);
  });

  it("hands out a list of its own, so that nobody turns the steps of another", () => {
    const steps = ["identifier", "password"] as const;
    expect(readRules({ steps }).steps).not.toBe(steps);
    expect(readRules().steps).not.toBe(readRules().steps);
  });

  it.each<[string, unknown, string]>([
    ["a text", "strict", "rules: must be an object."],
    ["null", null, "rules: must be an object."],
    ["a list", [], "rules: must be an object."],
    ["a password that is no object", { password: 15 }, "rules.password: must be an object."],
    ["a password that is null", { password: null }, "rules.password: must be an object."],
    ["an unknown rule", { smsDigit: 6 }, "rules.smsDigit: there is no such rule."],
    ["an unknown rule without a value", { smsDigit: undefined }, "rules.smsDigit: there is no such rule."],
    ["a name of every object", JSON.parse('{"__proto__": {}}'), "rules.__proto__: there is no such rule."],
    ["an unknown rule of passwords", { password: { min: 8 } }, "rules.password.min: there is no such rule."],
    ["steps that are no list", { steps: "identifier" }, "rules.steps: must be a list of"],
    [
      "an unknown step",
      { steps: ["identifier", "password", "phone"] },
      '"identifier", "password", "captcha", "profile".',
    ],
    [
      "a hole among the steps",
      { steps: Object.assign(["identifier", "password"], { length: 3 }) },
      "rules.steps: must be",
    ],
    ["a step twice", { steps: ["identifier", "password", "identifier"] }, "rules.steps: names a step twice."],
    ["no step to say who", { steps: ["password"] }, 'rules.steps: lacks "identifier".'],
    ["no step for a password", { steps: ["identifier"] }, 'rules.steps: lacks "password".'],
    ["an unknown proof", { activation: "link" }, '"ticket_or_password", "password", "anyone_with_the_link".'],
  ])("refuses %s, and says what would do", (_, choices, says) => {
    const read = () => Reflect.apply(readRules, undefined, [choices]);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(says);
  });

  it("names every fault at once", () => {
    const read = () => Reflect.apply(readRules, undefined, [{ steps: [], smsDigits: 5, mailDigits: 11, sms: 1 }]);
    const faults = ["smsDigits", "mailDigits", "sms", "steps", "steps"].map((name) => `  rules\\.${name}: .*\\.`);
    expect(read).toThrow(new RegExp(`^These rules cannot be used\\.\\n${faults.join("\\n")}$`));
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
