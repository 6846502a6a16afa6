import { describe, expect, it } from "vitest";
import { fitsAsJson, isPlainObject, jsonCopy, membersOf } from "../../../src/registrar/plain-json.js";

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
    ["a list of a million holes", new Array(1_000_000)],
    ["a hole", ["x"].concat(new Array(1))],
    ["nothing in a list, which JSON writes as null", ["x", undefined]],
    ["an own __proto__", JSON.parse('{"__proto__":{"polluted":true}}')],
    ["an own __proto__ further in", JSON.parse('{"a":[{"__proto__":1}]}')],
    ["a constructor's prototype", { constructor: { prototype: { polluted: true } } }],
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

const trap = (): never => {
  throw new Error("a trap");
};

describe("jsonCopy", () => {
  it("gives the same data and never the same object", () => {
    const value = { name: "Ada", tags: ["a", { b: [1, null] }] };
    const copied = jsonCopy(value, 1_024);
    expect(copied).toEqual({ copy: value });
    expect(copied?.copy).not.toBe(value);
    expect(jsonCopy(value, 20)).toBeUndefined();
  });

  it("keeps a text that is named constructor", () => {
    expect(jsonCopy({ constructor: "Meyer" }, 1_024)).toEqual({ copy: { constructor: "Meyer" } });
  });

  it("measures what it keeps, where a getter says something else the second time", () => {
    let asked = 0;
    const name = {
      enumerable: true,
      get: () => {
        asked += 1;
        return "Ada".repeat(asked ** 5);
      },
    };
    expect(jsonCopy(Object.defineProperty({}, "name", name), 50)).toBeUndefined();
  });

  it.each([
    ["a throwing getter", Object.defineProperty({}, "name", { enumerable: true, get: trap })],
    ["a proxy", new Proxy({ name: "Ada" }, {})],
    ["a proxy whose names throw", new Proxy({}, { ownKeys: trap })],
    ["a proxy whose prototype throws", new Proxy({}, { getPrototypeOf: trap })],
  ])("has no copy of %s, and throws nothing", (_, value) => {
    expect(jsonCopy(value, 1_024)).toBeUndefined();
  });
});

describe("membersOf", () => {
  it("gives what a plain object says under its own names, __proto__ among them", () => {
    expect(membersOf(JSON.parse('{"a":1,"__proto__":2}'))).toEqual(
      new Map([
        ["a", 1],
        ["__proto__", 2],
      ]),
    );
    expect(membersOf(Object.create({ inherited: 1 }))).toBeUndefined();
  });

  it.each([
    ["a list", []],
    ["a map", new Map([["a", 1]])],
    ["a throwing getter", Object.defineProperty({}, "name", { enumerable: true, get: trap })],
    ["a proxy whose prototype throws", new Proxy({}, { getPrototypeOf: trap })],
  ])("are none of %s", (_, value) => {
    expect(membersOf(value)).toBeUndefined();
  });

  it("asks for a plain object without throwing", () => {
    expect(isPlainObject(new Proxy({}, { getPrototypeOf: trap }))).toBe(false);
    expect(isPlainObject(new Proxy({}, {}))).toBe(true);
  });
});
