import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(`${root}${file}`, "utf8"));

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}
const manifest: {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
} = read("package.json");
const lock: { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, Locked>> } =
  read("package-lock.json");
const locked = Object.entries(lock.packages).filter(([path]) => path.startsWith("node_modules/"));

describe("what is installed", () => {
  it("at run time is four packages and what argon2 brings, each known by name (T31)", () => {
    const ours = ["argon2", "jose", "libphonenumber-js", "zod"];
    // How argon2 finds its prebuilt binary, how it writes a hash, and how it would be built from source.
    const finds = ["@phc/format", "node-addon-api", "node-gyp-build"];
    const builds = [
      "@epic-web/invariant",
      "cross-env",
      "cross-spawn",
      "isexe",
      "path-key",
      "shebang-command",
      "shebang-regex",
      "which",
    ];
    expect(Object.keys(manifest.dependencies).sort()).toEqual(ours);
    const runtime = locked.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);
    expect(runtime.map(([path]) => path.replace("node_modules/", "")).sort()).toEqual(
      [...ours, ...finds, ...builds].sort(),
    );
  });

  it("is each package by its digest (T31)", () => {
    expect(lock.lockfileVersion).toBeGreaterThanOrEqual(2);
    expect(locked.length).toBeGreaterThan(100);
    const unsure = locked.filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
    expect(unsure.map(([path]) => path)).toEqual([]);
  });

  it("runs no script that nobody has decided about (T31)", () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path);
    expect(scripted.map((path) => path.replace(/^.*node_modules\//, "")).sort()).toEqual(
      Object.keys(manifest.allowScripts).sort(),
    );
    expect(Object.values(manifest.allowScripts)).toEqual(scripted.map(() => false));
  });

  it("is pinned exactly where it builds and tests, and to one major where it runs (T31)", () => {
    for (const [name, version] of Object.entries(manifest.devDependencies))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    for (const [name, range] of Object.entries(manifest.dependencies)) expect(range, name).toMatch(/^\^\d+\.\d+\.\d+$/);
    // 0.45 needs a newer Node-API than Node 20 has, and crashes on load; a caret below 1.0 keeps to 0.44.
    expect(manifest.dependencies.argon2).toMatch(/^\^0\.44\./);
  });

  it.each(["argon2", "@node-rs/argon2"])("loads %s and hashes without its script (T31)", (name) => {
    const program = `
      const argon2 = await import(${JSON.stringify(name)});
      const encoded = await argon2.hash("harbour tulip nine cranes", { memoryCost: 64, timeCost: 1, parallelism: 1 });
      console.log(encoded, await argon2.verify(encoded, "harbour tulip nine cranes"));`;
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: root,
      encoding: "utf8",
    });
    expect(said.trim()).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$\S+ true$/);
  });

  it("takes what only some hosts need as optional peers, each of which it tests with (T31)", () => {
    const { peerDependencies, peerDependenciesMeta, devDependencies } = manifest;
    const optional = Object.entries(peerDependenciesMeta).filter(([, meta]) => meta.optional === true);
    expect(Object.keys(peerDependencies).sort()).toEqual(optional.map(([name]) => name).sort());
    expect(Object.keys(peerDependencies).filter((name) => !(name in devDependencies))).toEqual([]);
  });
});
