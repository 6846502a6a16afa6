import { callServers, missing } from "./roll-call.js";

/** Runs once before all tests: says in one line which of them will be skipped, and for want of what. */
export default async function beforeAll(): Promise<void> {
  if (missing.length > 0) console.log(`Not run, for want of: ${missing.join(", ")}.`);
  await callServers();
}
