import { describe, expect, it } from "vitest";
import { nearestLocale } from "../../../src/messages/locale.js";

const offered = ["en", "de", "zh"];

describe("nearestLocale", () => {
  it.each([
    [undefined, "en"],
    ["", "en"],
    ["*", "en"],
    ["fr", "en"],
    ["en-GB", "en"],
    ["de", "de"],
    ["DE", "de"],
    ["de-AT", "de"],
    ["de_DE", "de"],
    ["de-DE-1996", "de"],
    ["zh", "zh"],
    ["zh-CN", "zh"],
    ["zh-SG", "zh"],
    ["zh-Hans", "zh"],
    ["zh_Hans_CN", "zh"],
    ["cmn", "zh"],
  ])("answers %s with %s", (wanted, expected) => {
    expect(nearestLocale(offered, wanted)).toBe(expected);
  });

  it.each(["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-HK"])(
    "gives %s Simplified Chinese, which is nearer than English",
    (wanted) => {
      expect(nearestLocale(offered, wanted)).toBe("zh");
    },
  );

  it.each([
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["fr-FR,fr;q=0.9,zh-CN;q=0.8,en;q=0.7", "zh"],
    ["en;q=0.5, de;q=0.9", "de"],
    ["en;q=0.5,de;q=0.51", "de"],
    ["de;q=0.7, zh;q=0.7", "de"],
    ["fr;q=1.000, de; q=0.001", "de"],
    ["de;q=0, zh;q=0.1", "zh"],
    ["de;q=0", "en"],
    ["de;q=7, zh;q=0.1", "zh"],
    ["de;q=high, zh;q=0.1", "zh"],
    ["fr, *;q=0.5", "en"],
    [" , ,;;,de", "de"],
  ])("reads the header %s as %s", (wanted, expected) => {
    expect(nearestLocale(offered, wanted)).toBe(expected);
  });

  it.each(["\u0000", "💥", "de\r\nX: y", "../../etc", "--", "-de", "a".repeat(1e6), "__proto__", ";q=1", "q=1;de"])(
    "answers rubbish with English: %#",
    (wanted) => {
      expect(nearestLocale(offered, wanted)).toBe("en");
    },
  );

  it("looks at the twentieth entry and not at the one after it", () => {
    expect(nearestLocale(offered, `${"fr,".repeat(19)}de`)).toBe("de");
    expect(nearestLocale(offered, `${"fr,".repeat(20)}de`)).toBe("en");
  });

  it("looks at 1,024 characters and never at half a tag", () => {
    const filled = (before: number) => `fr;q=0.9${" ".repeat(before - 9)},`;
    expect(nearestLocale(offered, `${filled(1022)}de`)).toBe("de");
    expect(nearestLocale(offered, `${filled(1022)}den`)).toBe("en");
    expect(nearestLocale(offered, `de,${" ".repeat(2000)},zh`)).toBe("de");
  });

  it("prefers the script, then the region, then the general tag, then the order on offer", () => {
    expect(nearestLocale(["zh", "zh-Hant", "en"], "zh-HK")).toBe("zh-Hant");
    expect(nearestLocale(["de-CH", "de", "de-AT"], "de-AT")).toBe("de-AT");
    expect(nearestLocale(["de-CH", "de"], "de-AT")).toBe("de");
    expect(nearestLocale(["de-AT", "de"], "de")).toBe("de");
    expect(nearestLocale(["zh-Hans", "zh"], "zh-CN")).toBe("zh-Hans");
    expect(nearestLocale(["pt-BR", "en"], "pt-PT")).toBe("pt-BR");
  });

  it("falls back to the first on offer where English is not, and skips what is no tag", () => {
    expect(nearestLocale(["de", "zh"], "fr")).toBe("de");
    expect(nearestLocale(["not a tag", "zh"], "zh")).toBe("zh");
    expect(nearestLocale([], "fr")).toBe("en");
  });
});
