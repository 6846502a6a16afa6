import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { createClient, type View } from "porchlight/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openSite, origin } from "../http/site.js";
import { ada, form, mobile, password, phoneForm, tokenTo, wrong } from "../registrar/house.js";

const mail = "ada@example.com";

/** A browser at the site: its cookies, and the headers that it adds of itself. */
function browse(site = openSite(), locale = "en") {
  const { handle, cookies } = site;
  const client = createClient({
    locale: () => locale,
    fetch: async (path, init) => {
      const headers = new Headers(init?.headers);
      headers.set("Sec-Fetch-Site", "same-origin");
      headers.set("Cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
      const response = await handle(new Request(`${origin}${path}`, { ...init, headers }));
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = ""] = cookie.split(";");
        cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      return response;
    },
  });
  return { ...site, client };
}

describe("the client", () => {
  it("signs somebody up by mail, from the form to the sign-in", async () => {
    const { client, house } = browse();
    expect(await client.status()).toMatchObject({ ok: true, registration: { step: "identifier" } });
    expect(await client.start(form(mail))).toMatchObject({ ok: true, registration: { step: "pending" } });
    await house.registrar.deliver();
    const token = tokenTo(house, mail);
    expect(await client.inspect(token)).toMatchObject({ ok: true, link: { state: "ready", proof: "ticket" } });
    const activated = await client.activate(token);
    expect(activated).toMatchObject({ ok: true, registration: { step: "activated" } });
    expect(await client.signIn({ identifier: mail, password })).toMatchObject({
      ok: true,
      accountId: expect.any(String),
    });
    expect(await client.inspect(token)).toEqual({ ok: true, link: { state: "used" } });
  });

  it("gives a refusal as an answer, worded in the visitor's language, with the page and the wait", async () => {
    const { client, house } = browse(openSite(), "de");
    const { captcha: _, ...fields } = phoneForm(mobile);
    expect(await client.start(fields)).toMatchObject({ ok: true, registration: { step: "captcha" } });
    expect(await client.submit({ captcha: "no" })).toMatchObject({ ok: false, problems: [{ code: "captcha_failed" }] });
    await client.submit({ captcha: "pass" });
    expect(await client.resend()).toMatchObject({
      ok: false,
      status: 429,
      retryAfterSeconds: 60,
      registration: { step: "pending" },
    });
    await house.registrar.deliver();
    const refused = await client.confirm(wrong(house.ports.texter.code(mobile)));
    expect(refused).toMatchObject({ ok: false, problems: [{ code: "code_wrong", facts: { attemptsLeft: 4 } }] });
    expect(refused.ok ? "" : refused.problems[0]?.detail).toContain("Versuche");
    expect(await client.change({ email: mail })).toMatchObject({
      ok: true,
      registration: { identifier: { channel: "email" } },
    });
    expect(await client.cancel()).toMatchObject({ ok: true, registration: { step: "closed" } });
  });

  it("says what a link needs in another browser, and disowns it", async () => {
    const { client, house, cookies } = browse();
    await client.start(form(mail));
    await house.registrar.deliver();
    cookies.clear();
    const token = tokenTo(house, mail);
    expect(await client.activate(token)).toMatchObject({
      ok: false,
      problems: [{ code: "proof_required" }],
      link: { state: "ready" },
    });
    expect(await client.disown(token)).toEqual({ ok: true });
    expect(await client.activate("rubbish", password)).toMatchObject({
      ok: false,
      problems: [{ code: "link_invalid" }],
    });
  });

  it("rejects where the answer is not the handler's", async () => {
    const client = createClient({
      fetch: async () =>
        new Response("<h1>Bad Gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } }),
    });
    await expect(client.status()).rejects.toThrow("status was answered with 502, and no JSON.");
    const offline = createClient({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    await expect(offline.resend()).rejects.toThrow("fetch failed");
  });
});

describe("following a sign-up", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function pending() {
    const browser = browse();
    await browser.client.start(form(mail));
    await browser.house.registrar.deliver();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    return browser;
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("tells each page that differs, and ends with the activation on another device", async () => {
    const { client, house } = await pending();
    const seen: View[] = [];
    client.follow((page) => seen.push(page));
    for (let n = 0; n < 3; n += 1) {
      await vi.advanceTimersByTimeAsync(3_000);
      await vi.waitUntil(() => vi.getTimerCount() === 1);
    }
    expect(seen.map(({ step }) => step)).toEqual(["pending"]);
    await house.registrar.activate(tokenTo(house, mail), { password }, ada);
    await vi.advanceTimersByTimeAsync(3_000);
    await vi.waitUntil(() => seen.length === 2);
    await settled();
    expect(seen.at(-1)).toMatchObject({ step: "activated", by: "password" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks nothing while nobody sees the page, and at once when it is seen again", async () => {
    const document = Object.assign(new EventTarget(), { hidden: true });
    vi.stubGlobal("document", document);
    const { client } = await pending();
    const seen: View[] = [];
    const stop = client.follow((page) => seen.push(page));
    await vi.advanceTimersByTimeAsync(3_000);
    await vi.waitUntil(() => seen.length === 1);
    await settled();
    expect(vi.getTimerCount()).toBe(0);
    document.hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.waitUntil(() => vi.getTimerCount() === 1);
    stop();
    await vi.waitUntil(() => vi.getTimerCount() === 0);
  });

  it("goes on after a question that was lost", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let asked = 0;
    const client = createClient({
      fetch: async () => {
        asked += 1;
        throw new TypeError("fetch failed");
      },
    });
    const stop = client.follow(() => undefined);
    for (let n = 0; n < 3; n += 1) await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toBe(3);
    stop();
  });
});

describe("what a browser loads of it", () => {
  it("is less than 8 kB compressed, with the checks of address and password, and no dependency", async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ["src/client.ts"],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    expect(Object.keys(metafile.inputs).filter((path) => /node_modules|blocklist/.test(path))).toEqual([]);
    expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThan(8 * 1024);
  });
});
