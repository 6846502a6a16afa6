import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^porchlight$/, replacement: source("index.ts") },
      { find: /^porchlight\/testing$/, replacement: source("testing/index.ts") },
      { find: /^porchlight\/(.+)$/, replacement: source("$1.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
    coverage: { include: ["src/**"], reporter: ["text", "json-summary"] },
  },
});
