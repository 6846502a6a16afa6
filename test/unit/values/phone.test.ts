import { describe, expect, it } from "vitest";
import { parsePhone } from "../../../src/values/phone.js";

const ours = {
  channel: "phone",
  address: "+447400123461",
  key: "+447400123461",
  country: "GB",
  type: "mobile",
};

describe("parsePhone", () => {
  it.each([
    "07400 123461",
    "(07400) 123-461",
    "07400/123.461",
    "（07400）123461",
    "\uFEFF0044 7400 123461",
    "＋44 7400 123461",
    "(＋44) 7400 123461",
    "tel:+44-7400-123461",
    "TEL:07400123461",
    "٠٧٤٠٠ ١٢٣٤٦١",
    "[07400]\u3000123ー461",
  ])("reads %j", (typed) => {
    expect(parsePhone(typed, { country: "GB" })).toEqual({ ok: true, value: ours });
  });

  it.each([undefined, null, "", " \u200B "])("calls %j missing", (typed) => {
    expect(parsePhone(typed)).toEqual({ ok: false, problems: [{ code: "field_missing", field: "phone", facts: {} }] });
  });

  it.each([7400123461, ["+447400123461"], { $gt: "" }])("asks for a string where it gets %j", (typed) => {
    expect(parsePhone(typed)).toMatchObject({ problems: [{ code: "field_malformed", facts: { expected: "string" } }] });
  });

  it.each([
    "+44 7400 123461 ext 2",
    "+447400123461;ext=2",
    "tel:+447400123461;phone-context=+44",
    "+447400123461#",
    "*67+447400123461",
    "++447400123461",
    "44+7400123461",
    "+44 7400\t123461",
    "+44\x007400123461",
    "+447400123461\uD83D",
    "+44~7400123461",
    "tel:",
    "(tel:+447400123461)",
    "-",
    "+",
    "+1".repeat(50_000),
    "9".repeat(100_000),
  ])("refuses what is not one whole number (case %#)", (typed) => {
    expect(parsePhone(typed, { country: "GB" })).toEqual({
      ok: false,
      problems: [{ code: "phone_malformed", field: "phone", facts: {} }],
    });
  });

  it("reads 64 UTF-16 units and no more", () => {
    expect(parsePhone("+447400123461".padEnd(64)).ok).toBe(true);
    expect(parsePhone("+447400123461".padEnd(65)).ok).toBe(false);
  });

  it.each([undefined, "", "gb", "XX", "GBR", "constructor", "__proto__"])(
    "asks for the country of a national number where it gets %j",
    (country) => {
      const problems = [{ code: "phone_country_missing", field: "country", facts: {} }];
      expect(parsePhone("07400 123461", { country })).toEqual({ ok: false, problems });
      expect(parsePhone("+44 7400 123461", { country })).toEqual({ ok: true, value: ours });
    },
  );

  it("lets an explicit plus win over the country", () => {
    expect(parsePhone("＋44 7400 123461")).toEqual({ ok: true, value: ours });
    expect(parsePhone("+44 7400 123461", { country: "US" })).toEqual({ ok: true, value: ours });
  });

  it("allows countries by the one the number belongs to, not by the calling code", () => {
    const problems = [{ code: "phone_country_not_allowed", field: "phone", facts: { country: "IM", allowed: ["GB"] } }];
    expect(parsePhone("07624 401209", { country: "GB", countries: ["GB"] })).toEqual({ ok: false, problems });
    expect(parsePhone("07624 401209", { country: "GB", countries: ["GB", "IM"] }).ok).toBe(true);
    expect(parsePhone("07624 401209", { country: "GB", countries: [] }).ok).toBe(false);
  });

  it("accepts internet telephony only where it is listed", () => {
    const problems = [{ code: "phone_type_not_allowed", field: "phone", facts: { type: "voip" } }];
    expect(parsePhone("+44 56 0012 3456")).toEqual({ ok: false, problems });
    expect(parsePhone("+44 56 0012 3456", { types: ["voip"] })).toMatchObject({ value: { type: "voip" } });
    expect(parsePhone("+44 7400 123461", { types: ["voip"] })).toMatchObject({
      problems: [{ facts: { type: "mobile" } }],
    });
  });

  it.each([
    ["+1 900 555 0123", "premium_rate"],
    ["+44 909 879 0123", "premium_rate"],
    ["+44 20 7946 0461", "fixed_line"],
    ["+44 808 157 0123", "toll_free"],
    ["+881 612 345 678", "non_geographic"],
    ["+883 510 012 345 678", "non_geographic"],
  ])("refuses %s as %s", (typed, type) => {
    expect(parsePhone(typed)).toMatchObject({
      ok: false,
      problems: [{ code: "phone_type_not_allowed", facts: { type } }],
    });
  });
});
