import { describe, expect, it } from "vitest";
import { fitsAsJson } from "../../../src/registrar/plain-json.js";

describe("fitsAsJson", () => {
  it.each([
    [{}],
    [[]],
    [{ a: 1 }],
    [{ a: "é", b: [true, false, null, 1.5, -2e30] }],
    [{ 'a"b': 'line\nbreak\t"quoted"', nested: { deep: [[["x"]]] } }],
    ["text"],
    [null],
  ])("counts %j as JSON.stringify writes it, to the byte", (value) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect(fitsAsJson(value, bytes)).toBe(true);
    expect(fitsAsJson(value, bytes - 1)).toBe(false);
  });

  it.each([
    ["a function", () => 1],
    ["a date", new Date(0)],
    ["a map", new Map([["a", 1]])],
    ["no number", Number.NaN],
    ["a bigint", 1n],
    ["a lone surrogate", "\ud800"],
    ["a NUL", "a\0b"],
    ["an escape sequence in a name", { "\u001b[2J": 1 }],
    ["a value of its own toJSON", { toJSON: () => "x" }],
    ["nine levels", [[[[[[[[["x"]]]]]]]]]],
  ])("has no room for %s", (_, value) => {
    expect(fitsAsJson(value, 1_024)).toBe(false);
  });

  it("stops at the first byte too many of a huge value", () => {
    let read = 0;
    const endless = new Proxy(
      Array.from({ length: 100_000 }, () => "x"),
      {
        get: (list, name) => {
          read += 1;
          return Reflect.get(list, name);
        },
      },
    );
    expect(fitsAsJson(endless, 512)).toBe(false);
    expect(read).toBeLessThan(1_000);
  });
});
