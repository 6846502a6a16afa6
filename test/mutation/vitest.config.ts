import { defineConfig } from "vitest/config";
import { resolve } from "../../vitest.config.js";

/** A room's own unit tests and nothing else, with the same examples each time. */
const room = process.env.ROOM ?? "{core,secrets,values}";

export default defineConfig({
  resolve,
  test: {
    include: [`test/unit/${room}/**/*.test.ts`],
    // What measures by the clock fails in code that counts its own steps.
    exclude: ["**/*.load.test.ts", "**/blocklist.test.ts"],
    setupFiles: ["test/mutation/fixed-seed.ts"],
    testTimeout: 60_000,
  },
});
