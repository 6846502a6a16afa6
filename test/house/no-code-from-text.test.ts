import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.js";

/** Where a text becomes code, or another program is run (ASVS 1.2.5, 1.3.2). */
function dangers(path: string, text: string): readonly string[] {
  const found: string[] = [];
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const called = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText(parsed) : "";
    if (/^(eval|Function|globalThis\.(eval|Function))$/.test(called)) found.push(called);
    if (/^(setTimeout|setInterval)$/.test(called) && ts.isCallExpression(node)) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first)) found.push(called);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

describe("src/", () => {
  it("runs no other program, and makes no code of text", () => {
    const programs = /^(node:)?(child_process|vm|worker_threads|cluster)$/;
    expect(sourceFiles.filter(({ packages }) => packages.some((name) => programs.test(name)))).toEqual([]);
    expect(sourceFiles.flatMap(({ path, text }) => dangers(path, text))).toEqual([]);
  });

  it("would be caught", () => {
    const text = 'eval("1"); new Function("return 1"); setTimeout("x()", 1); setTimeout(x, 1);';
    expect(dangers("x.ts", text)).toEqual(["eval", "Function", "setTimeout"]);
  });
});
