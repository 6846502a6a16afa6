import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../examples/web/page/src/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(new URL(path, folder), "utf8") }));

describe("the example page", () => {
  it("masks each password, says which it is to managers, and lets anybody paste (ASVS 6.2.6, 6.2.7)", () => {
    const made = files.flatMap(({ path, text }) =>
      [...text.matchAll(/passwordField\(words, \{[^}]*\}/g)].map(([call]) => ({ path, call })),
    );
    expect(made.map(({ path }) => path).sort()).toEqual(["link.ts", "sign-in.ts", "sign-up.ts"]);
    for (const { path, call } of made) expect(call, path).toMatch(/autocomplete: "(current|new)-password"/);
    const form = files.find(({ path }) => path === "form.ts")?.text ?? "";
    expect(form).toMatch(/function passwordField\([\s\S]*?field\(\{ \.\.\.options, type: "password" \}\)/);
    const pastes = files.filter(({ text }) => /["']paste["']|onpaste/.test(text));
    expect(pastes.map(({ path }) => path)).toEqual([]);
  });
});
