/**
 * Mutation testing of a room in which a wrong sign costs somebody an account: see docs/mutation.md.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
const room = process.env.ROOM ?? "{core,secrets,values}";
const reports = `coverage/mutation/${process.env.ROOM ?? "all"}`;

export default {
  mutate: [
    `src/${room}/**/*.ts`,
    // Data: a word more or less is another list, not another rule.
    "!src/values/{blocklist-data,common-words}.ts",
  ],
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts" },
  coverageAnalysis: "perTest",
  // Vitest asks for no types, and a test compares a generated file to the byte.
  disableTypeChecks: false,
  // A machine of two cores has other work as well.
  concurrency: 1,
  // With --incremental only what changed since is tested again. It does not see that a new test kills what is read once, at
  // start: --force for that.
  incrementalFile: `${reports}.incremental.json`,
  tempDirName: `${reports}.sandbox`,
  ignorePatterns: ["bench", "coverage", "dist", "examples", "screenshots", "test/{browser,runtime,system}"],
  reporters: ["clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `${reports}.html` },
  jsonReporter: { fileName: `${reports}.json` },
  thresholds: { high: 98, low: 95, break: 95 },
};
