import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { english } from "../../examples/web/page/src/words-en.js";
import { hasChromium } from "./chromium.js";
import { inChromium } from "./in-chromium.js";

describe.skipIf(!hasChromium)("what the reference app delivers", () => {
  const { open, arrive } = inChromium();

  it("weighs less than 120 kB compressed, and brings the metadata of telephone numbers with the first digit only", async () => {
    const site = await open();
    const { page, wrong } = await arrive(site);
    await page.getByRole("heading", { name: english.signUp }).waitFor();
    await page.getByLabel(english.password, { exact: true }).click();
    await page.locator('altcha-widget input[type="checkbox"]:checked').waitFor();
    const first = await sizes();
    const total = first.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(first.map(({ path }) => path)).toContainEqual(expect.stringMatching(/index.*\.js$/));
    expect(first.map(({ path }) => path)).toContainEqual(expect.stringMatching(/pbkdf2.*\.js$/));
    expect(first.map(({ path }) => path)).not.toContainEqual(expect.stringMatching(/phone/));
    expect(total).toBeLessThan(120_000);

    const phone = page.waitForResponse(/phone.*\.js$/);
    await page.getByLabel(english.phone).fill("0");
    await phone;
    expect(wrong).toEqual([]);

    /** Every file that the page and its worker asked for, as large as a compressing server sends it. */
    async function sizes(): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
      const paths: string[] = await page.evaluate(
        `[location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]`,
      );
      const asked = new Set(paths.map((path) => new URL(path).pathname).filter((path) => !path.includes("/session")));
      return Promise.all(
        [...asked].map(async (path) => {
          const body = await (await fetch(new URL(path, site.origin))).arrayBuffer();
          return { path, bytes: gzipSync(new Uint8Array(body)).length };
        }),
      );
    }
  });

  it("lets in nothing from elsewhere and nothing inline, and is framed by nobody", async () => {
    const site = await open();
    for (const path of ["/", "/activate", "/sign-in", "/account", "/outbox"]) {
      const { headers } = await fetch(new URL(path, site.origin));
      const policy = new Map(
        (headers.get("content-security-policy") ?? "")
          .split(";")
          .map((rule) => rule.trim().split(" "))
          .map(([name = "", ...sources]) => [name, sources]),
      );
      expect(policy.get("default-src")).toEqual(["'none'"]);
      for (const name of ["script-src", "style-src", "connect-src", "worker-src"])
        expect([name, policy.get(name)]).toEqual([name, ["'self'"]]);
      for (const name of ["base-uri", "form-action", "frame-ancestors"])
        expect([name, policy.get(name)]).toEqual([name, ["'none'"]]);
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("runs no script that is written into the page", async () => {
    const { page, wrong } = await arrive(await open());
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.ran = true">')`,
    );
    await expect.poll(() => wrong.length).toBeGreaterThan(0);
    expect(wrong.join()).toMatch(/Content Security Policy/);
    expect(await page.evaluate("window.ran")).toBeUndefined();
  });
});
