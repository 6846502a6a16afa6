import { describe, expect, it } from "vitest";
import { composeMail } from "../../../src/messages/compose.js";
import type { LetterKind, Words } from "../../../src/messages/language.js";
import { languages } from "../../../src/messages/languages.js";
import { readHtml } from "./read-html.js";

const kinds: readonly LetterKind[] = ["activation", "already_registered", "activated"];
const words: Words = { service: "Example", masked: "j***@example.com", signInUrl: "https://app.example/login" };
const link = "https://app.example/activate#t=k1.0196f0a2.1.nonce-_.mac";
const code = "12345678";
const variants: Readonly<Record<string, Partial<Words>>> = {
  "a link": { link, minutes: 480 },
  "a code": { code, minutes: 480 },
  both: { link, code, minutes: 480 },
  "no time": { link, code },
  neither: {},
};
const cases = languages.flatMap(({ tag }) =>
  kinds.flatMap((kind) => Object.keys(variants).map((variant) => ({ tag, kind, variant }))),
);
const mail = (tag: string, kind: LetterKind, more: Partial<Words> = {}) =>
  composeMail(kind, tag, { ...words, ...more });

describe.each(cases)("the $kind mail in $tag with $variant", ({ tag, kind, variant }) => {
  const composed = mail(tag, kind, variants[variant]);
  const page = readHtml(composed.html);

  it("has no hole in it", () => {
    for (const part of [composed.subject, composed.text, composed.html])
      expect(part).not.toMatch(/undefined|null|NaN|\[object|\$\{/);
    expect(composed.text).not.toMatch(/ {2}|\n{3}| \n/);
    expect(composed.subject).not.toBe("");
  });

  it("says the same in text and in HTML", () => {
    for (const paragraph of composed.text.trim().split(/\n+/)) {
      const said =
        paragraph === `${link}` || paragraph.startsWith("https:") ? paragraph : paragraph.replace(/[:：]$/, "");
      expect(page.text).toContain(said);
    }
  });

  it("declares its language and stays free of tables, images and scripts", () => {
    const lang = { en: "en", de: "de", zh: "zh-Hans" }[tag];
    expect(page.nodes[0]).toEqual({ name: "html", attributes: { lang, dir: "ltr" } });
    const names = new Set(page.nodes.map((node) => node.name));
    for (const unwanted of ["table", "img", "script", "link", "form"]) expect(names).not.toContain(unwanted);
    expect(composed.html).not.toMatch(/url\(|src=|@import/);
  });
});

describe.each(languages.map(({ tag }) => tag))("a mail in %s", (tag) => {
  it("says which service and which address, masked, in every kind", () => {
    for (const kind of kinds) {
      const { subject, text } = mail(tag, kind, { link, code, minutes: 480 });
      expect(subject).toContain("Example");
      expect(text).toContain("Example");
      expect(text).toContain("j***@example.com");
    }
  });

  it("to activate carries link, code and their life, each only where it exists", () => {
    const eight = { en: "8 hours", de: "8 Stunden", zh: "8 小时" }[tag];
    for (const [more, has, lacks] of [
      [variants["a link"], [link, eight], [code]],
      [variants["a code"], [code, eight], [link]],
      [variants.both, [link, code, eight], []],
      [variants["no time"], [link, code], [eight]],
    ] as const) {
      const { text } = mail(tag, "activation", more);
      for (const part of has) expect(text).toContain(part);
      for (const part of lacks) expect(text).not.toContain(part);
    }
  });

  it("tells whoever did not sign up what to do, and offers the link's own way only where there is one", () => {
    const notMe = { en: "This was not me", de: "Das war ich nicht", zh: "非本人操作”" }[tag];
    expect(mail(tag, "activation", { link }).text).toContain(notMe);
    expect(mail(tag, "activation", { code }).text).not.toContain(notMe);
  });

  it("has a button and the spelled-out address, and links nowhere else", () => {
    for (const [kind, more, href] of [
      ["activation", { link, code }, link],
      ["already_registered", {}, words.signInUrl],
      ["activated", {}, words.signInUrl],
    ] as const) {
      const { nodes, text } = readHtml(mail(tag, kind, more).html);
      const anchors = nodes.filter((node) => node.name === "a");
      expect(anchors.map((node) => node.attributes.href)).toEqual([href, href]);
      expect(text).toContain(href);
    }
    expect(readHtml(mail(tag, "activation", { code }).html).nodes.some((node) => node.name === "a")).toBe(false);
  });

  it("puts no link or code into a message that activates nothing, nor a secret into a subject", () => {
    for (const kind of kinds) {
      const { subject, text, html } = mail(tag, kind, { link, code });
      expect(subject).not.toContain(code);
      if (kind !== "activation") expect(text + html).not.toMatch(/12345678|activate#/);
    }
  });
});

describe("the life of link and code", () => {
  it.each([
    [10, "10 minutes"],
    [1, "1 minute"],
    [0.4, "1 minute"],
    [114, "114 minutes"],
    [115, "2 hours"],
    [174, "2 hours"],
    [475, "8 hours"],
    [1440, "24 hours"],
  ])("of %d minutes reads %s", (minutes, said) => {
    expect(mail("en", "activation", { link, minutes }).text).toContain(`valid for ${said}.`);
  });
});

describe("what comes from outside", () => {
  const evil = `"><script>alert('1')</script>&amp;`;

  it.each(kinds)("adds no node to the %s mail and comes out as it went in", (kind) => {
    for (const { tag } of languages) {
      const plain = readHtml(mail(tag, kind, { link, code }).html);
      const attacked = composeMail(kind, tag, { ...words, link, code, service: evil, masked: `${evil}'` });
      const read = readHtml(attacked.html);
      expect(read.nodes).toEqual(plain.nodes);
      expect(read.text).toContain(evil);
      expect(attacked.html).not.toContain("<script");
    }
  });

  it("never becomes a link that is not http or https", () => {
    for (const address of ["javascript:alert(1)", "data:text/html,x", "not an address", `https://x"><b>`]) {
      const { nodes } = readHtml(mail("en", "activation", { link: address }).html);
      const hrefs = nodes.flatMap((node) => node.attributes.href ?? []);
      expect(hrefs.filter((href) => !href.startsWith("https://x"))).toEqual([]);
      expect(nodes.some((node) => node.name === "b")).toBe(false);
    }
  });

  it("never breaks the subject", () => {
    for (const { tag } of languages)
      for (const kind of kinds) {
        const { subject, text } = mail(tag, kind, { service: "Ex\r\nBcc: v@y.example\u2028\u0000x", link });
        expect(subject).not.toMatch(/[\u0000-\u001f\u2028\u2029]/);
        expect(subject).toContain("Ex Bcc: v@y.example x");
        expect(text).not.toContain("\nBcc");
      }
  });
});
