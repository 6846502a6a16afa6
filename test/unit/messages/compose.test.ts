import { describe, expect, it } from "vitest";
import { chooseLocale, composeMail, composeSms, type Messages } from "../../../src/messages/compose.js";
import type { Words } from "../../../src/messages/language.js";
import { readHtml } from "./read-html.js";

const words: Words = {
  service: "Example",
  masked: "j***@example.com",
  link: "https://app.example/activate#t=abc",
  minutes: 480,
  signInUrl: "https://app.example/login",
};
const ours = composeMail("activation", "en", words);

describe("a host's own words", () => {
  it("replace one part and keep the others", () => {
    const messages: Messages = { en: { activation: { subject: (w) => `Welcome to ${w.service}` } } };
    expect(composeMail("activation", "en", words, messages)).toEqual({
      ...ours,
      subject: "Welcome to Example",
      html: ours.html.replace(`<title>${ours.subject}`, "<title>Welcome to Example"),
    });
    expect(composeMail("activated", "en", words, messages)).toEqual(composeMail("activated", "en", words));
    expect(composeMail("activation", "de", words, messages)).toEqual(composeMail("activation", "de", words));
  });

  it("get every variable", () => {
    const seen: Words[] = [];
    const messages: Messages = {
      en: { activation: { text: (w) => `${seen.push(w)}`, sms: (w) => `${seen.push(w)}` } },
    };
    composeMail("activation", "en", { ...words, code: "12345678" }, messages);
    composeSms("activation", "en", { ...words, code: "12345678" }, messages);
    expect(seen).toEqual([
      { ...words, code: "12345678" },
      { ...words, code: "12345678" },
    ]);
  });

  it("in text alone give the HTML made of that text, with the given addresses linked and the rest escaped", () => {
    const text = (w: Words) =>
      `Hi <b> & "you"\nline two\n\nGo: ${w.link}. Or https://evil.example\n\n\n${w.signInUrl}\n`;
    const mail = composeMail("activation", "en", words, { en: { activation: { text } } });
    const page = readHtml(mail.html);
    expect(mail.text).toBe(text(words));
    expect(page.text).toContain('Hi <b> & "you"\nline two');
    expect(page.nodes.filter((node) => node.name === "a").map((node) => node.attributes.href)).toEqual([
      words.link,
      words.signInUrl,
    ]);
    expect(page.nodes.some((node) => node.name === "b")).toBe(false);
    expect(page.text).not.toContain("Hello,");
  });

  it("in HTML alone leave our text, and are sent as they are", () => {
    const mail = composeMail("activation", "en", words, { en: { activation: { html: () => "<p>mine</p>" } } });
    expect(mail).toEqual({ ...ours, html: "<p>mine</p>" });
  });

  it("in a text message are the whole of it", () => {
    const messages: Messages = { de: { activation: { sms: (w) => `Ihr Code: ${w.code}` } } };
    expect(composeSms("activation", "de", { ...words, code: "1" }, messages)).toEqual({
      locale: "de",
      text: "Ihr Code: 1",
    });
  });

  it("never break a subject", () => {
    const messages: Messages = { en: { activation: { subject: () => "One\r\nBcc: two" } } };
    expect(composeMail("activation", "en", words, messages).subject).toBe("One Bcc: two");
  });

  it("add a language, whose missing parts are English and say so", () => {
    const messages: Messages = { fr: { activation: { subject: () => "Bienvenue", text: () => "Bonjour" } } };
    const mail = composeMail("activation", "fr-CA,en;q=0.5", words, messages);
    expect(mail).toMatchObject({ locale: "fr", subject: "Bienvenue", text: "Bonjour" });
    expect(readHtml(mail.html).nodes[0]?.attributes.lang).toBe("fr");
    const other = composeMail("activated", "fr", words, messages);
    expect(other).toEqual({ ...composeMail("activated", "en", words), locale: "fr" });
    expect(readHtml(other.html).nodes[0]?.attributes.lang).toBe("en");
    expect(composeSms("activated", "fr", words, messages)).toEqual({
      ...composeSms("activated", "en", words),
      locale: "fr",
    });
  });

  it("for a region fall back to the language, not to English", () => {
    const messages: Messages = { "de-AT": { activation: { subject: () => "Servus" } } };
    const mail = composeMail("activation", "de-AT", words, messages);
    expect(mail.subject).toBe("Servus");
    expect(mail.text).toBe(composeMail("activation", "de", words).text);
    expect(chooseLocale("de-DE", messages)).toBe("de");
  });

  it("in a language written from the right turn the page round", () => {
    const messages: Messages = { ar: { activation: { text: () => "مرحبا" } } };
    expect(readHtml(composeMail("activation", "ar", words, messages).html).nodes[0]?.attributes).toEqual({
      lang: "ar",
      dir: "rtl",
    });
  });

  it("win over ours where both tags mean the same", () => {
    const messages: Messages = { "zh-Hans": { activation: { subject: () => "你好" } } };
    expect(composeMail("activation", "zh-CN", words, messages)).toMatchObject({ locale: "zh-Hans", subject: "你好" });
    expect(composeMail("activation", "zh-TW", words, messages).text).toBe(composeMail("activation", "zh", words).text);
  });
});

describe("a mail without the host's words", () => {
  it("speaks the nearest language and names it", () => {
    expect(composeMail("activation", "de-CH, en;q=0.1", words).locale).toBe("de");
    expect(composeMail("activation", undefined, words).locale).toBe("en");
    expect(composeSms("activated", "zh-HK", words).locale).toBe("zh");
  });

  it("previews its first sentence and not the greeting", () => {
    expect(readHtml(ours.html).text.trim()).toMatch(/^You are getting this email because/);
  });
});
