import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { german } from "../../examples/web/page/src/words-de.js";
import { english } from "../../examples/web/page/src/words-en.js";
import { chinese } from "../../examples/web/page/src/words-zh.js";
import { hasChromium, openChromium } from "./chromium.js";
import { codeTo, linkTo, messageTo, password, seen, type Visitor, visit } from "./visitor.js";
import { buildPage, openWebSite, type WebSite } from "./web-site.js";

const languages = [
  ["English", "en-GB", english],
  ["German", "de-DE", german],
  ["Chinese", "zh-CN", chinese],
] as const;

describe.skipIf(!hasChromium)("the reference app in Chromium", () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof buildPage>>;
  beforeAll(async () => {
    [browser, page] = await Promise.all([openChromium(), buildPage()]);
  });
  afterAll(async () => {
    await browser.close();
    await page.remove();
  });

  async function open(locale?: string): Promise<{ readonly site: WebSite; readonly ada: Visitor }> {
    const site = await openWebSite(page.folder);
    onTestFinished(() => site.close());
    return { site, ada: await arrive(site, locale) };
  }

  async function arrive(site: WebSite, locale?: string): Promise<Visitor> {
    const visitor = await visit(browser, site, locale);
    onTestFinished(() => visitor.leave());
    return visitor;
  }

  /** Fills the form in and sends it: the page waits for its captcha. */
  async function signUp(
    { page: at }: Visitor,
    address: { readonly email: string } | { readonly phone: string },
    words: typeof english = english,
  ) {
    await at.getByRole("heading", { name: words.signUp }).waitFor();
    if ("email" in address) {
      const other = at.getByRole("button", { name: words.byEmail });
      if (await other.isVisible()) await other.click();
      await at.getByLabel(words.email).fill(address.email);
    } else {
      await at.getByLabel(words.phone).fill(address.phone);
    }
    await at.getByLabel(words.password, { exact: true }).fill(password);
    await at.getByLabel(words.confirmation).fill(password);
    await at.getByRole("button", { name: words.next }).click();
  }

  it.each(languages)(
    "signs Ada up by mail in %s, from the form to her account and out again",
    async (_, locale, words) => {
      const { site, ada } = await open(locale);
      await seen(ada.page, words.signUp);
      await signUp(ada, { email: "ada@example.com" }, words);
      await seen(ada.page, words.mailTitle);
      expect(await ada.page.locator("html").getAttribute("lang")).toBe(
        locale === "zh-CN" ? "zh-Hans" : locale.slice(0, 2),
      );
      await ada.page.goto(await linkTo(site, "ada@example.com"));
      await seen(ada.page, words.activate);
      expect(new URL(ada.page.url()).hash).toBe("");
      await ada.page.getByRole("button", { name: words.activate }).click();
      await seen(ada.page, words.active);
      await ada.page.getByRole("link", { name: words.toAccount }).click();
      await seen(ada.page, words.account);
      expect(await ada.page.locator("main").innerText()).toContain("ada@example.com");
      await ada.page.getByRole("button", { name: words.signOut }).click();
      await seen(ada.page, words.signIn);
      await ada.page.getByLabel(words.identifier).fill("ada@example.com");
      await ada.page.getByLabel(words.password, { exact: true }).fill(password);
      await ada.page.getByRole("button", { name: words.signIn }).click();
      await ada.page.getByRole("heading", { name: words.account }).waitFor();
      expect(ada.wrong).toEqual([]);
    },
  );

  it("signs Bo up by phone, shows the number as it will be dialled, and locks after five wrong codes", async () => {
    const { site, ada: bo } = await open();
    await bo.page.getByLabel(english.phone).fill("07400 123461");
    await bo.page.getByText(english.willDial("+447400123461")).waitFor();
    await signUp(bo, { phone: "07400 123461" });
    await seen(bo.page, english.smsTitle);
    const code = await codeTo(site, "+447400123461");
    const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
    const enter = async (typed: string) => {
      await bo.page.getByLabel(english.code).fill(typed);
      const answered = bo.page.waitForResponse(/confirm/);
      await bo.page.getByRole("button", { name: english.confirm }).click();
      await answered;
    };
    for (let left = 4; left > 0; left -= 1) {
      await enter(wrong);
      await bo.page
        .getByText(new RegExp(`\\b${left}\\b`))
        .first()
        .waitFor();
    }
    await enter(wrong);
    await enter(code);
    await seen(bo.page, english.smsTitle);
    site.advance(61_000);
    await bo.page.reload();
    await bo.page.getByRole("button", { name: english.resend, exact: true }).click();
    await expect.poll(() => site.outbox.sent.length).toBe(2);
    await enter(await codeTo(site, "+447400123461"));
    await seen(bo.page, english.active);
    expect(bo.wrong).toEqual([]);
  });

  it("moves the first page on by itself when the link is opened elsewhere, by the password, after scanners looked", async () => {
    const { site, ada } = await open();
    await signUp(ada, { email: "ada@example.com" });
    await ada.page.getByRole("heading", { name: english.mailTitle }).waitFor();
    const link = await linkTo(site, "ada@example.com");
    for (const method of ["GET", "HEAD"]) await fetch(link, { method });
    const scanner = await arrive(site);
    await scanner.page.goto(link);
    await scanner.page.getByRole("button", { name: english.activate }).waitFor();
    const phone = await arrive(site);
    await phone.page.goto(link);
    await phone.page.getByLabel(english.password, { exact: true }).fill("another password of hers");
    await phone.page.getByRole("button", { name: english.activate }).click();
    await phone.page.locator("#password-error:not(:empty), form > .error:not(:empty)").first().waitFor();
    await phone.page.getByLabel(english.password, { exact: true }).fill(password);
    await phone.page.getByRole("button", { name: english.activate }).click();
    await seen(phone.page, english.active);
    await seen(ada.page, english.active);
    await scanner.page.reload();
    expect([ada.wrong, phone.wrong, scanner.wrong]).toEqual([[], [], []]);
  });

  it("tells a stranger nothing of an address that is taken, and its owner by mail", async () => {
    const { site, ada } = await open();
    await signUp(ada, { email: "ada@example.com" });
    await ada.page.goto(await linkTo(site, "ada@example.com"));
    await ada.page.getByRole("button", { name: english.activate }).click();
    await ada.page.getByRole("heading", { name: english.active }).waitFor();
    site.advance(120_000);
    const stranger = await arrive(site);
    await signUp(stranger, { email: "ada@example.com" });
    await seen(stranger.page, english.mailTitle);
    await expect.poll(async () => (await messageTo(site, "ada@example.com")).kind).toBe("already_registered");
    expect(stranger.wrong).toEqual([]);
  });

  it("says beside each field what is wrong, keeps what was typed over a change of language, and lets a typo be corrected", async () => {
    const { site, ada } = await open();
    const { page: at } = ada;
    await at.getByRole("button", { name: english.next }).click();
    await at.locator("#phone-error").getByText(english.required).waitFor();
    expect(await at.locator(":focus").getAttribute("id")).toBe("phone");
    await at.getByRole("button", { name: english.byEmail }).click();
    await at.getByLabel(english.email).fill("ada@example");
    await at.getByLabel(english.password, { exact: true }).fill("short");
    await at.getByLabel(english.confirmation).fill("other");
    await at.getByRole("button", { name: english.next }).click();
    await at.locator("#password-error:not(:empty)").waitFor();
    await seen(at, english.signUp);
    await at.locator("#languages select").selectOption("de");
    await at.getByRole("heading", { name: german.signUp }).waitFor();
    expect(await at.getByLabel(german.email).inputValue()).toBe("ada@example");
    await signUp(ada, { email: "ade@example.com" }, german);
    await at.getByRole("heading", { name: german.mailTitle }).waitFor();
    await at.getByRole("button", { name: german.change }).click();
    await at.getByLabel(german.email).fill("ada@example.com");
    await at.getByRole("button", { name: german.next }).click();
    await at.getByText("a***@example.com").waitFor();
    await at.goto(await linkTo(site, "ada@example.com"));
    await at.getByRole("button", { name: german.activate }).dblclick();
    await seen(at, german.active);
    expect(ada.wrong).toEqual([]);
  });

  it("shows an expired link and a used one with a way forward", async () => {
    const { site, ada } = await open();
    await signUp(ada, { email: "ada@example.com" });
    await ada.page.getByRole("heading", { name: english.mailTitle }).waitFor();
    const link = await linkTo(site, "ada@example.com");
    site.advance(9 * 60 * 60 * 1_000);
    await ada.page.goto(link);
    await ada.page.getByText(english.linkDead).waitFor();
    await seen(ada.page, english.activate);
    await ada.page.getByRole("link", { name: english.again }).click();
    await ada.page.getByRole("heading", { level: 1 }).waitFor();
    expect(ada.wrong).toEqual([]);
  });
});
