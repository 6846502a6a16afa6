import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { languages } from "../../examples/web/page/src/words.js";
import { english } from "../../examples/web/page/src/words-en.js";
import { hasChromium } from "./chromium.js";
import { inChromium } from "./in-chromium.js";
import { tour } from "./tour.js";
import { accessFaults, codeTo, password } from "./visitor.js";

const narrow = { width: 320, height: 640 };
/** A window of 1,280 by 800 at a zoom of 200 %: half as many CSS pixels each way. */
const zoomed = { width: 640, height: 400 };

describe.skipIf(!hasChromium)("the reference app, for everybody", () => {
  const { open, arrive } = inChromium();

  it.each(languages)(
    "has no state in $name that axe-core finds fault with or that is wider than the page",
    async ({ tag, words }) => {
      const site = await open();
      const states: string[] = [];
      const found: string[] = [];
      for await (const { state, page } of tour(site, words, () => arrive(site, { locale: tag }))) {
        states.push(state);
        for (const size of [zoomed, narrow]) {
          await page.setViewportSize(size);
          found.push(...(await overflow(page)).map((what) => `${state}, ${size.width} px: ${what}`));
        }
        for (const colorScheme of ["dark", "light"] as const) {
          await page.emulateMedia({ colorScheme });
          found.push(...(await accessFaults(page)).map((what) => `${state}, ${colorScheme}: ${what}`));
        }
      }
      expect(found).toEqual([]);
      expect(states).toHaveLength(24);
    },
  );

  it("would find a picture without words, and a line that is too long", async () => {
    const { page } = await arrive(await open(), { viewport: narrow });
    await page.evaluate(`document.querySelector("main").insertAdjacentHTML("beforeend",
      '<img src="data:,"><p id="long">too long</p>');
      document.querySelector("#long").style.width = "400px"`);
    expect(await accessFaults(page)).toHaveLength(1);
    expect(await overflow(page)).toEqual([expect.stringContaining('id="long"')]);
  });

  it("lets Bo sign up, activate and sign out by keyboard alone, and shows him where he is", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    const { keyboard } = page;
    await page.getByRole("heading", { name: english.signUp }).waitFor();

    async function tabTo(name: string): Promise<void> {
      for (let presses = 0; presses < 15; presses += 1) {
        await keyboard.press("Tab");
        const { label, outline } = await focused(page);
        expect(outline, `an outline around ${label}`).not.toBe("none");
        if (label === name) return;
      }
      throw new Error(`Tab never comes to ${name}.`);
    }

    await tabTo(english.country);
    await keyboard.type("kingd");
    await keyboard.press("Enter");
    expect(await page.getByRole("combobox", { name: english.country }).inputValue()).toBe("United Kingdom");
    await tabTo(english.phone);
    await keyboard.type("07400 123461");
    await tabTo(english.password);
    await keyboard.type(password);
    await tabTo(english.show);
    await keyboard.press("Space");
    expect(await page.locator("#password").getAttribute("type")).toBe("text");
    await tabTo(english.confirmation);
    await keyboard.type(password);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: english.smsTitle }).waitFor();
    expect((await focused(page)).label).toBe(english.smsTitle);
    await tabTo(english.code);
    await keyboard.type(await codeTo(site, "+447400123461"));
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: english.active }).waitFor();
    await tabTo(english.toAccount);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: english.account }).waitFor();
    await tabTo(english.signOut);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: english.signIn }).waitFor();
    expect(wrong).toEqual([]);
  });

  it("finds a country by the beginning of a word, in this language, in English or by its code, and gives up on Escape", async () => {
    const site = await open();
    const { page } = await arrive(site, { locale: "de-DE" });
    const picker = page.getByRole("combobox", { name: "Land" });
    const names = () => page.getByRole("listbox", { name: "Land" }).getByRole("option").allInnerTexts();
    await picker.fill("vereinigte");
    expect(await names()).toEqual(["Vereinigte Staaten", "Vereinigtes Königreich"]);
    await picker.fill("osterr");
    expect(await names()).toEqual(["Österreich"]);
    await picker.fill("switz");
    expect(await names()).toEqual(["Schweiz"]);
    await picker.fill("atlantis");
    expect(await names()).toEqual(["Kein Land heißt so"]);
    await picker.press("Escape");
    expect(await picker.inputValue()).toBe("Deutschland");
    await picker.fill("fr");
    await picker.press("ArrowDown");
    await picker.press("ArrowUp");
    await picker.press("Tab");
    expect(await picker.inputValue()).toBe("Frankreich");
  });

  it("announces what is wrong with a field as its description, and what came of a step as a status", async () => {
    const site = await open();
    const { page } = await arrive(site);
    await page.getByRole("button", { name: english.next }).click();
    expect(await description(page, "#phone")).toContain(english.required);
    expect(await page.getByRole("alert").filter({ hasText: english.required }).count()).toBe(3);
    await page.getByLabel(english.phone).fill("(202) 555-0123");
    await page.getByRole("combobox", { name: english.country }).fill("US");
    await page.getByRole("combobox", { name: english.country }).press("Enter");
    await page
      .getByRole("status")
      .filter({ hasText: english.willDial("+12025550123", "United States") })
      .waitFor();
  });
});

/** What sticks out to the right of the window. */
function overflow(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(one).visibility !== "hidden")
      .map((one) => one.outerHTML.slice(0, 100))`);
}

/** What the focus is on, and how it shows. The heading of a new view has it for a moment, for screen readers. */
function focused(page: Page): Promise<{ readonly label: string; readonly outline: string }> {
  return page.evaluate(`(() => {
    const one = document.activeElement;
    const label = one.labels?.[0] ?? one;
    return { label: label.textContent, outline: getComputedStyle(one).outlineStyle };
  })()`);
}

/** As the browser tells it to a screen reader. */
async function description(page: Page, selector: string): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const { root } = await devtools.send("DOM.getDocument");
  const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { nodes } = await devtools.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
  return String(nodes[0]?.description?.value ?? "");
}
