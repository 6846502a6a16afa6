import { describe, expect, it } from "vitest";
import { german } from "../../examples/web/page/src/words-de.js";
import { english } from "../../examples/web/page/src/words-en.js";
import { chinese } from "../../examples/web/page/src/words-zh.js";
import { hasChromium } from "./chromium.js";
import { inChromium } from "./in-chromium.js";
import { codeTo, fillIn, linkTo, messageTo, password, seen, signUp } from "./visitor.js";

const languages = [
  ["English", "en-GB", english],
  ["German", "de-DE", german],
  ["Chinese", "zh-CN", chinese],
] as const;

describe.skipIf(!hasChromium)("the reference app in Chromium", () => {
  const { open, arrive } = inChromium();

  it.each(languages)(
    "signs Ada up by mail in %s, from the form to her account and out again",
    async (_, locale, words) => {
      const site = await open();
      const ada = await arrive(site, { locale });
      await seen(ada.page, words.signUp);
      await signUp(ada.page, { email: "ada@example.com" }, words);
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

  it("asks in every language about a mistyped domain, and takes the answer by one press", async () => {
    const site = await open();
    for (const [, locale, words] of languages.toReversed()) {
      const { page, wrong } = await arrive(site, { locale });
      await fillIn(page, { email: "Ada.L@gmial.com" }, words);
      const asked = words.didYouMean("Ada.L@gmail.com");
      const question = page.getByRole("status").getByRole("button", { name: asked });
      await question.waitFor();
      // The field's own description, for whoever comes back to it without eyes.
      const described = (await page.getByLabel(words.email).getAttribute("aria-describedby"))?.split(" ") ?? [];
      expect(await page.locator(`#${described[0]}`).innerText()).toBe(asked);
      await question.focus();
      await page.keyboard.press("Enter");
      await question.waitFor({ state: "detached" });
      expect(await page.getByLabel(words.email).inputValue()).toBe("Ada.L@gmail.com");
      expect(await page.evaluate("document.activeElement.id")).toBe("email");
      if (words === english) {
        await page.getByRole("button", { name: words.next }).click();
        await linkTo(site, "Ada.L@gmail.com");
      }
      expect(wrong).toEqual([]);
    }
  });

  it("sends to a mistyped domain all the same, where its owner does not answer the question", async () => {
    const site = await open();
    const { page } = await arrive(site);
    await fillIn(page, { email: "ada@gmial.com" });
    await page.getByRole("button", { name: english.didYouMean("ada@gmail.com") }).waitFor();
    await page.getByRole("button", { name: english.next }).click();
    await linkTo(site, "ada@gmial.com");
  });

  it("signs Bo up by phone, shows the number as it will be dialled, and locks after five wrong codes", async () => {
    const site = await open();
    const bo = await arrive(site);
    await bo.page.getByLabel(english.phone).fill("07400 123461");
    await bo.page.getByText(english.willDial("+447400123461", "United Kingdom")).waitFor();
    await signUp(bo.page, { phone: "07400 123461" });
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
    const site = await open();
    const ada = await arrive(site);
    await signUp(ada.page, { email: "ada@example.com" });
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
    const site = await open();
    const ada = await arrive(site);
    await signUp(ada.page, { email: "ada@example.com" });
    await ada.page.goto(await linkTo(site, "ada@example.com"));
    await ada.page.getByRole("button", { name: english.activate }).click();
    await ada.page.getByRole("heading", { name: english.active }).waitFor();
    site.advance(120_000);
    const stranger = await arrive(site);
    await signUp(stranger.page, { email: "ada@example.com" });
    await seen(stranger.page, english.mailTitle);
    await expect.poll(async () => (await messageTo(site, "ada@example.com")).kind).toBe("already_registered");
    expect(stranger.wrong).toEqual([]);
  });

  it("says beside each field what is wrong, keeps what was typed over a change of language, and lets a typo be corrected", async () => {
    const site = await open();
    const ada = await arrive(site);
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
    await signUp(ada.page, { email: "ade@example.com" }, german);
    await at.getByRole("heading", { name: german.mailTitle }).waitFor();
    await at.getByRole("button", { name: german.changeEmail }).click();
    await at.getByLabel(german.email).fill("ada@example.com");
    await at.getByRole("button", { name: german.next }).click();
    await at.getByText("a***@example.com").waitFor();
    await at.goto(await linkTo(site, "ada@example.com"));
    await at.getByRole("button", { name: german.activate }).dblclick();
    await seen(at, german.active);
    expect(ada.wrong).toEqual([]);
  });

  it("shows an expired link and a used one with a way forward", async () => {
    const site = await open();
    const ada = await arrive(site);
    await signUp(ada.page, { email: "ada@example.com" });
    await ada.page.getByRole("heading", { name: english.mailTitle }).waitFor();
    const link = await linkTo(site, "ada@example.com");
    site.advance(9 * 60 * 60 * 1_000);
    await ada.page.goto(link);
    await seen(ada.page, english.linkDeadTitle);
    await ada.page.getByText(english.linkExpired).waitFor();
    await ada.page.getByRole("link", { name: english.forward }).click();
    await ada.page.getByRole("button", { name: english.resend, exact: true }).click();
    await expect.poll(() => site.outbox.sent.length).toBe(2);
    const fresh = await linkTo(site, "ada@example.com");
    await ada.page.goto(fresh);
    await ada.page.getByRole("button", { name: english.activate }).click();
    await seen(ada.page, english.active);
    const elsewhere = await arrive(site);
    await elsewhere.page.goto(fresh);
    await seen(elsewhere.page, english.linkUsedTitle);
    await elsewhere.page.getByRole("link", { name: english.signIn }).click();
    await elsewhere.page.getByRole("heading", { name: english.signIn }).waitFor();
    expect(elsewhere.wrong).toEqual([]);
    expect(ada.wrong).toEqual([]);
  });
});
