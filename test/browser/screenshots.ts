// Pictures of every state of the reference app, in every language, at the size of a phone and of a desk, light and dark.
//
//     npm run screenshots [folder]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { languages } from "../../examples/web/page/src/words.js";
import { openChromium } from "./chromium.js";
import { tour } from "./tour.js";
import { visit } from "./visitor.js";
import { buildPage, openWebSite } from "./web-site.js";

const looks = [
  { look: "phone-light", width: 375, height: 740, colorScheme: "light" },
  { look: "phone-dark", width: 375, height: 740, colorScheme: "dark" },
  { look: "desktop-light", width: 1280, height: 800, colorScheme: "light" },
] as const;

const folder = process.argv[2] ?? "screenshots";
const [browser, built] = await Promise.all([openChromium(), buildPage()]);
for (const { tag, words } of languages) {
  await mkdir(join(folder, tag), { recursive: true });
  const site = await openWebSite(built.folder);
  let count = 0;
  for await (const { state, page } of tour(site, words, () => visit(browser, site, { locale: tag }))) {
    count += 1;
    for (const { look, width, height, colorScheme } of looks) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const name = `${String(count).padStart(2, "0")}-${state}-${look}.png`;
      await page.screenshot({ path: join(folder, tag, name), fullPage: true, animations: "disabled" });
    }
  }
  await site.close();
  console.log(`${folder}/${tag}: ${count} states, ${looks.length} pictures each`);
}
await browser.close();
await built.remove();
