import { describe, expect, it } from "vitest";
import type { Problem, ProblemCode } from "../../../src/core/problem.js";
import { languages } from "../../../src/messages/languages.js";
import { problemText } from "../../../src/messages/problem-text.js";

/** At least one problem of every code, each with every shape its facts can take. */
const samples: { readonly [C in ProblemCode]: readonly Extract<Problem, { code: C }>["facts"][] } = {
  field_missing: [{}],
  field_malformed: [{ expected: "string" }, { expected: "digits" }],
  field_unknown: [{ name: "nickname" }],
  channel_ambiguous: [{}],
  channel_not_offered: [{ offered: ["email"] }, { offered: ["phone"] }, { offered: ["email", "phone"] }],
  email_malformed: [{ part: "local" }, { part: "domain" }, { part: "whole" }],
  email_not_ascii: [{}],
  email_too_long: [{ maximum: 254 }],
  phone_malformed: [{}],
  phone_country_missing: [{}],
  phone_type_not_allowed: [{ type: "fixed_line" }, { type: "premium_rate" }],
  phone_country_not_allowed: [
    { country: "US", allowed: [] },
    { country: "US", allowed: ["DE", "CN"] },
  ],
  password_too_short: [
    { minimum: 15, actual: 8 },
    { minimum: 15, actual: 1 },
  ],
  password_too_long: [{ maximum: 1024 }],
  password_malformed: [{}],
  password_common: [{}],
  password_guessable: [{ from: "address" }, { from: "service" }, { from: "profile" }],
  password_breached: [{}],
  confirmation_mismatch: [{}],
  captcha_missing: [{}],
  captcha_failed: [{}],
  consent_missing: [{ document: "terms", version: "3" }],
  consent_outdated: [{ document: "terms", version: "3" }],
  profile_invalid: [{ message: "Said by the schema" }],
  profile_malformed: [{ maximumBytes: 1024 }],
  refused: [{ reason: "Said by the host" }],
  ticket_invalid: [{}],
  ticket_expired: [{}],
  wrong_step: [
    { step: "identifier" },
    { step: "password" },
    { step: "captcha" },
    { step: "profile" },
    { step: "pending" },
    { step: "activated" },
    { step: "closed" },
  ],
  code_wrong: [{ attemptsLeft: 1 }, { attemptsLeft: 4 }],
  code_expired: [{}],
  code_locked: [{}],
  link_invalid: [{}],
  link_expired: [{}],
  link_used: [{}],
  proof_required: [{}],
  proof_wrong: [{ attemptsLeft: 1 }, { attemptsLeft: 4 }],
  credentials_wrong: [{}],
  already_registered: [{ signInUrl: "https://app.example/login" }],
  resend_too_early: [{ retryAfterSeconds: 60 }],
  too_many_messages: [{ retryAfterSeconds: 60 }],
  too_many_attempts: [{ retryAfterSeconds: 60 }],
  busy: [{ retryAfterSeconds: 60 }],
};

/** Keys that a host chose for its own use, and what only a programmer can mend: not words for a visitor. */
const unspoken = ["consent_missing", "consent_outdated", "field_malformed"];

const problems = JSON.parse(
  JSON.stringify(Object.entries(samples).flatMap(([code, list]) => list.map((facts) => ({ code, facts })))),
);

describe.each(languages.map((language) => language.tag))("the problems in %s", (tag) => {
  const sentences: readonly string[] = problems.map((problem: Problem) => problemText(problem, tag));

  it("are all worded, each with its own sentence, without a hole", () => {
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) {
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\$\{|\s\s/);
      expect(sentence).toMatch(/[.。]$|^Said by|login$/);
    }
  });

  it("say every fact that helps a visitor", () => {
    const of = (code: string, facts: object) =>
      problemText(JSON.parse(JSON.stringify({ code, facts: { ...facts } })), tag);
    for (const { code, facts } of problems) {
      if (unspoken.includes(code)) continue;
      for (const [name, value] of Object.entries(facts)) {
        if (typeof value === "number") expect(of(code, { ...facts, [name]: 59 })).toContain("59");
        if (["name", "message", "reason", "signInUrl"].includes(name)) expect(of(code, facts)).toContain(value);
      }
    }
  });

  it("say of a password that would be guessed why it is refused, and what would pass", () => {
    const refused: readonly Problem[] = problems.filter(({ code }: Problem) => /common|guess|breach/.test(code));
    const texts = refused.map((problem) => problemText(problem, tag));
    const words = { en: "several words", de: "Mehrere Wörter", zh: "几个互不相关的词" };
    expect(texts).toHaveLength(5);
    for (const text of texts) expect(Object.values(words).some((advice) => text.includes(advice))).toBe(true);
    expect(new Set(texts).size).toBe(5);
  });

  it("share no sentence with another language but the host's own words", () => {
    for (const other of languages.filter((language) => language.tag !== tag)) {
      const theirs = new Set(problems.map((problem: Problem) => problemText(problem, other.tag)));
      expect(sentences.filter((sentence) => theirs.has(sentence))).toEqual(["Said by the schema", "Said by the host"]);
    }
  });
});

describe("problemText", () => {
  const wait = (retryAfterSeconds: number, tag: string) =>
    problemText({ code: "too_many_attempts", facts: { retryAfterSeconds } }, tag);

  it.each([
    [1, "1 second.", "1 Sekunde.", "1 秒"],
    [0, "1 second.", "1 Sekunde.", "1 秒"],
    [30, "30 seconds.", "30 Sekunden.", "30 秒"],
    [60, "1 minute.", "1 Minute.", "1 分钟"],
    [61, "2 minutes.", "2 Minuten.", "2 分钟"],
    [5400, "90 minutes.", "90 Minuten.", "90 分钟"],
    [5401, "2 hours.", "2 Stunden.", "2 小时"],
    [86_400, "24 hours.", "24 Stunden.", "24 小时"],
    [2_592_000, "30 days.", "30 Tage.", "30 天"],
    [Number.POSITIVE_INFINITY, "1 minute.", "1 Minute.", "1 分钟"],
  ])("words a wait of %d s in the unit that a person would use, rounded up", (seconds, en, de, zh) => {
    expect(wait(seconds, "en")).toContain(` in ${en}`);
    expect(wait(seconds, "de")).toContain(` noch ${de}`);
    expect(wait(seconds, "zh")).toContain(` ${zh}`);
  });

  it("counts in the plural of each language", () => {
    const left = (attemptsLeft: number, tag: string) =>
      problemText({ code: "code_wrong", field: "code", facts: { attemptsLeft } }, tag);
    expect(left(1, "en")).toMatch(/1 try left\.$/);
    expect(left(2, "en")).toMatch(/2 tries left\.$/);
    expect(left(1, "de")).toMatch(/noch 1 Versuch\.$/);
    expect(left(2, "de")).toMatch(/noch 2 Versuche\.$/);
    expect(left(2, "zh")).toMatch(/还可以再试 2 次。$/);
  });

  it("names countries in the reader's language, and leaves an unknown code as it is", () => {
    const refused = (tag: string, country: string, allowed: readonly string[]) =>
      problemText({ code: "phone_country_not_allowed", facts: { country, allowed } }, tag);
    expect(refused("en", "US", ["DE", "CN"])).toContain("United States. Possible: Germany and China.");
    expect(refused("de", "US", ["DE", "CN"])).toContain("Vereinigte Staaten. Möglich: Deutschland und China.");
    expect(refused("zh", "US", ["DE", "CN"])).toContain("美国。目前支持：德国和中国。");
    expect(refused("en", "no such place", [])).toContain("no such place");
    expect(refused("en", "US", ["DE", "CN", "FR", "IT", "ES", "PT"])).not.toContain("Possible");
  });

  it.each([
    ["email_disposable", "disposable address", "Wegwerf-Adresse", "临时邮箱"],
    ["email_unreachable", "does not receive mail", "empfängt keine E-Mails", "无法接收邮件"],
    ["email_of_role", "belongs to a role", "gehört zu einer Funktion", "公用邮箱"],
    ["invitation_missing", "with an invitation", "nur mit Einladung", "仅限受邀"],
    ["invitation_invalid", "invitation is not valid", "Einladung ist ungültig", "邀请无效"],
    ["risk-7", "contact us", "melden Sie sich", "与我们联系"],
    ["constructor", "contact us", "melden Sie sich", "与我们联系"],
    ["", "contact us", "melden Sie sich", "与我们联系"],
  ])("words the refusal %j, and shows no code", (reason, en, de, zh) => {
    for (const [tag, words] of Object.entries({ en, de, zh })) {
      const text = problemText({ code: "refused", facts: { reason } }, tag);
      expect(text).toContain(words);
      expect(text).toMatch(/[.。]$/);
      if (reason !== "") expect(text).not.toContain(reason);
    }
  });

  it.each(["Sign-ups are closed today.", "今日暂停注册", "Geschlossen bis März"])(
    "gives a host's own sentence as it is: %s",
    (reason) => {
      for (const tag of ["en", "de", "zh"])
        expect(problemText({ code: "refused", facts: { reason } }, tag)).toBe(reason);
    },
  );

  it("groups digits as the language does", () => {
    const tooLong = (tag: string) => problemText({ code: "password_too_long", facts: { maximum: 1024 } }, tag);
    expect(tooLong("en")).toContain("1,024");
    expect(tooLong("de")).toContain("1.024");
  });

  it("takes a tag, a header or nothing", () => {
    const missing: Problem = { code: "field_missing", facts: {} };
    expect(problemText(missing)).toBe("Please fill in this field.");
    expect(problemText(missing, "de-CH")).toBe("Bitte füllen Sie dieses Feld aus.");
    expect(problemText(missing, "fr;q=0.9, zh-TW;q=0.8")).toBe("请填写此项。");
    expect(problemText(missing, "x".repeat(5000))).toBe("Please fill in this field.");
  });
});
