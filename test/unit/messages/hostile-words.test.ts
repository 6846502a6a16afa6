import { describe, expect, it } from "vitest";
import { composeMail, composeSms } from "../../../src/messages/compose.js";
import type { LetterKind, Words } from "../../../src/messages/language.js";
import { languages } from "../../../src/messages/languages.js";
import { naughtyTexts } from "../../fuzz/naughty-texts.js";
import { readHtml } from "./read-html.js";

const kinds: readonly LetterKind[] = ["activation", "already_registered", "activated"];
const words: Words = {
  service: "Example",
  masked: "a***@example.com",
  signInUrl: "https://app.example/login",
  link: "https://app.example/activate#t=k.id.nonce.mac.1",
  code: "12345678",
  minutes: 480,
};
/** As long as a service or a masked address may be, and beyond. */
const texts = [
  ...naughtyTexts.map(({ text }) => text.slice(0, 300)),
  `"><script>alert('1')</script>`,
  "</title></head><body onload=alert(1)>",
  "</style><img src=x onerror=alert(1)>",
  "https://evil.example/",
  "{link}{code}{service}",
  "<!--",
];

describe.each(languages.map(({ tag }) => tag))("a mail in %s", (tag) => {
  it.each(kinds)("%s has the same nodes whatever is the name of the service and the address (T21)", (kind) => {
    const nodes = (more: Partial<Words>) => readHtml(composeMail(kind, tag, { ...words, ...more }).html).nodes;
    const plain = nodes({});
    for (const text of texts) {
      expect(nodes({ service: text }), text).toEqual(plain);
      expect(nodes({ masked: text }), text).toEqual(plain);
      const { subject } = composeMail(kind, tag, { ...words, service: text, masked: text });
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }
  });

  it("ends a text message with the line of its own host alone (T21)", () => {
    for (const text of [...texts, "Ex\n\n@evil.example #000000"]) {
      const sms = composeSms("activation", tag, { ...words, service: text, masked: text }).text;
      expect(sms.split("\n").filter((line) => /^@\S+ #\d+$/.test(line))).toEqual(["@app.example #12345678"]);
      expect(sms.endsWith("\n@app.example #12345678")).toBe(true);
    }
  });
});

describe("a language", () => {
  it("is one on offer, whatever a request asks for, and never written as it was asked (T21)", () => {
    for (const wanted of texts) {
      const { locale, html } = composeMail("activation", wanted, words);
      expect(languages.map(({ tag }) => tag)).toContain(locale);
      expect(readHtml(html).nodes[0]?.attributes.lang).toMatch(/^(en|de|zh-Hans)$/);
    }
  });
});
