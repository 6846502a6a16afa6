import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../src", import.meta.url));

/** One file of `src/`, with what it imports. */
export interface SourceFile {
  /** Relative to `src/`, with `/`. */
  readonly path: string;
  /** The folder, or the file's own name at the top of the house. */
  readonly room: string;
  readonly text: string;
  /** Files of `src/`, by the same kind of path; type imports included, dynamic ones too. */
  readonly imports: readonly { readonly path: string; readonly typeOnly: boolean }[];
  /** Casts, non-null assertions, `any` and `export *`, as they stand in the code. */
  readonly shortcuts: readonly string[];
  /** Packages and built-in modules. */
  readonly packages: readonly string[];
}

export const sourceFiles: readonly SourceFile[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map(read);

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: { specifier: string; typeOnly: boolean }[] = [];
  const shortcuts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isShortcut(node)) shortcuts.push(node.getText(parsed).slice(0, 80));
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        found.push({ specifier: node.moduleSpecifier.text, typeOnly: isTypeOnly(node) });
      }
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument))
        found.push({ specifier: argument.text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  const ours = found.filter(({ specifier }) => specifier.startsWith("."));
  return {
    path: path.replaceAll("\\", "/"),
    room: path.includes("/") ? dirname(path) : path.replace(/\.ts$/, ""),
    text,
    shortcuts,
    imports: ours.map(({ specifier, typeOnly }) => ({
      path: relative(".", normalize(join(dirname(path), specifier))).replace(/\.js$/, ".ts"),
      typeOnly,
    })),
    packages: found.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith(".")),
  };
}

function isShortcut(node: ts.Node): boolean {
  if (ts.isAsExpression(node)) return !ts.isConstTypeReference(node.type);
  if (ts.isExportDeclaration(node)) return node.exportClause === undefined;
  return ts.isNonNullExpression(node) || ts.isTypeAssertionExpression(node) || node.kind === ts.SyntaxKind.AnyKeyword;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) {
    const named =
      node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return node.isTypeOnly || (named.length > 0 && named.every(({ isTypeOnly }) => isTypeOnly));
  }
  const clause = node.importClause;
  if (clause === undefined || clause.name !== undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}
