import { describe, expect, it } from "vitest";
import { parseEmail } from "../../../src/values/email.js";

const keyOf = (typed: unknown, smtpUtf8?: boolean) => {
  const parsed = parseEmail(typed, { smtpUtf8 });
  return parsed.ok ? parsed.value.key : parsed.problems;
};
const notAscii = [{ code: "email_not_ascii", field: "email", facts: {} }];
const refused = (part: string) => [{ code: "email_malformed", field: "email", facts: { part } }];
const tooLong = [{ code: "email_too_long", field: "email", facts: { maximum: 254 } }];

describe("parseEmail", () => {
  it.each([undefined, null, "", "   ", "\uFEFF\u200B\n"])("calls %j missing", (typed) => {
    expect(keyOf(typed)).toEqual([{ code: "field_missing", field: "email", facts: {} }]);
  });

  it.each([42, true, ["ada@example.com"], { $ne: null }])("asks for a string where it gets %j", (typed) => {
    expect(keyOf(typed)).toEqual([{ code: "field_malformed", field: "email", facts: { expected: "string" } }]);
  });

  it("keeps the spelling for delivery and folds it for the key", () => {
    const value = { channel: "email", address: "Ada+Tag@Bücher.Example.COM", key: "ada+tag@xn--bcher-kva.example.com" };
    expect(parseEmail("\t\u202EAda+Tag@Bücher.Example.COM\u00A0")).toEqual({ ok: true, value });
  });

  it.each([
    "ada",
    "ada@b@example.com",
    "ad\u00ADa@example.com",
    "ada@exa\u200Dmple.com",
    "\uD83D@example.com",
    "ada@\uD83D.com",
  ])("refuses %j as a whole", (typed) => expect(keyOf(typed, true)).toEqual(refused("whole")));

  it.each(["@example.com", ".a@example.com", "a..b@example.com", "a,b@example.com", '"a"@example.com'])(
    "refuses %j for its local part",
    (typed) => expect(keyOf(typed, true)).toEqual(refused("local")),
  );

  it("counts the local part in octets, and takes 64", () => {
    expect(keyOf(`${"k".repeat(64)}@example.com`)).toBeTypeOf("string");
    expect(keyOf(`${"k".repeat(65)}@example.com`)).toEqual(refused("local"));
    expect(keyOf(`${"é".repeat(32)}@example.com`, true)).toBeTypeOf("string");
    expect(keyOf(`${"é".repeat(33)}@example.com`, true)).toEqual(refused("local"));
  });

  it("counts the address in octets, and takes 254", () => {
    const domain = `${`${"d".repeat(63)}.`.repeat(2)}${"e".repeat(57)}.com`;
    expect(keyOf(`${"k".repeat(64)}@${domain}`)).toHaveLength(254);
    expect(keyOf(`${"k".repeat(64)}@e${domain}`)).toEqual(refused("domain"));
    expect(keyOf(`${"k".repeat(64)}@${domain.replace("eee", "eeee")}`)).toEqual(tooLong);
  });

  it("counts the A-labels too, which are longer than what was typed", () => {
    const typed = `${"k".repeat(64)}@${"ü.".repeat(40)}com`;
    expect(Buffer.byteLength(typed)).toBeLessThan(254);
    expect(keyOf(typed)).toEqual(tooLong);
  });

  it("counts every form that is kept or sent, for any of them may be the longest", () => {
    const local = "k".repeat(64);
    expect(keyOf(`${local}@${"ｄ".repeat(61)}.com`)).toBeTypeOf("string");
    expect(keyOf(`${local}@${"ｄ".repeat(62)}.com`)).toEqual(tooLong);

    const shrinks = "ẞ".repeat(21);
    expect(keyOf(`${shrinks}@${"ü.".repeat(23)}com`, true)).toBeTypeOf("string");
    expect(keyOf(`${shrinks}@${"ü.".repeat(24)}com`, true)).toEqual(tooLong);

    const grows = "İ".repeat(32);
    const domain = `${"d".repeat(63)}.${"d".repeat(63)}`;
    expect(keyOf(`${grows}@${domain}.${"d".repeat(25)}.com`, true)).toBeTypeOf("string");
    expect(keyOf(`${grows}@${domain}.${"d".repeat(26)}.com`, true)).toEqual(tooLong);
  });

  it("takes all that a dot-atom may hold, and nothing else of ASCII", () => {
    for (let point = 0x21; point < 0x7f; point += 1) {
      const character = String.fromCodePoint(point);
      if (character === "@" || character === ".") continue;
      const takes = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]/.test(character);
      for (const local of [`${character}a`, `a${character}`, `a.${character}.a`])
        expect([local, typeof keyOf(`${local}@example.com`)]).toEqual([local, takes ? "string" : "object"]);
    }
    for (const local of ["a.", "a.b.", ".", "a.b..c"]) expect(keyOf(`${local}@example.com`)).toEqual(refused("local"));
  });

  it.each(["a".repeat(1_025), "@".repeat(100_000), `${"a.".repeat(50_000)}@example.com`, "\u200B".repeat(100_000)])(
    "refuses 1,025 and more UTF-16 units by their number",
    (typed) => expect(keyOf(typed)).toEqual(tooLong),
  );

  it("reads 1,024 UTF-16 units, padding among them", () => {
    expect(keyOf("ada@example.com".padEnd(1_024))).toBe("ada@example.com");
    expect(keyOf("ada@example.com".padEnd(1_025))).toEqual(tooLong);
  });

  it("asks for ASCII before NFC, which makes a K of the Kelvin sign", () => {
    expect(keyOf("\u212Aate@example.com")).toEqual(notAscii);
    expect(parseEmail("\u212Aate@example.com", { smtpUtf8: true })).toMatchObject({
      value: { address: "Kate@example.com", key: "kate@example.com" },
    });
  });

  it("asks for the dot-atom after NFC, which makes a semicolon of the Greek question mark", () => {
    expect(keyOf("a\u037Eb@example.com", true)).toEqual(refused("local"));
  });

  it.each(["ﬁ", "①", "ａ", "ſ", "\uE000", "\u0378", "\uFFFD"])(
    "refuses a local part with %j even with smtpUtf8",
    (character) => expect(keyOf(`a${character}@example.com`, true)).not.toBeTypeOf("string"),
  );

  it("takes every spelling of one Greek name as one account", () => {
    const spellings = ["νικος", "νικοσ", "ΝΙΚΟΣ", "Νικος"].map((local) => keyOf(`${local}@example.com`, true));
    expect(new Set(spellings)).toEqual(new Set(["νικοσ@example.com"]));
  });

  it("does not take a dotless i for an i", () => {
    expect(keyOf("mıke@example.com")).toEqual(notAscii);
    expect(keyOf("mıke@example.com", true)).toBe("mıke@example.com");
  });
});
