import fc from "fast-check";

/** Fifty megabytes. */
export const long = "a".repeat(50_000_000);

/** What arrives where a text, an object or nothing was expected. */
const hostile: readonly unknown[] = [
  { $ne: null },
  { $gt: "" },
  [{ $ne: null }],
  ["a", "b"],
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  { toString: "no function", length: 3 },
  long,
  { value: long },
  "\ud800",
  "ada\udfff@example.com",
  "a\u0000b",
  "ada@example.com\r\nBcc: eve@example.com",
  "ada@example.com\nX: y",
  "\u202eada@example.com",
  "../../etc/passwd",
  "' or 1=1 --",
  "<script>alert(1)</script>",
  0,
  -1,
  Number.NaN,
  1e308,
  true,
  false,
  [],
  [[[[[[[[[[]]]]]]]]]],
  {},
  null,
  undefined,
  "",
  " ",
  10n,
  Symbol("s"),
  () => "a function",
  new Date(0),
  new Map([["email", "ada@example.com"]]),
  new Uint8Array(8),
];
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostile) },
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true }),
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
);

const fieldNames = [
  "email",
  "phone",
  "country",
  "password",
  "confirmation",
  "captcha",
  "profile",
  "consents",
  "code",
  "identifier",
  "ticket",
];
/** Mostly our own fields with rubbish in them, and strange ones beside. */
export const fields: fc.Arbitrary<unknown> = fc
  .oneof(
    fc.dictionary(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...fieldNames) },
        fc.string(),
        fc.constantFrom("__proto__", "role", "$where"),
      ),
      anything,
      { maxKeys: 6 },
    ),
    anything,
  )
  .filter((given) => !hasResponse(given));

/** A text is a response that only the captcha can judge: wrong, perhaps, but not malformed. */
function hasResponse(given: unknown): boolean {
  if (typeof given !== "object" || given === null || !("captcha" in given)) return false;
  return typeof given.captcha === "string" && given.captcha.length <= 8_192;
}
