import { describe, expect, it } from "vitest";
import { readCode } from "../../../src/values/code.js";

describe("readCode", () => {
  it.each(["048217", " 048 217\n", "048-217", "048–217", "0\u00A04\u20038\u2212217", "０４８２１７", "٠٤٨٢١٧"])(
    "reads %j as 048217",
    (typed) => expect(readCode(typed)).toEqual({ ok: true, value: "048217" }),
  );

  it("keeps leading zeros, and leaves the right length to who knows it", () => {
    expect(readCode("0")).toEqual({ ok: true, value: "0" });
    expect(readCode("0000000000")).toEqual({ ok: true, value: "0000000000" });
  });

  it.each([undefined, null, "", " \t"])("calls %j missing", (typed) => {
    expect(readCode(typed)).toEqual({ ok: false, problems: [{ code: "field_missing", field: "code", facts: {} }] });
  });

  it.each([48217, ["048217"], { $ne: null }, false])("asks for a string where it gets %j", (typed) => {
    expect(readCode(typed)).toMatchObject({ problems: [{ code: "field_malformed", facts: { expected: "string" } }] });
  });

  it.each(["O48217", "048217x", "+48217", "0.48", "1e5", "\x048217", "048\u200B217", "00000000000", "-", "²"])(
    "asks for digits where it gets %j",
    (typed) => {
      const problems = [{ code: "field_malformed", field: "code", facts: { expected: "digits" } }];
      expect(readCode(typed)).toEqual({ ok: false, problems });
    },
  );

  it("reads 64 UTF-16 units and no more", () => {
    expect(readCode(`7${" ".repeat(63)}`)).toEqual({ ok: true, value: "7" });
    expect(readCode(`7${" ".repeat(64)}`).ok).toBe(false);
    expect(readCode(" ".repeat(100_000)).ok).toBe(false);
  });
});
