import { describe, expect, it } from "vitest";
import { isBlocklisted } from "../../../src/values/blocklist.js";
import { checkPassword } from "../../../src/values/password.js";

describe("an entry of the blocklist", () => {
  it.each(["passwordstandard", "PASSWORDStandard", "ｐａｓｓｗｏｒｄstandard", "passwordstandardpasswordstandard"])(
    "is refused as %s, though of no shape that anybody would guess",
    (typed) => {
      expect(isBlocklisted(typed)).toBe(true);
      expect(checkPassword(typed).ok).toBe(true);
      expect(checkPassword(typed, { blocklist: isBlocklisted })).toEqual({
        ok: false,
        problems: [{ code: "password_common", field: "password", facts: {} }],
      });
    },
  );

  it.each(["passwordstandar", "passwordstandardp", "harbour tulip nine cranes", "harbourtulipharbourtulip"])(
    "is not %s",
    (typed) => expect(isBlocklisted(typed)).toBe(false),
  );
});

describe("a list", () => {
  it("is asked about what is long enough, in NFC, and about nothing shorter", () => {
    const asked: string[] = [];
    const blocklist = (password: string) => asked.push(password) < 0;
    checkPassword("mvqhtzkwyxdrbn", { blocklist });
    checkPassword("mvqhtzkwyxdrbnp", { blocklist });
    checkPassword("cafe\u0301 creme brulee", { blocklist });
    expect(asked).toEqual(["mvqhtzkwyxdrbnp", "caf\u00e9 creme brulee"]);
  });
});
