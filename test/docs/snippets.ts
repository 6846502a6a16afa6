import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** A block of TypeScript that the docs show. */
export interface Snippet {
  /** Path from the project's root, with slashes. */
  readonly file: string;
  /** The declaration or the heading that it stands under. */
  readonly under: string;
  readonly code: string;
}

/** The ts blocks of every docstring in `src/`. */
export function docstringSnippets(): readonly Snippet[] {
  return filesIn("src", ".ts").flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    return documented(source).flatMap(({ name, docstring }) => tsBlocks(file, name, docstring));
  });
}

/** The ts blocks of README.md and of the manual; `docs/api` is made from the docstrings. */
export function markdownSnippets(): readonly Snippet[] {
  return ["README.md", ...filesIn("docs", ".md").filter((file) => !file.startsWith("docs/api/"))].flatMap((file) =>
    tsBlocks(file, "the top", readFileSync(file, "utf8")),
  );
}

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending))
    .sort();
}

interface Documented {
  readonly name: string;
  readonly docstring: string;
}

/** Every declaration that has docstrings, members of interfaces too. */
function documented(source: ts.SourceFile): readonly Documented[] {
  const found: Documented[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) || ts.isTypeElement(node) || ts.isClassElement(node)) {
      const name = nameOf(node, source);
      for (const comment of ts.getJSDocCommentsAndTags(node)) {
        found.push({ name, docstring: comment.getText(source).replace(/^[\t ]*\* ?/gm, "") });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.Node, source: ts.SourceFile): string {
  const named = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node;
  const name = named !== undefined && ts.isDeclarationStatement(named) ? named.name : ownName(named);
  return name?.getText(source) ?? "(no name)";
}

function ownName(node: ts.Node | undefined): ts.Node | undefined {
  if (node === undefined) return undefined;
  return ts.isVariableDeclaration(node) || ts.isTypeElement(node) || ts.isClassElement(node) ? node.name : undefined;
}

/** Reads line by line; a heading changes what the blocks after it stand under. */
function tsBlocks(file: string, under: string, text: string): readonly Snippet[] {
  const found: Snippet[] = [];
  let heading = under;
  let block: string[] | undefined;
  for (const line of text.split("\n")) {
    if (block === undefined) {
      if (line === "```ts") block = [];
      heading = /^#{1,6} (.+)$/.exec(line)?.[1] ?? heading;
    } else if (line === "```") {
      found.push({ file, under: heading, code: `${block.join("\n")}\n` });
      block = undefined;
    } else block.push(line);
  }
  return found;
}
