import { describe, expect, it } from "vitest";
import { composeSms } from "../../../src/messages/compose.js";
import type { LetterKind, Words } from "../../../src/messages/language.js";
import { languages } from "../../../src/messages/languages.js";

const kinds: readonly LetterKind[] = ["activation", "already_registered", "activated"];
const words: Words = { service: "Example", masked: "+49***12", signInUrl: "https://app.example/login" };
const long: Words = { ...words, service: "Twenty characters ok", signInUrl: "https://accounts.example.com/login" };
const sms = (tag: string, kind: LetterKind, more: Partial<Words> = {}, base = words) =>
  composeSms(kind, tag, { ...base, ...more }).text;

/** 3GPP TS 23.038, section 6.2.1, without what costs an escape. */
const gsm7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

describe("a text message", () => {
  it("reads as a person would write it", () => {
    const more = { code: "123456", minutes: 10 };
    expect(sms("en", "activation", more)).toBe(
      "123456 is your Example code, valid for 10 minutes. Not you? Ignore this message.\n\n@app.example #123456",
    );
    expect(sms("de", "activation", more)).toBe(
      "123456 ist Ihr Code für Example, 10 Minuten gültig. Nicht angefordert? Dann ignorieren Sie diese SMS.\n\n@app.example #123456",
    );
    expect(sms("zh", "activation", more)).toBe(
      "Example 验证码：123456，10 分钟内有效，请勿泄露。如非本人操作，请忽略。\n\n@app.example #123456",
    );
  });

  it("ends with the line that binds the code to the host, after an empty one, in every language", () => {
    for (const { tag } of languages) {
      const text = sms(tag, "activation", {
        code: "0123456789",
        minutes: 10,
        signInUrl: "https://a.example:8443/in?x=1#y",
      });
      expect(text.split("\n").slice(-2)).toEqual(["", "@a.example #0123456789"]);
    }
  });

  it("has no such line where there is no code to bind, nor one that a service name smuggles in", () => {
    for (const { tag } of languages) {
      for (const kind of kinds) expect(sms(tag, kind, {})).not.toMatch(/^@/m);
      for (const kind of kinds) expect(sms(tag, kind, { service: "x\n\n@evil.example #1" })).not.toMatch(/^@/m);
      expect(sms(tag, "activated", { code: "123456" })).not.toContain("123456");
    }
  });

  it("has no hole in it, with a link, a code, both or neither", () => {
    for (const { tag } of languages)
      for (const kind of kinds)
        for (const more of [
          {},
          { link: "https://l.example/a" },
          { code: "123456" },
          { link: "https://l.example/a", code: "123456" },
        ]) {
          const text = sms(tag, kind, more);
          expect(text).not.toMatch(/undefined|null|NaN|\[object| {2}/);
          expect(text).toContain("Example");
          if (kind === "activation" && "link" in more && !("code" in more)) expect(text).toContain(more.link);
          if (kind === "activated") expect(text).toContain(words.signInUrl);
          // A carrier that refuses links would tell a taken number from a free one.
          if (kind === "already_registered") expect(text).not.toMatch(/https?:|\.example/);
        }
  });

  it("fits one GSM-7 message in English and German, for a name of 20 characters and a code of ten digits", () => {
    for (const tag of ["en", "de"])
      for (const kind of kinds) {
        const text = sms(tag, kind, { code: "0123456789", minutes: 10 }, long);
        expect(text).toMatch(gsm7);
        expect(text.length).toBeLessThanOrEqual(160);
      }
  });

  it("fits one UCS-2 message in Chinese for a short name and a usual code, and two at the most", () => {
    for (const kind of kinds) {
      expect(sms("zh", kind, { code: "123456", minutes: 10 }).length).toBeLessThanOrEqual(70);
      expect(sms("zh", kind, { code: "0123456789", minutes: 10 }, long).length).toBeLessThanOrEqual(2 * 67);
    }
  });
});
