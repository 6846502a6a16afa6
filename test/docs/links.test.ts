import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const pages = ["README.md", "bench/README.md", "examples/web/README.md", ...markdownIn("docs")];

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("links only to what is there", () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it("names only files and scripts that are there", () => {
    const named = [...text.matchAll(/`((?:src|test|docs|examples|bench)\/[a-z0-9/.-]*)`/g)].map(
      ([, path = ""]) => path,
    );
    // What a command builds is not in the repository.
    const kept = named.filter((path) => !path.startsWith("bench/dist") && !path.startsWith("docs/api"));
    expect(kept.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const scripts: object = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;
    const run = [...text.matchAll(/npm (?:run )?([a-z]+)\b/g)].map(([, script = ""]) => script);
    expect(run.filter((script) => script !== "ci" && !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("api"))
    .map((path) => join(folder, path));
}
