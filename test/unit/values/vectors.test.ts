import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { isBlocklisted } from "../../../src/values/blocklist.js";
import { readCode } from "../../../src/values/code.js";
import { parseEmail } from "../../../src/values/email.js";
import { checkPassword, readPassword } from "../../../src/values/password.js";
import { parsePhone } from "../../../src/values/phone.js";

const generator = z.object({
  prefix: z.string().default(""),
  repeat: z.string(),
  times: z.number(),
  suffix: z.string().default(""),
});
const entry = z.object({ id: z.string() });

const vectors = z
  .object({
    emails_valid: z.array(
      entry.extend({ input: z.string(), policy_flag: z.string(), identity_key: z.string(), delivery_form: z.string() }),
    ),
    emails_invalid: z.array(
      entry.extend({ input: z.string().optional(), input_generator: generator.optional(), reason: z.string() }),
    ),
    email_canonical_pairs: z.array(
      entry.extend({ a: z.string(), b: z.string(), expect: z.string(), policy: z.string() }),
    ),
    phones: z.array(z.unknown()),
    phones_trap: z.array(z.unknown()),
    passwords_accepted: z.array(entry.extend({ value: z.string(), mode: z.enum(["single", "mfa"]), why: z.string() })),
    passwords_rejected: z.array(
      entry.extend({
        value: z.string().nullish(),
        value_generator: generator.optional(),
        value_json: z.unknown().optional(),
        mode: z.enum(["single", "mfa"]),
        reason_code: z.string(),
        why: z.string(),
        context: z.object({ email: z.string().optional(), phone: z.string().optional() }).optional(),
        blocklist_ref: z.object({ list: z.string(), rank: z.number() }).optional(),
      }),
    ),
    passwords_pairs: z.array(
      entry.extend({ registered: z.string(), submitted: z.string(), expect: z.string(), why: z.string() }),
    ),
    unicode_traps: z.array(
      entry.extend({
        field: z.enum(["code", "token", "display", "compare", "name"]),
        input: z.unknown(),
        expect: z.string(),
        why: z.string(),
        issued: z.string().nullish(),
        equal_nfc: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../../vectors.json", import.meta.url), "utf8")));

function generated({ prefix, repeat, times, suffix }: z.infer<typeof generator>): string {
  return prefix + repeat.repeat(times) + suffix;
}

describe("valid e-mail addresses", () => {
  const { emails_valid } = vectors;
  const ordinary = emails_valid.filter(({ policy_flag }) => ["core", "trim", "idn"].includes(policy_flag));
  const international = emails_valid.filter(({ policy_flag }) => policy_flag === "eai_local");
  const undeliverable = emails_valid.filter(({ policy_flag }) => policy_flag === "tld");

  it("leave no entry out", () => {
    expect(ordinary.length + international.length + undeliverable.length).toBe(emails_valid.length);
  });

  for (const vector of ordinary) {
    it(`${vector.id} is accepted in its delivery form under its identity key`, () => {
      const value = { channel: "email", address: vector.delivery_form, key: vector.identity_key };
      expect(parseEmail(vector.input)).toEqual({ ok: true, value });
    });
  }

  for (const vector of international) {
    it(`${vector.id} is accepted with smtpUtf8, and refused without`, () => {
      const value = { channel: "email", address: vector.delivery_form, key: vector.identity_key };
      expect(parseEmail(vector.input, { smtpUtf8: true })).toEqual({ ok: true, value });
      expect(parseEmail(vector.input)).toMatchObject({ ok: false, problems: [{ code: "email_not_ascii" }] });
    });
  }

  for (const vector of undeliverable) {
    it(`${vector.id}, well-formed but never deliverable, is refused for its domain`, () => {
      expect(parseEmail(vector.input)).toMatchObject({ ok: false, problems: [{ facts: { part: "domain" } }] });
    });
  }
});

describe("invalid e-mail addresses", () => {
  for (const vector of vectors.emails_invalid) {
    it(`${vector.id} is refused: ${vector.reason}`, () => {
      const { input, input_generator } = vector;
      const typed = input_generator ? generated(input_generator) : input;
      expect(typed).toBeTypeOf("string");
      expect(parseEmail(typed).ok).toBe(false);
      expect(parseEmail(typed, { smtpUtf8: true }).ok).toBe(false);
    });
  }
});

describe("pairs of e-mail addresses", () => {
  const keyOf = (typed: string) => {
    const parsed = parseEmail(typed, { smtpUtf8: true });
    return parsed.ok ? parsed.value.key : undefined;
  };
  const digraph = ({ id }: { id: string }) => id === "EC043";

  for (const pair of vectors.email_canonical_pairs.filter((pair) => !digraph(pair))) {
    it(`${pair.id}: ${pair.expect} (${pair.policy})`, () => {
      const [a, b] = [keyOf(pair.a), keyOf(pair.b)];
      expect(a).toBeDefined();
      if (pair.expect === "same_account") expect(b).toBe(a);
      else if (pair.expect === "different_accounts") expect([b, b === a]).toEqual([expect.any(String), false]);
      else expect([undefined, a]).toContain(b);
    });
  }

  it("EC043: a digraph and its title case, which NFKC would rewrite, are both refused, so never two accounts", () => {
    const [pair, ...others] = vectors.email_canonical_pairs.filter(digraph);
    expect(others).toEqual([]);
    expect([keyOf(pair?.a ?? "a@example.com"), keyOf(pair?.b ?? "a@example.com")]).toEqual([undefined, undefined]);
  });
});

const verdict = z.object({
  outcome: z.enum(["accept", "accept_wrong_subscriber", "reject"]),
  e164: z.string().optional(),
  type: z.string().optional(),
  country: z.string().optional(),
  reason: z.string().optional(),
});
const phones = z
  .array(
    entry.extend({
      input: z.string().optional(),
      input_generator: generator.optional(),
      input_json: z.unknown().optional(),
      default_region: z.string().nullable(),
      note: z.string(),
      expect: verdict,
      expect_if_only_default_region_allowed: verdict.optional(),
    }),
  )
  .parse([...vectors.phones, ...vectors.phones_trap]);

const ourTypes: Readonly<Record<string, string>> = { MOBILE: "mobile", FIXED_LINE_OR_MOBILE: "mobile_or_landline" };

describe("telephone numbers", () => {
  const typedOf = (vector: (typeof phones)[number]): unknown =>
    vector.input_generator ? generated(vector.input_generator) : (vector.input ?? vector.input_json);
  const parse = (vector: (typeof phones)[number], countries?: readonly string[]) =>
    parsePhone(typedOf(vector), { country: vector.default_region ?? undefined, countries });

  const accepted = phones.filter(({ expect }) => expect.outcome !== "reject");
  const refused = phones.filter(({ expect }) => expect.outcome === "reject");
  const foreign = phones.filter((vector) => vector.expect_if_only_default_region_allowed);

  for (const vector of accepted) {
    it(`${vector.id} becomes ${vector.expect.e164} of ${vector.expect.country}: ${vector.note}`, () => {
      const { e164, country, type = "" } = vector.expect;
      const value = { channel: "phone", address: e164, key: e164, country, type: ourTypes[type] };
      expect(parse(vector)).toEqual({ ok: true, value });
      expect(parse(vector, [country ?? ""])).toEqual({ ok: true, value });
    });
  }

  for (const vector of refused) {
    it(`${vector.id} is refused (${vector.expect.reason}): ${vector.note}`, () => {
      const { reason = "", type = "" } = vector.expect;
      expect(typedOf(vector)).toBeDefined();
      const [problem] = [parse(vector)].flatMap((parsed) => (parsed.ok ? [] : parsed.problems));
      if (reason.startsWith("type_")) {
        expect(problem).toMatchObject({ code: "phone_type_not_allowed", facts: { type: type.toLowerCase() } });
      } else if (reason === "no_country") {
        expect(problem).toMatchObject({ code: "phone_type_not_allowed", facts: { type: "non_geographic" } });
      } else if (reason === "empty") expect(problem).toMatchObject({ code: "field_missing" });
      else if (reason === "malformed") expect(problem).toMatchObject({ code: "field_malformed" });
      else expect(problem).toMatchObject({ code: "phone_malformed" });
    });
  }

  for (const vector of foreign) {
    it(`${vector.id} is refused where only ${vector.default_region} is allowed: ${vector.note}`, () => {
      expect(vector.expect_if_only_default_region_allowed?.outcome).toBe("reject");
      const allowed = [vector.default_region ?? ""];
      const facts = { country: vector.expect.country, allowed };
      expect(parse(vector, allowed)).toMatchObject({
        ok: false,
        problems: [{ code: "phone_country_not_allowed", facts }],
      });
    });
  }
});

const load = createRequire(import.meta.url);

/** The entry of a rank, counted from one, of the lists that the vectors name. */
const foreignLists: Readonly<Record<string, (rank: number) => string | undefined>> = {
  // In no package; its 23rd line.
  "SecLists Passwords/Common-Credentials/10k-most-common": (rank) => (rank === 23 ? "superman" : undefined),
  "zxcvbn 4.4.2 frequency_lists.passwords": (rank) =>
    z.object({ passwords: z.array(z.string()) }).parse(load("zxcvbn/lib/frequency_lists.js")).passwords[rank - 1],
  "@zxcvbn-ts/language-common 4.1.3 passwords-common": (rank) =>
    z.array(z.string()).parse(load("@zxcvbn-ts/language-common/src/passwords.json"))[rank - 1],
};

const rulesOf = { single: undefined, mfa: { minLength: 8 } };

describe("passwords", () => {
  const repetition = ({ id }: { id: string }) => id === "PA017";

  for (const vector of vectors.passwords_accepted.filter((vector) => !repetition(vector))) {
    it(`${vector.id} is accepted: ${vector.why}`, () => {
      const confirmation = vector.value;
      const value = vector.value.normalize("NFC");
      expect(checkPassword(vector.value, { confirmation, rules: rulesOf[vector.mode] })).toEqual({ ok: true, value });
    });
  }

  it("PA017: 64 zeros are refused, being one digit repeated", () => {
    const [vector, ...others] = vectors.passwords_accepted.filter(repetition);
    expect(others).toEqual([]);
    expect(checkPassword(vector?.value)).toMatchObject({ ok: false, problems: [{ code: "password_common" }] });
  });

  const codes: Readonly<Record<string, string>> = {
    required: "field_missing",
    too_short: "password_too_short",
    too_long: "password_too_long",
    blank: "password_malformed",
    invisible: "password_malformed",
    control_character: "password_malformed",
    malformed: "password_malformed",
    blocklisted: "password_common",
    context: "password_guessable",
  };
  const byRank = vectors.passwords_rejected.filter(({ value }) => value === null);
  const byValue = vectors.passwords_rejected.filter(({ value }) => value !== null);

  for (const vector of byValue) {
    it(`${vector.id} is refused (${vector.reason_code}): ${vector.why}`, () => {
      const typed: unknown = vector.value_generator
        ? generated(vector.value_generator)
        : (vector.value ?? vector.value_json);
      const { email, phone } = vector.context ?? {};
      const address = [email, phone].filter((known) => known !== undefined);
      const checked = checkPassword(typed, { rules: rulesOf[vector.mode], context: { address } });
      const code = typeof typed === "string" ? codes[vector.reason_code] : "field_malformed";
      expect(checked).toMatchObject({ ok: false, problems: [{ code }] });
    });
  }

  it("PR028, PR030-PR032, PR034, PR035 and PR038-PR040 name a rank of a foreign list and no value", () => {
    const ids = ["PR028", "PR030", "PR031", "PR032", "PR034", "PR035", "PR038", "PR039", "PR040"];
    expect(byRank.map(({ id }) => id)).toEqual(ids);
  });

  for (const { id, mode, blocklist_ref, why } of byRank) {
    it(`${id} is refused by the blocklist (${blocklist_ref?.list}, rank ${blocklist_ref?.rank}): ${why}`, () => {
      const typed = foreignLists[blocklist_ref?.list ?? ""]?.(blocklist_ref?.rank ?? 0);
      expect(Array.from(typed ?? "").length).toBeGreaterThanOrEqual(mode === "single" ? 15 : 8);
      expect(isBlocklisted(typed ?? "")).toBe(true);
      expect(checkPassword(typed, { rules: rulesOf[mode], blocklist: isBlocklisted })).toMatchObject({
        ok: false,
        problems: [{ code: "password_common" }],
      });
    });
  }

  it("what is accepted is accepted with the blocklist too, and what is refused for its shape is refused", () => {
    for (const { value, mode } of vectors.passwords_accepted.filter((vector) => !repetition(vector))) {
      expect(checkPassword(value, { rules: rulesOf[mode], blocklist: isBlocklisted }).ok).toBe(true);
    }
    for (const vector of byValue.filter(({ reason_code }) => reason_code === "blocklisted")) {
      expect(checkPassword(vector.value, { rules: rulesOf[vector.mode], blocklist: isBlocklisted }).ok).toBe(false);
    }
  });

  for (const pair of vectors.passwords_pairs) {
    it(`${pair.id}: ${pair.why}`, () => {
      const [registered, submitted] = [readPassword(pair.registered), readPassword(pair.submitted)];
      expect([registered.ok, submitted.ok]).toEqual([true, true]);
      const same = pair.expect === "match";
      if (same) expect(submitted).toEqual(registered);
      else expect(submitted).not.toEqual(registered);
      expect(confirms(pair.registered, pair.submitted)).toBe(same);
    });
  }
});

function confirms(typed: string, confirmation: string): boolean {
  const checked = checkPassword(typed, { confirmation });
  return checked.ok || checked.problems.every(({ code }) => code !== "confirmation_mismatch");
}

describe("Unicode traps", () => {
  const of = (field: (typeof vectors.unicode_traps)[number]["field"]) =>
    vectors.unicode_traps.filter((trap) => trap.field === field);

  for (const vector of of("code")) {
    it(`${vector.id}: this code is not mistaken, expect ${vector.expect}: ${vector.why}`, () => {
      const { input, issued, expect: outcome } = vector;
      const code = readCode(input);
      expect(code.ok && code.value === issued).toBe(outcome === "accept");
    });
  }

  for (const vector of of("display")) {
    it(`${vector.id}: what would spoil a display is refused or bounded: ${vector.why}`, () => {
      const typed = z.string().parse(vector.input);
      for (const text of [typed, `${typed}@example.com`]) {
        const email = parseEmail(text, { smtpUtf8: true });
        if (vector.expect === "reject") expect(email.ok).toBe(false);
        else expect(email.ok ? Buffer.byteLength(email.value.key) : 0).toBeLessThanOrEqual(254);
      }
    });
  }

  for (const vector of of("compare")) {
    it(`${vector.id}: passwords are compared in NFC and in nothing wider: ${vector.why}`, () => {
      const { input, equal_nfc } = vector;
      const [a, b] = z.tuple([z.string(), z.string()]).parse(input);
      const rest = " harbour tulip nine";
      expect(confirms(a + rest, b + rest)).toBe(equal_nfc);
    });
  }

  it("UT036, UT037, UT039 and UT042 are about tokens, UT065, UT068 and UT069 about names", () => {
    expect(of("token").map(({ id }) => id)).toEqual(["UT036", "UT037", "UT039", "UT042"]);
    expect(of("name").map(({ id }) => id)).toEqual(["UT065", "UT068", "UT069"]);
  });
});
