import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import fc from "fast-check";
import { parseEmail } from "porchlight/values/email";
import { suggestEmail } from "porchlight/values/suggest-email";
import { describe, expect, it } from "vitest";

const real =
  "gmail.com googlemail.com outlook.com outlook.de outlook.se hotmail.com hotmail.co.uk hotmail.se live.com live.de msn.com yahoo.com yahoo.de yahoo.co.uk yahoo.com.hk ymail.com aol.com icloud.com me.com mac.com proton.me protonmail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mail.com mail.de email.com qq.com foxmail.com 163.com 126.com 139.com 189.cn yeah.net sina.com sina.cn sohu.com aliyun.com fastmail.com fastmail.fm";
/** Mailboxes of others, one or two slips from a great provider. */
const near =
  "q.com life.com gmc.de wab.de we.de web.dev hotmail.be hotmail.dk hotmail.com.ar yahoo.co.id yahoo.co.jp yahoo.com.br gmx.us qq.de 162.com 164.com rr.com live.ca example.com gmail.example.com mail.gmail.com localhost";

describe("suggestEmail", () => {
  it.each([
    ["gmial.com", "gmail.com"],
    ["gmai.com", "gmail.com"],
    ["gnail.com", "gmail.com"],
    ["gmaill.com", "gmail.com"],
    ["gmail.con", "gmail.com"],
    ["gmail.cmo", "gmail.com"],
    ["gmail.co", "gmail.com"],
    ["gmial.con", "gmail.com"],
    ["gmail.de", "gmail.com"],
    ["gmail.com.cn", "gmail.com"],
    ["gmail,com", "gmail.com"],
    ["gmail..com", "gmail.com"],
    ["gmail.com.", "gmail.com"],
    ["gmailcom", "gmail.com"],
    ["GMIAL.COM", "gmail.com"],
    ["googelmial.com", "googlemail.com"],
    ["hotmial.com", "hotmail.com"],
    ["hotmal.co.uk", "hotmail.co.uk"],
    ["outlok.de", "outlook.de"],
    ["yaho.com", "yahoo.com"],
    ["yahoo.co", "yahoo.com"],
    ["yahoo.couk", "yahoo.co.uk"],
    ["iclould.com", "icloud.com"],
    ["gmx.ed", "gmx.de"],
    ["gmx.ner", "gmx.net"],
    ["webde", "web.de"],
    ["tonline.de", "t-online.de"],
    ["t-online.com", "t-online.de"],
    ["qq.con", "qq.com"],
    ["163.cm", "163.com"],
    ["126.con", "126.com"],
    ["sina.cm", "sina.com"],
    ["foxmial.com", "foxmail.com"],
    ["protn.me", "proton.me"],
    ["protonmial.com", "protonmail.com"],
    ["proton.em", "proton.me"],
    ["mail.con", "mail.com"],
  ])("asks of %s whether %s was meant", (typed, meant) => {
    expect(suggestEmail(`ada@${typed}`)).toBe(`ada@${meant}`);
  });

  it.each([...real.split(" "), ...near.split(" ")])("leaves %s alone", (domain) => {
    expect(suggestEmail(`ada@${domain}`)).toBeUndefined();
    expect(suggestEmail(`ada@${domain.toUpperCase()}`)).toBeUndefined();
    expect(suggestEmail(`ada@${domain.replace(".", "。")}`)).toBeUndefined();
  });

  it("keeps the part before the last @ as it was typed", () => {
    expect(suggestEmail(" A.d+A@gmial.com ")).toBe("A.d+A@gmail.com");
    expect(suggestEmail("gmial.com@gmial.com")).toBe("gmial.com@gmail.com");
    expect(suggestEmail("李雷@qq.con")).toBe("李雷@qq.com");
  });

  it.each(["", "@", "ada", "@gmial.com", "ada@", "ada@.", "ada@com", `${"a".repeat(250)}@gmial.com`])(
    "has nothing to say of %j",
    (typed) => {
      expect(suggestEmail(typed)).toBeUndefined();
    },
  );

  it("is total, keeps what is before the @, and has nothing to add to its own suggestion", () => {
    const domain = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(...real.split(" ")), fc.nat(20), fc.stringMatching(/^[a-z0-9.,-]{0,2}$/), fc.nat(2))
        .map(([right, place, put, cut]) => right.slice(0, place) + put + right.slice(place + cut)),
    );
    let suggested = 0;
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), domain, (local, wrong) => {
        const typed = `${local}@${wrong}`;
        const meant = suggestEmail(typed);
        if (meant === undefined) return;
        suggested += 1;
        expect(meant.slice(0, meant.lastIndexOf("@"))).toBe(typed.trim().slice(0, typed.trim().lastIndexOf("@")));
        expect(suggestEmail(meant)).toBeUndefined();
        expect(parseEmail(`ada${meant.slice(meant.lastIndexOf("@"))}`).ok).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(suggested).toBeGreaterThan(500);
  });

  it("finds every neighbour swap in the names of five letters and more", () => {
    for (const domain of real.split(" ")) {
      const [name = "", ...rest] = domain.split(".");
      if (name.length < 5) continue;
      for (let at = 0; at + 1 < name.length; at += 1) {
        if (name[at] === name[at + 1]) continue;
        const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}.${rest.join(".")}`;
        expect(suggestEmail(`ada@${swapped}`), swapped).toBe(`ada@${domain}`);
      }
    }
  });

  it("takes less than 1.5 kB of a page, compressed", async () => {
    const built = await build({
      entryPoints: ["src/values/suggest-email.ts"],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    const bytes = gzipSync(built.outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
    expect(bytes).toBeGreaterThan(500);
    expect(bytes).toBeLessThan(1_500);
  });
});
