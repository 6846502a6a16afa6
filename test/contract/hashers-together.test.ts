import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckedPromise } from "../runtime/hasher-promises.js";
import { hasherPromises } from "../runtime/hashers.js";
import { node24 } from "../runtime/node-24.js";

describe("the hashers of argon2 and @node-rs/argon2", () => {
  for (const { promise, check } of hasherPromises) it(promise, () => check());
});

describe.skipIf(node24 === undefined)("the same under Node 24", () => {
  const program = fileURLToPath(new URL("../runtime/hasher-promises.ts", import.meta.url));
  let checked: readonly CheckedPromise[] = [];
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(node24 ?? "", ["--import", "tsx", program]);
    checked = stdout
      .trim()
      .split("\n")
      .map((line): CheckedPromise => JSON.parse(line));
  });

  for (const { promise } of hasherPromises) {
    it(promise, () => expect(checked.filter((one) => one.promise === promise)).toEqual([{ promise }]));
  }
});
