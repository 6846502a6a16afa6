import parsePhoneNumber, { type CountryCode, getCountries } from "libphonenumber-js/max";
import type { None, Result } from "../result.js";
import { type FieldFacts, missing, readText } from "./field.js";
import { foldDigits, trim, withoutIgnorables } from "./unicode.js";

/**
 * A telephone number that may become an account. `address` and `key` are both its E.164 form.
 *
 * `country` is the one that the number belongs to (ISO 3166-1, `"JE"` for a Jersey number typed under `"GB"`), to be
 * shown back: a national number can be a valid number of a stranger in the country that was preset.
 */
export interface Phone {
  readonly channel: "phone";
  readonly address: string;
  readonly key: string;
  readonly country: string;
  readonly type: "mobile" | "mobile_or_landline" | "voip";
}

/** What can be wrong with a telephone number; `type` is `"fixed_line"`, `"premium_rate"`, `"non_geographic"` ... */
export interface PhoneFacts extends FieldFacts {
  phone_malformed: None;
  phone_country_missing: None;
  phone_type_not_allowed: { type: string };
  phone_country_not_allowed: { country: string; allowed: readonly string[] };
}

/** What a text message may be expected to reach. In the United States mobile and landline cannot be told apart. */
const usualTypes: readonly Phone["type"][] = ["mobile", "mobile_or_landline"];

/** Room for the longest number with its separators; looked at before any other work. UTF-16 units. */
const typedMaximum = 64;

// ITU-T E.164 section 6.2.1: at most 15 digits; an international prefix, a trunk zero and a carrier code may precede.
const dialled = /^\+?[0-9]{1,20}$/;
const e164 = /^\+[1-9][0-9]{6,14}$/;

/** Spaces, dashes (U+2212 minus, U+30FC Katakana long sound), brackets, dots, slashes; full-width ones too. */
const separators = /[\p{Zs}\p{Pd}\u2212\u30FC()[\]./\uFF08\uFF09\uFF3B\uFF3D\uFF0E\uFF0F]/gu;

/**
 * Turns what a visitor typed into a {@link Phone}, or says why it cannot.
 *
 * Takes one whole number and nothing else: letters, extensions, star codes and a second number are refused, digits of
 * every script are folded, an explicit `+` wins over `country`. Says that a number is assigned to a country and to a
 * type, not that anybody answers it.
 *
 * @example
 * ```ts
 * import { parsePhone } from "porchlight/values/phone";
 *
 * const phone = parsePhone("07400 123461", { country: "GB", countries: ["GB", "IE"] });
 * if (phone.ok) console.log(phone.value.key, phone.value.country); // +447400123461 GB
 * else console.log(phone.problems);
 * ```
 *
 * @param typed at most 64 UTF-16 units; longer is `phone_malformed`
 * @param options `country` reads national numbers (ISO 3166-1 alpha-2, upper case; an unknown one counts as not
 *   given); `countries` are the only ones allowed (default: all); `types` are the only ones allowed (default:
 *   `"mobile"` and `"mobile_or_landline"`)
 */
export function parsePhone(
  typed: unknown,
  options: {
    readonly country?: string | undefined;
    readonly countries?: readonly string[] | undefined;
    readonly types?: readonly Phone["type"][] | undefined;
  } = {},
): Result<Phone, PhoneFacts> {
  const text = readText(typed, "phone");
  if (!text.ok) return text;
  if (text.value.length > typedMaximum || !text.value.isWellFormed()) return malformed;

  const trimmed = trim(withoutIgnorables(text.value));
  if (trimmed === "") return missing("phone");
  const number = withoutSeparators(trimmed);
  if (!dialled.test(number)) return malformed;

  const region = regionOf(options.country);
  if (region === undefined && !number.startsWith("+")) return countryMissing;

  // Without `extract: false` a number would be found in the middle of anything.
  const found = parsePhoneNumber(number, { extract: false, ...(region && { defaultCountry: region }) });
  if (!found?.isValid() || !e164.test(found.number)) return malformed;

  const { country, number: key } = found;
  if (country === undefined) return typeNotAllowed("non_geographic");
  if (options.countries && !options.countries.includes(country)) return countryNotAllowed(country, options.countries);

  const kind = found.getType() ?? "unknown";
  const type = (options.types ?? usualTypes).find((allowed) => allowed === messageable[kind]);
  if (type === undefined) return typeNotAllowed(kind.toLowerCase());
  return { ok: true, value: { channel: "phone", address: key, key, country, type } };
}

/** Our names for the types that can receive a text message at all. */
const messageable: Readonly<Record<string, Phone["type"]>> = {
  MOBILE: "mobile",
  FIXED_LINE_OR_MOBILE: "mobile_or_landline",
  VOIP: "voip",
};

/** What was typed as it would be dialled; a pasted `tel:` link (RFC 3966) goes, its parameters do not. */
function withoutSeparators(text: string): string {
  return foldDigits(text.replace(/^tel:/i, "")).replace("\uFF0B", "+").replace(separators, "");
}

function regionOf(country: string | undefined): CountryCode | undefined {
  return getCountries().find((region) => region === country);
}

const malformed: Result<never, PhoneFacts> = {
  ok: false,
  problems: [{ code: "phone_malformed", field: "phone", facts: {} }],
};

const countryMissing: Result<never, PhoneFacts> = {
  ok: false,
  problems: [{ code: "phone_country_missing", field: "country", facts: {} }],
};

function typeNotAllowed(type: string): Result<never, PhoneFacts> {
  return { ok: false, problems: [{ code: "phone_type_not_allowed", field: "phone", facts: { type } }] };
}

function countryNotAllowed(country: string, allowed: readonly string[]): Result<never, PhoneFacts> {
  return {
    ok: false,
    problems: [{ code: "phone_country_not_allowed", field: "phone", facts: { country, allowed: [...allowed] } }],
  };
}
