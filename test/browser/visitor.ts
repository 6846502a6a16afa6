import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { english } from "../../examples/web/page/src/words-en.js";
import type { WebSite } from "./web-site.js";

/** Somebody at a browser of their own. What goes wrong in its pages is noted. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts and of the console, requests that failed, and requests to anywhere else. */
  readonly wrong: string[];
  leave(): Promise<void>;
}

export const password = "harbour tulip nine cranes";

/** A phone's browser in British English, unless said otherwise. */
export type VisitorOptions = Pick<BrowserContextOptions, "locale" | "viewport" | "deviceScaleFactor" | "colorScheme">;

export async function visit(browser: Browser, site: WebSite, options: VisitorOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 375, height: 812 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A page that is left ends what it asked for.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") wrong.push(`failed: ${request.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== site.origin) wrong.push(`elsewhere: ${request.url()}`);
  });
  page.on("console", (message) => {
    // The browser itself says so of every refusal (422), which the page shows in words.
    const isRefusal = /status of (4\d\d)/.test(message.text());
    if (message.type() === "error" && !isRefusal) wrong.push(`console: ${message.text()}`);
  });
  await page.goto(`${site.origin}/`);
  return { page, context, wrong, leave: () => context.close() };
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe-core calls serious or critical on the page as it is. */
export async function accessFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(axe, "utf8"));
  const found: {
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string | null;
      readonly nodes: readonly object[];
    }[];
  } = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 300)}`);
}

/** Waits for a heading, then looks at the page as axe-core does. */
export async function seen(page: Page, heading: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  expect(await accessFaults(page), heading).toEqual([]);
}

/** Fills the form in and sends it: the page waits for its captcha. */
export async function signUp(page: Page, address: Address, words: typeof english = english): Promise<void> {
  await fillIn(page, address, words);
  await page.getByRole("button", { name: words.next }).click();
}

export type Address = { readonly email: string } | { readonly phone: string };

export async function fillIn(page: Page, address: Address, words: typeof english = english): Promise<void> {
  await page.getByRole("heading", { name: words.signUp }).waitFor();
  if ("email" in address) {
    const other = page.getByRole("button", { name: words.byEmail });
    if (await other.isVisible()) await other.click();
    await page.getByLabel(words.email).fill(address.email);
  } else {
    await page.getByLabel(words.phone).fill(address.phone);
  }
  await page.getByLabel(words.password, { exact: true }).fill(password);
  await page.getByLabel(words.confirmation).fill(password);
}

/** The newest message to somebody, once there is one: within 20 seconds. */
export async function messageTo(site: WebSite, to: string): Promise<WebSite["outbox"]["sent"][number]> {
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(50)) {
    const message = site.outbox.sent.find((one) => one.to === to);
    if (message !== undefined) return message;
  }
  throw new Error(`Nothing went to ${to}.`);
}

export async function linkTo(site: WebSite, to: string): Promise<string> {
  const message = await messageTo(site, to);
  return (message.kind === "activation" && message.link) || "";
}

export async function codeTo(site: WebSite, to: string): Promise<string> {
  const message = await messageTo(site, to);
  return (message.kind === "activation" && message.code) || "";
}
