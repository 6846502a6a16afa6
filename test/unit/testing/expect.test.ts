import { describe, expect, it } from "vitest";
import { expectEqual, expectThat, expectThrown } from "../../../src/testing/expect.js";

describe("the expectations of the contracts", () => {
  it.each([
    [1, 1],
    [Number.NaN, Number.NaN],
    [{ a: 1, b: undefined }, { a: 1 }],
    [[{ a: [null, "x"] }], [{ a: [null, "x"] }]],
  ])("take %j for %j", (actual, expected) => {
    expect(() => expectEqual(actual, expected, "it")).not.toThrow();
  });

  it.each([
    [1, "1"],
    [0, -0],
    [null, {}],
    [undefined, null],
    [[], {}],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
  ])("tell %j from %j", (actual, expected) => {
    expect(() => expectEqual(actual, expected, "it")).toThrow("it: expected");
  });

  it("name a broken promise so that no crash passes for one", () => {
    expect(() => expectThat(false, "no")).toThrow(expect.objectContaining({ name: "BrokenPromise", message: "no" }));
  });

  it("hand on what was thrown, be it undefined, and break where nothing was", async () => {
    expect(await expectThrown(() => Promise.reject(undefined), "it")).toBeUndefined();
    await expect(expectThrown(async () => 1, "it")).rejects.toThrow("it: expected it to throw");
  });
});
