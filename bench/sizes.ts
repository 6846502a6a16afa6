// Prints what each public path weighs and loads. What it may is in `test/house/sizes.test.ts`.

import { publicPaths, weigh } from "./bundle.js";
import { printTable } from "./table.js";

const inBrowsers = /^\.\/(client$|values\/)/;

const rows: string[][] = [];
for (const path of publicPaths) {
  const platform = inBrowsers.test(path) ? "browser" : "node";
  const { bytes, loads, later } = await weigh(path, platform);
  rows.push([path, platform, (bytes / 1_000).toFixed(1), loads.join(", "), later.join(", ")]);
}
printTable("Minified and compressed, in kB", ["", "platform", "kB", "loads", "with first use"], rows);
