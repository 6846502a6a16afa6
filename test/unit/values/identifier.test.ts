import { describe, expect, it } from "vitest";
import { parseEmail } from "../../../src/values/email.js";
import { maskIdentifier } from "../../../src/values/identifier.js";
import { parseIdentifier } from "../../../src/values/parse-identifier.js";
import { parsePhone } from "../../../src/values/phone.js";

describe("parseIdentifier", () => {
  it("takes what contains an @ for an e-mail address, all else for a number", () => {
    expect(parseIdentifier("Ada@example.com")).toEqual(parseEmail("Ada@example.com"));
    expect(parseIdentifier("07400 123461", { country: "GB" })).toEqual(parsePhone("+447400123461"));
  });

  it("accepts whatever some registration accepts", () => {
    expect(parseIdentifier("zoë@example.com").ok).toBe(true);
    expect(parseIdentifier("+44 56 0012 3456")).toMatchObject({ value: { type: "voip" } });
    expect(parseIdentifier("+1 212 736 5000")).toMatchObject({ value: { type: "mobile_or_landline" } });
  });

  it("looks for the @ among the first 1,025 UTF-16 units", () => {
    expect(parseIdentifier(`${"7".repeat(1_024)}@`)).toMatchObject({ problems: [{ code: "email_too_long" }] });
    expect(parseIdentifier(`${"7".repeat(1_025)}@`)).toMatchObject({ problems: [{ code: "phone_malformed" }] });
  });

  it.each([
    ["", "field_missing"],
    [null, "field_missing"],
    [7, "field_malformed"],
    ["@", "email_malformed"],
    ["ada", "phone_malformed"],
    ["07400 123461", "phone_country_missing"],
  ])("says of %j that the identifier is %s", (typed, code) => {
    expect(parseIdentifier(typed)).toMatchObject({ ok: false, problems: [{ code, field: "identifier" }] });
  });
});

describe("maskIdentifier", () => {
  it.each([
    ["Ada.Lovelace@Bücher.example.com", "a***@xn--bcher-kva.example.com"],
    ["a@example.com", "a***@example.com"],
    ["🐢turtle@example.com", "🐢***@example.com"],
    ["+447400123461", "+44***61"],
    ["+29051234", "+29***34"],
  ])("shortens %s to %s", (typed, masked) => {
    const identifier = parseIdentifier(typed);
    expect(identifier.ok && maskIdentifier(identifier.value)).toBe(masked);
  });
});
