import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { docstringSnippets, markdownSnippets, type Snippet } from "./snippets.js";

const docstrings = docstringSnippets();
const markdown = markdownSnippets();
const all = [...docstrings, ...markdown];

/** "src/values/email.ts parseEmail", with a number from the second block of one place on. */
function titleOf({ file, under, code }: Snippet): string {
  const same = all.filter((other) => other.file === file && other.under === under);
  const place = same.findIndex((other) => other.code === code);
  return place > 0 ? `${file} ${under} (${place + 1})` : `${file} ${under}`;
}

describe("an example of the docs", () => {
  let faults: ReadonlyMap<Snippet, readonly string[]> = new Map();

  beforeAll(() => {
    const found = compile(all.map(({ code }) => code));
    faults = new Map(all.map((snippet, index) => [snippet, found[index] ?? ["not compiled"]]));
  }, 60_000);

  for (const snippet of all) {
    it(`${titleOf(snippet)}: compiles`, () => {
      expect(faults.get(snippet)).toEqual([]);
    });
  }

  for (const snippet of docstrings) {
    it(`${titleOf(snippet)}: has at most eight lines`, () => {
      expect(snippet.code.trimEnd().split("\n").length).toBeLessThanOrEqual(8);
    });
  }

  for (const snippet of markdown.filter(({ file }) => file === "README.md")) {
    it(`${titleOf(snippet)}: runs and exits 0`, async () => {
      await expect(run(snippet.code)).resolves.toBe(0);
    });
  }

  it("that is wrong is found, with its line", () => {
    expect(compile(['import { step } from "porchlight";\nconst next: string = step;', "await 1;"])).toEqual([
      [expect.stringMatching(/^line 2: TS2322 /)],
      [],
    ]);
  });

  it("that throws, or never ends, does not exit 0", async () => {
    await expect(run('throw new Error("no");')).rejects.toMatchObject({ code: 1 });
    await expect(run("await new Promise(() => {});")).rejects.toMatchObject({ code: 13 });
  });

  it("begins in the README before line 20", () => {
    const [before = ""] = readFileSync("README.md", "utf8").split(/^```ts$/m);
    expect(before.split("\n").length).toBeLessThan(20);
  });
});

/** In a process of its own, with the project's paths; a code other than 0 rejects. */
async function run(code: string): Promise<number> {
  const tsx = createRequire(import.meta.url).resolve("tsx/cli");
  await promisify(execFile)(process.execPath, [tsx, "--input-type=module", "--eval", code]);
  return 0;
}
