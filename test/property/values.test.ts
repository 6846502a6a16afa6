import fc from "fast-check";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { getCountries, getExampleNumber } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { readCode } from "../../src/values/code.js";
import { parseEmail } from "../../src/values/email.js";
import { maskIdentifier } from "../../src/values/identifier.js";
import { parseIdentifier } from "../../src/values/parse-identifier.js";
import { checkPassword, readPassword } from "../../src/values/password.js";
import { parsePhone } from "../../src/values/phone.js";
import { hasUnseen } from "../../src/values/unicode.js";

const parsers = {
  parseEmail: (typed: unknown) => parseEmail(typed, { smtpUtf8: true }),
  parsePhone: (typed: unknown) => parsePhone(typed, { country: "GB", types: ["mobile", "mobile_or_landline", "voip"] }),
  parseIdentifier: (typed: unknown) => parseIdentifier(typed, { country: "DE" }),
  checkPassword: (typed: unknown) => checkPassword(typed, { confirmation: typed, context: { address: ["a@b.com"] } }),
  readPassword,
  readCode,
};

const text = fc.string({ unit: "binary", maxLength: 80 });
const illFormed = fc.array(fc.integer({ min: 0xd700, max: 0xe100 })).map((units) => String.fromCharCode(...units));
const anything = fc.oneof(text, illFormed, fc.string({ unit: "grapheme" }), fc.anything(), fc.jsonValue());

const piece = fc.constantFrom(..."aZéßςΣİıжЖ张م٣9.+-_'!@ \u0301\u00AD\u212A\u037E\u1FEF\u3002ﬁａ🐢");
const addressLike = fc
  .tuple(fc.array(piece, { maxLength: 12 }), fc.constantFrom("example.com", "Bücher.example.com", "ｅx｡рф"))
  .map(([local, domain]) => `${local.join("")}@${domain}`);

const numberLike = fc
  .tuple(fc.constantFrom(...getCountries()), fc.nat({ max: 9_999 }))
  .map(([country, tail]) => [getExampleNumber(country, examples)?.number ?? "+447400123461", String(tail)])
  .map(([number = "", tail = ""]) => number.slice(0, -tail.length) + tail);

const separated = fc
  .tuple(numberLike, fc.infiniteStream(fc.constantFrom("", "", " ", "-", "\u00A0", "\u200B", "(", ")", ".")))
  .map(([number, between]) => Array.from(number, (digit) => digit + (between.next().value ?? "")).join(""));

describe.each(Object.entries(parsers))("%s", (_, parse) => {
  it("answers anything at all, the same way twice, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(anything, addressLike, separated), (typed) => {
        const answer = parse(typed);
        expect(parse(typed)).toEqual(answer);
        expect(structuredClone(answer)).toEqual(JSON.parse(JSON.stringify(answer)));
      }),
    );
  });

  it("never repeats in a problem what was typed", () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (before, after, at) => {
        const answer = parse(`${before}canary${at ? "@" : ""}${after}`);
        expect(answer.ok ? "" : JSON.stringify(answer.problems)).not.toContain("canary");
      }),
    );
  });

  it("refuses 100,000 characters of whatever kind", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 4 }), (unit) => {
        expect(parse(unit.repeat(100_000)).ok).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

describe("an accepted e-mail address", () => {
  const accepted = addressLike.map((typed) => parseEmail(typed, { smtpUtf8: true })).filter((email) => email.ok);

  it("parses again, from address and from key, to the same key", () => {
    fc.assert(
      fc.property(accepted, ({ value }) => {
        expect(parseEmail(value.address, { smtpUtf8: true })).toEqual({ ok: true, value });
        expect(parseEmail(value.key, { smtpUtf8: true })).toMatchObject({
          value: { address: value.key, key: value.key },
        });
      }),
      { numRuns: 1_000 },
    );
  });

  // Letter by letter, for a dotless i and a sharp s have an upper case that is another letter's.
  const letters = (word: string) => Array.from(word, (letter) => letter.toLowerCase().replace("ς", "σ"));

  it("has one key in upper and in lower case", () => {
    fc.assert(
      fc.property(accepted, ({ value }) => {
        for (const spelling of [value.address.toUpperCase(), value.address.toLowerCase()]) {
          const again = parseEmail(spelling, { smtpUtf8: true });
          const sharedCase = letters(spelling).join() === letters(value.address).join();
          if (again.ok && sharedCase) expect(again.value.key).toBe(value.key);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is short, has one @ and nothing that cannot be seen", () => {
    fc.assert(
      fc.property(accepted, ({ value }) => {
        for (const form of [value.address, value.key]) {
          expect(Buffer.byteLength(form)).toBeLessThanOrEqual(254);
          expect(form.split("@")).toHaveLength(2);
          expect(hasUnseen(form)).toBe(false);
          expect(form).not.toMatch(/[\s"(),:;<>[\]\\]/u);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("has a key that lower case, sigma and NFKC leave alone, for every letter of Unicode", () => {
    const keyOf = (typed: string) => {
      const email = parseEmail(typed, { smtpUtf8: true });
      return email.ok ? email.value.key : undefined;
    };
    const moved = Array.from({ length: 0x1ffff }, (_, point) => keyOf(`a${String.fromCodePoint(point)}b@example.com`))
      .filter((key) => key !== undefined)
      .filter((key) => keyOf(key) !== key);
    expect(moved).toEqual([]);
  });

  it("is masked to its first character and its domain", () => {
    fc.assert(
      fc.property(accepted, ({ value }) => {
        const masked = maskIdentifier(value);
        expect(masked).toMatch(/^.\*\*\*@[a-z0-9.-]+$/u);
      }),
    );
  });
});

describe("an accepted number", () => {
  const accepted = separated.map((typed) => parsePhone(typed)).filter((phone) => phone.ok);

  it("is E.164 and parses again to itself, whatever country is preset", () => {
    fc.assert(
      fc.property(accepted, fc.constantFrom(...getCountries()), ({ value }, country) => {
        expect(value.key).toMatch(/^\+[1-9][0-9]{6,14}$/);
        expect(parsePhone(value.address, { country })).toEqual({ ok: true, value });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("an accepted password", () => {
  const words = fc.string({
    unit: fc.oneof(
      fc.constantFrom("e", "\u0301", " ", "🐢"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
    minLength: 15,
    maxLength: 40,
  });

  it("is its own NFC, confirms every equivalent spelling, and signs in with it", () => {
    fc.assert(
      fc.property(words, (typed) => {
        const checked = checkPassword(typed);
        fc.pre(checked.ok);
        if (!checked.ok) return;
        const spellings = [typed, typed.normalize("NFD"), typed.normalize("NFC")];
        for (const spelling of spellings) {
          expect(checkPassword(typed, { confirmation: spelling })).toEqual(checked);
          expect(readPassword(spelling)).toEqual(checked);
        }
        expect(checkPassword(typed, { confirmation: `${typed} ` }).ok).toBe(false);
      }),
    );
  });
});

describe("a code", () => {
  it("is read through any grouping and any script, with its leading zeros", () => {
    const zero = fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce);
    const gap = fc.constantFrom("", " ", "-", "\u00A0", "\u2013");
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,10}$/), zero, gap, (code, base, between) => {
        const typed = Array.from(code, (digit) => String.fromCodePoint(base + Number(digit))).join(between);
        expect(readCode(typed)).toEqual({ ok: true, value: code });
      }),
    );
  });
});
