import { resolve } from "node:path";
import ts from "typescript";

/**
 * Type-checks texts as modules of this project, in one program and in memory; answers what is wrong with each.
 *
 * An example shows a value without using it: that alone is allowed here and nowhere else.
 */
export function compile(texts: readonly string[]): readonly (readonly string[])[] {
  const config = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, process.cwd());
  const settings: ts.CompilerOptions = { ...options, noUnusedLocals: false, noUnusedParameters: false };

  // `export {}` makes a module of an example that imports nothing.
  const files = new Map(texts.map((text, index) => [resolve(`example-${index}.ts`), `${text}\nexport {};\n`]));
  const disk = ts.createCompilerHost(settings);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(resolve(path)) || disk.fileExists(path),
    readFile: (path) => files.get(resolve(path)) ?? disk.readFile(path),
    getSourceFile(path, version, ...rest) {
      const text = files.get(resolve(path));
      return text === undefined
        ? disk.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version, true);
    },
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].map((path) => {
    const source = program.getSourceFile(path);
    if (source === undefined) throw new Error(`${path} is not part of the program.`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (found) =>
        `line ${lineOf(source, found.start)}: TS${found.code} ${ts.flattenDiagnosticMessageText(found.messageText, "\n")}`,
    );
  });
}

function lineOf(source: ts.SourceFile, position = 0): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
