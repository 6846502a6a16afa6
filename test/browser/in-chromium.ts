import type { Browser } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { openChromium } from "./chromium.js";
import { type Visitor, type VisitorOptions, visit } from "./visitor.js";
import { buildPage, openWebSite, type WebSite, type WebSiteOptions } from "./web-site.js";

export interface InChromium {
  /** A site of the test's own, closed with it. */
  open(options?: WebSiteOptions): Promise<WebSite>;
  /** Somebody with a browser of their own, who opens the site's first page. */
  arrive(site: WebSite, options?: VisitorOptions): Promise<Visitor>;
}

/** One browser and one built page for the tests of a file. */
export function inChromium(): InChromium {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof buildPage>>;
  beforeAll(async () => {
    [browser, page] = await Promise.all([openChromium(), buildPage()]);
  });
  afterAll(async () => {
    await browser.close();
    await page.remove();
  });
  return {
    async open(options) {
      const site = await openWebSite(page.folder, options);
      onTestFinished(() => site.close());
      return site;
    },
    async arrive(site, options) {
      const visitor = await visit(browser, site, options);
      onTestFinished(() => visitor.leave());
      return visitor;
    },
  };
}
