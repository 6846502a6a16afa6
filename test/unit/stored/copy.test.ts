import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyOf } from "../../../src/stored/copy.js";

/** Every object in a value, itself among them. */
function objectsIn(value: unknown): readonly object[] {
  return typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

describe("a copy of what is stored", () => {
  it("is what structuredClone makes of it", () => {
    const jsonLike = fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true, withDate: true });
    fc.assert(
      fc.property(jsonLike, (value) => {
        expect(copyOf(value)).toStrictEqual(structuredClone(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("shares no object with it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const originals = new Set(objectsIn(value));
        expect(objectsIn(copyOf(value)).filter((part) => originals.has(part))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps a member that is undefined, and a name that could reach a prototype", () => {
    const text = '{"__proto__":{"polluted":[1]},"constructor":{"prototype":{}}}';
    const copy = copyOf({ value: Object(JSON.parse(text)), none: undefined });
    expect(JSON.stringify(copy.value)).toBe(text);
    expect(Object.getPrototypeOf(copy.value)).toBe(Object.prototype);
    expect("none" in copy).toBe(true);
    expect({}).not.toHaveProperty("polluted");
  });

  it.each([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
  ])("refuses %s, however deep, as the platform does", (_, value) => {
    expect(() => copyOf(value)).toThrow(DOMException);
    expect(() => copyOf({ list: [{ value }] })).toThrow(DOMException);
  });
});
