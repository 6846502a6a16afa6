import { describe, expect, it } from "vitest";
import * as z from "zod";
import { jsonShapes } from "../fuzz/hostile-shapes.js";
import { naughtyTexts } from "../fuzz/naughty-texts.js";
import { form, openHouse } from "./house.js";

/** Every text in a value, names of members among them. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

describe("what a host writes to its log", () => {
  it("is one line each, whatever was typed in any field, name, address or header (ASVS 16.4.1)", async () => {
    const many = 100_000;
    const { registrar, signals, events } = openHouse({
      profile: z.object({ name: z.string() }),
      consents: { terms: { version: "1" } },
      rules: { callsPerHour: many, pendingsPerHour: many, hashesPerHour: many },
    });
    const problems: unknown[] = [];
    for (const { text } of naughtyTexts) {
      const from = { ip: text, locale: text };
      const page = { ...form("email", text), profile: { name: text.slice(0, 200) }, consents: { terms: "1" } };
      const answers = [
        await registrar.start(page, from),
        await Reflect.apply(registrar.start, registrar, [
          { [text]: text, profile: { [text]: 1 }, consents: { [text]: "1" } },
          from,
        ]),
        await registrar.status(text, from),
        await registrar.signIn({ identifier: text, password: text }, from),
      ];
      problems.push(...answers.flatMap((answer) => ("problems" in answer ? answer.problems : [])));
    }
    for (const { make } of jsonShapes) await Reflect.apply(registrar.start, registrar, [make(), { ip: undefined }]);
    await registrar.deliver();
    expect(signals.length).toBeGreaterThan(naughtyTexts.length);
    // A message of a host's own schema is the host's; ours name fields by what can be printed.
    for (const text of textsIn([signals, events, problems])) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  });
});
