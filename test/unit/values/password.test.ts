import { describe, expect, it } from "vitest";
import { checkPassword, passwordRules, readPassword } from "../../../src/values/password.js";

const phrase = "harbour tulip nine cranes";
const accepted = (value: string) => ({ ok: true, value });
const codesOf = (checked: ReturnType<typeof checkPassword>) => (checked.ok ? [] : checked.problems.map((p) => p.code));

describe("checkPassword", () => {
  it("asks for 15 to 256 code points where the host says nothing", () => {
    expect(passwordRules).toEqual({ minLength: 15, maxLength: 256 });
    const facts = { minimum: 15, actual: 14 };
    expect(checkPassword("mvqhtzkwyxdrbn")).toEqual({
      ok: false,
      problems: [{ code: "password_too_short", field: "password", facts }],
    });
    expect(checkPassword("mvqhtzkwyxdrbnp")).toEqual(accepted("mvqhtzkwyxdrbnp"));
  });

  it("takes 256 code points, astral ones too, and refuses 257 without cutting", () => {
    const long = `${"🐢🔑".repeat(127)}🌲🚀`;
    expect(checkPassword(long)).toEqual(accepted(long));
    const problems = [{ code: "password_too_long", field: "password", facts: { maximum: 256 } }];
    expect(checkPassword(`${long}x`)).toEqual({ ok: false, problems });
  });

  it("counts after NFC", () => {
    const typed = `${"e\u0301".repeat(6)}abdegijkm`;
    expect(checkPassword(typed)).toEqual(accepted(typed.normalize("NFC")));
    expect(checkPassword(typed.slice(0, -1))).toMatchObject({ problems: [{ facts: { actual: 14 } }] });
  });

  it("trims nothing and cuts nothing", () => {
    expect(checkPassword(`  ${phrase} `)).toEqual(accepted(`  ${phrase} `));
  });

  it("takes rules one by one, and a rule that is undefined as not given", () => {
    const short = "mvqhtzkw";
    expect(checkPassword(short, { rules: { minLength: 8 } })).toEqual(accepted(short));
    expect(checkPassword(short, { rules: { maxLength: 20 } })).toMatchObject({
      problems: [{ facts: { minimum: 15 } }],
    });
    expect(checkPassword(phrase, { rules: { maxLength: 20 } })).toMatchObject({
      problems: [{ facts: { maximum: 20 } }],
    });
  });

  it.each([undefined, null, ""])("calls %j missing", (typed) => {
    expect(checkPassword(typed)).toEqual({
      ok: false,
      problems: [{ code: "field_missing", field: "password", facts: {} }],
    });
  });

  it.each([123456789012345, [phrase], { toString: phrase }])("asks for a string where it gets %j", (typed) => {
    expect(checkPassword(typed)).toMatchObject({ problems: [{ code: "field_malformed", field: "password" }] });
  });

  it.each([`${phrase}\0`, `${phrase}\n`, `${phrase}\uD800`, `\uDFFF${phrase}`, "\u3164".repeat(15), " ".repeat(15)])(
    "calls %j malformed",
    (typed) => expect(codesOf(checkPassword(typed))).toEqual(["password_malformed"]),
  );

  it.each([
    [" ".repeat(15), "password_malformed"],
    [`${phrase}\0`, "password_malformed"],
    ["correcthorsebatterystaple", "password_common"],
  ])("names its field where it refuses %j", (typed, code) => {
    expect(checkPassword(typed)).toEqual({ ok: false, problems: [{ code, field: "password", facts: {} }] });
  });

  it("says all that is wrong at once", () => {
    expect(codesOf(checkPassword("123456", { confirmation: "654321" }))).toEqual([
      "password_too_short",
      "password_common",
      "confirmation_mismatch",
    ]);
  });

  it("refuses 1,025 UTF-16 units by their number", () => {
    const problems = [{ code: "password_too_long", field: "password", facts: { maximum: 128 } }];
    const rules = { maxLength: 128 };
    expect(checkPassword("\u0301".repeat(100_000), { rules })).toEqual({ ok: false, problems });
    expect(codesOf(checkPassword(phrase, { confirmation: "\u0301".repeat(100_000) }))).toEqual([
      "confirmation_mismatch",
    ]);
  });
});

describe("the confirmation", () => {
  it("is not asked for where the key is absent", () => {
    expect(checkPassword(phrase, {})).toEqual(accepted(phrase));
  });

  it.each([undefined, null, "", `${phrase} `, phrase.toUpperCase(), [phrase], 7])("does not match as %j", (typed) => {
    const problems = [{ code: "confirmation_mismatch", field: "confirmation", facts: {} }];
    expect(checkPassword(phrase, { confirmation: typed })).toEqual({ ok: false, problems });
  });

  it("is compared in NFC", () => {
    const typed = "cafe\u0301 creme brulee";
    expect(checkPassword(typed, { confirmation: typed.normalize("NFC") }).ok).toBe(true);
    expect(checkPassword("ﬁne harbour tulips", { confirmation: "fine harbour tulips" }).ok).toBe(false);
  });
});

describe("common passwords", () => {
  it.each([
    ["a listed word", "correcthorsebatterystaple"],
    ["another case and width", "ＣＯＲＲＥＣＴhorsebatterystaple"],
    ["two listed words joined", "administratorpassword"],
    ["a listed word repeated", "dragondragondragon"],
    ["a joined pair repeated", "monkey123monkey123"],
    ["a beat of four", "ab1!ab1!ab1!ab1!"],
    ["an alphabet upwards", "cdefghijklmnopqrstuv"],
    ["an alphabet downwards", "zyxwvutsrqponmlkj"],
    ["digits past nine", "12345678901234567890"],
    ["digits down past zero", "432109876543210987"],
    ["letters past z", "uvwxyzabcdefghijk"],
    ["another alphabet", "абвгдежзийклмноп"],
    ["a row of keys", "qwertyuiopasdfghjkl"],
    ["a row of keys backwards", "lkjhgfdsapoiuytrewq"],
    ["columns of keys", "1qaz2wsx3edc4rfv5tgb"],
    ["a row and digits", "qwertyuiop1234567890"],
  ])("are refused: %s", (_, typed) => {
    expect(codesOf(checkPassword(typed))).toEqual(["password_common"]);
  });

  it.each([
    "kkkkkkkkkkkkkkQ",
    "correcthorsebatterystaples",
    "qwerty was never my layout",
    "password of a heron, not mine",
    "abcdefgh-jklmnopq",
    "monkey orbit lantern",
    "rivet-rivet-rivet",
    "harbour tulips \u{10FFFF}\u{10FFFF}",
  ])("are compared as a whole, so that %s passes", (typed) => {
    expect(checkPassword(typed)).toEqual(accepted(typed));
  });
});

describe("the context", () => {
  const rules = { minLength: 8 };
  const context = {
    address: ["Ada.Lovelace@example.org", "+447400123461", "+charles@example.org"],
    service: ["Harbour Tulip", "Ada!"],
    profile: ["Countess Ada King", "acmé"],
  };

  it.each([
    ["address", "ada.lovelace@example.org"],
    ["address", "ADA-LOVELACE"],
    ["address", "AdaLovelaceAdaLovelace"],
    ["address", "charles charles"],
    ["address", "+44 7400 123461"],
    ["address", "07400-123461"],
    ["address", "00447400123461"],
    ["address", "07400123461 07400123461"],
    ["address", "٠٧٤٠٠١٢٣٤٦١"],
    ["service", "harbourtulip"],
    ["service", "harbour tulip harbour tulip"],
    ["profile", "countess.ada.king"],
    ["profile", "acmé acmé acmé acmé"],
    ["profile", "acmé Countess Ada King"],
  ])("names the %s as what %s is guessed from", (from, typed) => {
    const problems = [{ code: "password_guessable", field: "password", facts: { from } }];
    expect(checkPassword(typed, { rules, context })).toEqual({ ok: false, problems });
  });

  it("joins the words of a profile two by two, as first and last names are, but not those of other kinds", () => {
    const names = ["Ada", "Lovelace", "Byron"];
    for (const typed of ["AdaLovelace", "lovelace, ada", "ada byron ada byron"]) {
      expect(checkPassword(typed, { rules, context: { profile: names } })).toMatchObject({
        problems: [{ code: "password_guessable", facts: { from: "profile" } }],
      });
      expect(checkPassword(typed, { rules, context: { service: names } }).ok).toBe(true);
    }
    expect(checkPassword("adalovelacebyron", { rules, context: { profile: names } }).ok).toBe(true);
  });

  it.each([
    "adalovelace's engine",
    "my harbour tulip grows",
    "ada king orbit",
    "740012346",
    "exampleorg",
    "!?;.!?;.-_",
  ])("does not forbid %s, which is more than a known word", (typed) =>
    expect(checkPassword(typed, { rules, context })).toEqual(accepted(typed)),
  );
});

describe("readPassword", () => {
  it("gives NFC whatever the rules say", () => {
    expect(readPassword("e\u0301")).toEqual(accepted("\u00E9"));
    expect(readPassword("password")).toEqual(accepted("password"));
    expect(readPassword("x".repeat(1_024))).toEqual(accepted("x".repeat(1_024)));
  });

  it.each([
    [undefined, "field_missing"],
    ["", "field_missing"],
    [{ $ne: "" }, "field_malformed"],
    ["a\0b", "password_malformed"],
    ["a\uD800b", "password_malformed"],
    ["x".repeat(1_025), "password_too_long"],
  ])("refuses what no registration accepted (case %#)", (typed, code) => {
    expect(readPassword(typed)).toMatchObject({ ok: false, problems: [{ code, field: "password" }] });
  });
});
