import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const exported: Readonly<Record<string, string>> = JSON.parse(readFileSync(`${root}package.json`, "utf8")).exports;

/** Every path that a host may import, as `package.json` spells it: `.`, `./client` and so on. */
export const publicPaths: readonly string[] = Object.keys(exported).filter((path) => !path.endsWith(".json"));

/** The file that a public path is made of, from the root of the project. */
export function sourceOf(path: string): string {
  return `./${exported[path]?.replace("./dist/", "src/").replace(/\.js$/, ".ts")}`;
}

/** What somebody gets who imports some of our files. */
export interface Bundle {
  /** Minified and compressed, as a CDN would send it. */
  readonly bytes: number;
  /** Packages whose code is in it, after what nobody uses was left out. */
  readonly brings: readonly string[];
  /** Files of `src/` that are loaded with the first import, by paths relative to it. */
  readonly files: readonly string[];
  /** Packages, and modules of Node.js, that are loaded with it. */
  readonly loads: readonly string[];
  /** Those that are loaded only when something that needs them is called. */
  readonly later: readonly string[];
}

/** Bundles one public path. The blocklist's data, which no compression makes smaller, is weighed under its own path alone. */
export function weigh(path: string, platform: "browser" | "node"): Promise<Bundle> {
  const without = path === "./values/blocklist" ? [] : ["*/blocklist-data.js"];
  return bundle(`export * from "${sourceOf(path)}";`, platform, { without });
}

/**
 * Bundles a module that stands at the root of the project.
 *
 * For a browser all packages are in the bundle but those in `without`; for Node.js none is, for there they lie beside it.
 *
 * @throws where a browser's bundle would need a module of Node.js
 */
export async function bundle(
  module: string,
  platform: "browser" | "node",
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: module, resolveDir: root, sourcefile: "entry.ts", loader: "ts" },
    absWorkingDir: root,
    platform,
    external: [...without],
    ...(platform === "node" && { packages: "external" }),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const atOnce = reach(metafile, { dynamicToo: false });
  const atAll = reach(metafile, { dynamicToo: true });
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return {
    bytes: gzipSync(outputFiles[0]?.contents ?? "").length,
    brings: [...new Set(bundled.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort(),
    files: [...atOnce.files].filter((path) => path.startsWith("src/")).map((path) => path.slice("src/".length)),
    loads: [...atOnce.packages].sort(),
    later: [...atAll.packages].filter((name) => !atOnce.packages.has(name)).sort(),
  };
}

/** What the entry imports, and what that imports, as Node.js would load it: nothing is left out for want of use. */
function reach(
  { inputs }: Metafile,
  { dynamicToo }: { readonly dynamicToo: boolean },
): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set(["entry.ts"]);
  const packages = new Set<string>();
  // A set that grows while it is walked is walked to its end.
  for (const file of files) {
    for (const { path, kind, external, original = path } of inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import" && !dynamicToo) continue;
      if (!external && !path.includes("node_modules/")) files.add(path);
      // What is left out to be weighed elsewhere is a file of ours.
      else if (!original.startsWith(".")) packages.add(original);
    }
  }
  return { files, packages };
}
