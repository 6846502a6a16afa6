import { afterEach, describe, expect, it, vi } from "vitest";

async function foundWhere(process: unknown) {
  vi.resetModules();
  vi.stubGlobal("process", process);
  const { nodeCrypto } = await import("../../../src/secrets/node-crypto.js").finally(() => vi.unstubAllGlobals());
  return nodeCrypto;
}

describe("node:crypto", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is found where the platform lends its built-in modules", async () => {
    expect(await foundWhere(process)).toBe(process.getBuiltinModule("node:crypto"));
  });

  it.each([
    ["no process, as in a browser", undefined],
    ["a process that lends none, as in Node before 20.16", { versions: {} }],
    ["a process without this one", { getBuiltinModule: () => undefined }],
  ])("is not found where there is %s", async (_, there) => {
    expect(await foundWhere(there)).toBeUndefined();
  });
});
