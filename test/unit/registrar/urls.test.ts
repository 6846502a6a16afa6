import fc from "fast-check";
import { createHandler } from "porchlight/http";
import { describe, expect, it } from "vitest";
import { isSafeUrl } from "../../../src/registrar/check-channels.js";
import { naughtyTexts } from "../../fuzz/naughty-texts.js";
import { openSite } from "../http/site.js";
import { ada, form, openHouse } from "./house.js";

/** Addresses that lead elsewhere than they seem to, or are no addresses of a page at all. */
const misleading: readonly string[] = [
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example\\",
  "https:evil.example",
  "https:/evil.example",
  "https:\\\\evil.example",
  "https:///evil.example",
  "https://app.example\\@evil.example/",
  "https://app.example@evil.example/",
  "https://app.example:password@evil.example/",
  "https://@evil.example/",
  "https://evil.example\\.app.example/",
  "http://app.example/",
  "HTTP://app.example/",
  "http://localhost.evil.example/",
  "http://127.0.0.1.evil.example/",
  "http://evil.example/localhost",
  "ftp://app.example/",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "ht\ntps://app.example/",
  "https://app.exa\tmple/",
  "https://app.example/\r\nSet-Cookie: a=b",
  " https://app.example/",
  "https://app.example/ ",
  "\u0000https://app.example/",
  "\ufeffhttps://app.example/",
  "https://app.example/\u202egro.live",
  "https://app.exam\u00adple/",
  "data:text/html,<script>alert(1)</script>",
  "file:///etc/hostname",
  "blob:https://app.example/1",
  "vbscript:msgbox(1)",
  "about:blank",
  "https://",
  "https://[::1",
  "https://app.example:99999/",
  "app.example/login",
  "",
];
const honest: readonly string[] = [
  "https://app.example/login",
  "https://app.example:8443/login?next=%2F#top",
  "https://xn--bcher-kva.example.com/",
  "https://bücher.example.com/anmelden",
  "http://localhost:3000/login",
  "http://127.0.0.1/",
  "http://[::1]:8080/",
];

describe("an address of the host's own pages", () => {
  it.each(misleading)("is not %j: neither where one signs in nor where a link leads (T20)", (url) => {
    expect(isSafeUrl(url)).toBe(false);
    expect(() => openHouse({ signInUrl: url })).toThrow(/signInUrl: must be an https URL/);
    expect(() => openHouse({ email: { activationUrl: `${url}#t={token}` } })).toThrow(/activationUrl/);
  });

  it.each(honest)("may be %j", (url) => {
    expect(isSafeUrl(url)).toBe(true);
    expect(() => openHouse({ signInUrl: url })).not.toThrow();
  });

  it("is none of the corpus", () => {
    expect(naughtyTexts.filter(({ text }) => isSafeUrl(text))).toEqual([]);
  });

  it.each([...misleading, "https://app.example/", "https://app.example/path", "null", "*", "https://APP.example"])(
    "is never the origin %j, unless that is spelt as browsers spell it (T20)",
    (origin) => {
      const { registrar } = openHouse();
      expect(() => createHandler(registrar, { caller: () => ({ ip: "192.0.2.1" }), origin })).toThrow(/^origin: /);
    },
  );
});

describe("a link", () => {
  const shape = /^https:\/\/app\.example\/activate#t=[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$/;

  it("is the host's address and a token, whatever the request says (T20)", async () => {
    const house = openHouse({ rules: { callsPerHour: 100_000, pendingsPerHour: 100_000, hashesPerHour: 100_000 } });
    const text = fc.oneof(fc.constantFrom(...naughtyTexts.map((one) => one.text)), fc.string({ unit: "binary" }));
    let n = 0;
    await fc.assert(
      fc.asyncProperty(text, text, async (locale, ip) => {
        n += 1;
        await house.registrar.start(
          form(`visitor-${n}@example.com`),
          { ip, locale },
          { next: "https://evil.example/" },
        );
      }),
      { numRuns: 200 },
    );
    await house.registrar.deliver();
    const links = house.ports.mailer.sent.flatMap((mail) => (mail.kind === "activation" ? [mail.link] : []));
    expect(links.length).toBeGreaterThan(100);
    for (const link of links) expect(link).toMatch(shape);
    for (const { html, text: body } of house.ports.mailer.sent) expect(`${html}${body}`).not.toContain("evil.example");
  });

  it("takes no host from a header of the request (T20)", async () => {
    const { house, post } = openSite({ origin: "https://app.example" });
    const forwarded = {
      Host: "evil.example",
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "http",
      Forwarded: "host=evil.example",
      Referer: "https://evil.example/",
      "X-Original-URL": "https://evil.example/",
    };
    expect((await post("start", form("ada@example.com"), forwarded)).body.registration?.step).toBe("pending");
    await house.registrar.deliver();
    expect(house.ports.mailer.link("ada@example.com")).toMatch(shape);
    expect(await house.registrar.status("", ada)).toMatchObject({ ok: false });
  });
});
