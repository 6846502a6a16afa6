import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type SourceFile, sourceFiles } from "./source-files.js";

/** Which rooms a room may import from. A `*` allows types only. */
const directions: Readonly<Record<string, readonly string[]>> = {
  result: [],
  errors: [],
  values: ["result"],
  core: ["values", "result"],
  rules: ["core", "values", "errors"],
  ports: ["core*", "values*", "errors*"],
  signal: ["core*", "values*", "errors*"],
  sql: ["errors"],
  outbound: ["errors"],
  stored: ["core", "values", "ports*", "sql*"],
  secrets: ["values", "core", "result", "ports*", "errors"],
  messages: ["values", "core", "result", "ports*", "errors"],
  registrar: ["result", "errors", "values", "core", "rules", "ports*", "signal*", "secrets", "messages"],
  http: ["registrar*", "ports*", "core*", "values*", "result", "messages", "errors"],
  client: ["core*", "http*", "values"],
  testing: [
    "result",
    "errors",
    "values",
    "core",
    "rules",
    "ports*",
    "secrets",
    "messages",
    "registrar",
    "store",
    "mailer",
    "texter",
    "limiter",
  ],
  index: ["result", "errors", "values", "core", "rules", "ports", "signal", "secrets", "messages", "registrar"],
};
const adapterRooms = ["store", "mailer", "texter", "captcha", "hasher", "limiter", "breach", "screen", "telemetry"];
const adapter = ["ports*", "signal*", "values", "core*", "errors", "stored", "sql", "outbound"];

const roomOf = (path: string): string =>
  path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");

/** Inside an adapter room, a file that no subpath exports is a part of its neighbours. */
const isPart = (path: string): boolean => !publicFiles.has(path);

const manifest: {
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const publicFiles = new Map(
  Object.entries(manifest.exports)
    .filter(([, target]) => target.endsWith(".js"))
    .map(([subpath, target]) => [target.replace("./dist/", "").replace(/\.js$/, ".ts"), subpath]),
);

describe.each(sourceFiles.map((file) => [file.path, file] as const))("%s", (path, file) => {
  it("imports only from the rooms that its own room may know", () => {
    for (const { path: to, typeOnly } of file.imports) {
      expect(
        sourceFiles.some((one) => one.path === to),
        `${to} exists`,
      ).toBe(true);
      if (roomOf(to) === file.room) {
        if (adapterRooms.includes(file.room)) expect(isPart(to), `${to} is no sibling adapter`).toBe(true);
        continue;
      }
      const allowed = adapterRooms.includes(file.room) ? adapter : (directions[file.room] ?? []);
      const types = typeOnly && allowed.includes(`${roomOf(to)}*`);
      expect(types || allowed.includes(roomOf(to)), `${file.room} may import ${to}`).toBe(true);
    }
  });

  it("has at most 350 lines", () => {
    expect(file.text.split("\n").length - 1).toBeLessThanOrEqual(350);
  });

  it("lies at most one folder deep, in kebab-case, under a name of its own", () => {
    expect(path).toMatch(/^([a-z]+\/)?[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
    expect(path).not.toMatch(/(^|\/)(utils?|helpers?|lib|common|types|misc)(\/|\.ts$)/);
    if (path.endsWith("index.ts")) expect(["index.ts", "http/index.ts", "testing/index.ts"]).toContain(path);
  });

  it("casts nothing, asserts nothing away and exports by name", () => {
    expect(file.shortcuts).toEqual([]);
    expect(file.text.match(/@ts-\w+|biome-ignore|\bTODO\b|\bFIXME\b/g)).toBeNull();
  });
});

describe("the pure rooms", () => {
  const pure = sourceFiles.filter(({ room }) => room === "core" || room === "values");

  it.each(pure.map((file) => [file.path, file.text] as const))(
    "%s knows no clock, no chance and no outside",
    (_, text) => {
      const impure =
        /Date\.now|new Date\(\)|Math\.random|\bcrypto\b|\bfetch\(|\bprocess\b|\bsetTimeout\b|\bsetInterval\b|\basync\b|\bawait\b|\bPromise\b|\bnode:|\bperformance\b|toLocale|localeCompare/;
      expect(withoutComments(text).match(impure)?.[0]).toBeUndefined();
    },
  );

  it("bring no package but the telephone metadata", () => {
    expect(new Set(pure.flatMap(({ packages }) => packages))).toEqual(new Set(["libphonenumber-js/max"]));
  });

  it("load the telephone metadata only from phone.ts", () => {
    const loads = sourceFiles.filter((file) => reaches(file, "values/phone.ts")).map(({ path }) => path);
    expect(loads).toEqual(["values/parse-identifier.ts", "values/phone.ts"]);
  });

  it("load the blocklist only from blocklist.ts, so that no browser loads it unasked", () => {
    const loads = sourceFiles.filter((file) => reaches(file, "values/blocklist-data.ts")).map(({ path }) => path);
    const browsers = loads.filter((path) => path === "client.ts" || ["core", "values"].includes(roomOf(path)));
    expect(browsers).toEqual(["values/blocklist-data.ts", "values/blocklist.ts"]);
  });
});

describe("the house", () => {
  it("lets the testing kit use none but the memory adapters", () => {
    const kit = sourceFiles.filter(({ room }) => room === "testing").flatMap(({ imports }) => imports);
    const used = kit.map(({ path }) => path).filter((path) => adapterRooms.includes(roomOf(path)));
    expect([...new Set(used)].sort()).toEqual([
      "limiter/memory.ts",
      "mailer/memory.ts",
      "store/memory.ts",
      "texter/memory.ts",
    ]);
  });

  it("has no circle, type imports included", () => {
    const circles = sourceFiles.filter((file) => inCircle(file)).map(({ path }) => path);
    expect(circles).toEqual([]);
  });

  it("exports every public file under its own path, and nothing else", () => {
    const values = [
      "blocklist",
      "code",
      "email",
      "identifier",
      "parse-identifier",
      "password",
      "password-strength",
      "phone",
      "suggest-email",
    ].map((name) => `values/${name}.ts`);
    const adapters = sourceFiles.filter(({ path, room }) => adapterRooms.includes(room) && !parts.includes(path));
    const expected = [
      "index.ts",
      "client.ts",
      "http/index.ts",
      "testing/index.ts",
      ...values,
      ...adapters.map(({ path }) => path),
    ];
    expect([...publicFiles.keys()].sort()).toEqual(expected.sort());
    for (const [path, subpath] of publicFiles) {
      const name = path.replace(/(\/index)?\.ts$/, "");
      expect(subpath).toBe(name === "index" ? "." : `./${name}`);
    }
  });

  it("runs on exactly four packages", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["argon2", "jose", "libphonenumber-js", "zod"]);
    const used = new Set(sourceFiles.flatMap(({ packages }) => packages).map((name) => name.split("/")[0]));
    expect([...used].filter((name) => !name?.startsWith("node:")).sort()).toEqual([
      "argon2",
      "jose",
      "libphonenumber-js",
      "zod",
    ]);
  });

  it("draws no number from a source that can be foretold", () => {
    expect(sourceFiles.filter(({ text }) => withoutComments(text).includes("Math.random"))).toEqual([]);
  });
});

/** Files of adapter rooms that are no adapters themselves. */
const parts = [
  "captcha/siteverify-answer.ts",
  "hasher/argon2id.ts",
  "hasher/gate.ts",
  "hasher/phc.ts",
  "limiter/counters.ts",
  "limiter/script.ts",
  "limiter/sqlite-counters.ts",
  "limiter/window.ts",
  "screen/domain-of.ts",
  "store/mysql-commit.ts",
  "store/mysql-outbox.ts",
  "store/mysql-statements.ts",
  "store/postgres-commit.ts",
  "store/postgres-statements.ts",
  "store/sqlite-outbox.ts",
  "store/sqlite-statements.ts",
  "store/sqlite-verbs.ts",
  "telemetry/wrapped.ts",
];

/** Whether importing a file loads another, dynamic and type imports apart. */
function reaches(file: SourceFile, target: string, seen = new Set<string>()): boolean {
  if (file.path === target) return true;
  if (seen.has(file.path)) return false;
  seen.add(file.path);
  return file.imports
    .filter(({ path, typeOnly }) => !typeOnly && !isDynamic(file, path))
    .some(({ path }) => {
      const next = sourceFiles.find((one) => one.path === path);
      return next !== undefined && reaches(next, target, seen);
    });
}

function isDynamic(file: SourceFile, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.ts$/, ".js");
  return new RegExp(`import\\("[^"]*${name.replace(".", "\\.")}"\\)`).test(file.text);
}

function inCircle(file: SourceFile): boolean {
  const seen = new Set<string>();
  const queue = file.imports.map(({ path }) => path);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (path === file.path) return true;
    if (seen.has(path)) continue;
    seen.add(path);
    queue.push(...(sourceFiles.find((one) => one.path === path)?.imports.map((to) => to.path) ?? []));
  }
  return false;
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\s\/\/ .*$/gm, "");
}
