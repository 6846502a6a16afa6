import { callServers, missing } from "./roll-call.js";

// For `.ci/run`, before the long part: every test is to run, so everything that one of them needs must be there.
try {
  await callServers();
  if (missing.length > 0) throw new Error(`Wanting: ${missing.join(", ")}.`);
  console.log("Every server answers.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
