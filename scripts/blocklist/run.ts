import { writeFileSync } from "node:fs";
import { dataModule } from "./data-module.js";
import { allOf, readEntries } from "./entries.js";
import { buildFuse } from "./fuse.js";

// npm run blocklist: builds the filter anew from its source, and says what it is.

const text = dataModule(buildFuse(allOf(readEntries())));
writeFileSync(new URL("../../src/values/blocklist-data.ts", import.meta.url), text);
// What measures the filter loads it, so it comes after.
const { measure } = await import("./measure.js");
console.log(measure());
