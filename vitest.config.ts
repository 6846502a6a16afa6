import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export const resolve = {
  alias: [
    { find: /^porchlight$/, replacement: source("index.ts") },
    { find: /^porchlight\/(http|testing)$/, replacement: source("$1/index.ts") },
    { find: /^porchlight\/(.+)$/, replacement: source("$1.ts") },
  ],
};

/** Nobody waits longer than he must, but a loaded machine may need more than the default of a second. */
const expect = { poll: { timeout: 20_000 } };

/** Tests that load the machine: they run after all others, one file at a time. */
const load = "test/**/*.load.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: "tests",
          include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: [load, "**/node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        test: {
          name: "load",
          include: [load],
          testTimeout: 600_000,
          hookTimeout: 60_000,
          expect,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // A PostgreSQL server lends 100 connections, and a file takes up to 20.
    maxWorkers: Math.min(4, Math.max(1, availableParallelism() - 1)),
    globalSetup: "test/system/before-all.ts",
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
    coverage: { include: ["src/**"], reporter: ["text", "json-summary"] },
  },
});
