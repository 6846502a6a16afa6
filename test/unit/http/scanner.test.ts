import { describe, expect, it } from "vitest";
import { form } from "../registrar/house.js";
import { openSite, origin, type Site } from "./site.js";

const mail = "ada@example.com";
const password = "harbour tulip nine cranes";

async function signedUp(): Promise<Site & { readonly token: string }> {
  const site = openSite();
  await site.post("start", form(mail));
  await site.house.registrar.deliver();
  const link = new URL(site.house.ports.mailer.link(mail));
  // A scanner fetches what is before the fragment: the token is not in it.
  expect(link.href.slice(0, link.href.indexOf("#"))).toBe("https://app.example/activate");
  return { ...site, token: link.hash.slice("#t=".length) };
}

describe("a mail scanner that opens a link before its owner does (T16)", () => {
  it("finds nothing to do by HEAD or GET on any route, with the token in every place that a URL has", async () => {
    const { handle, house, token } = await signedUp();
    const before = house.commits.length;
    for (const verb of ["inspect", "activate", "disown", "status", "confirm", "cancel"]) {
      for (const url of [`${verb}?token=${token}`, `${verb}?t=${token}`, `${verb}/${token}`, verb]) {
        for (const method of ["HEAD", "GET", "GET", "GET", "GET", "GET", "OPTIONS"]) {
          const response = await handle(new Request(`${origin}/registration/${url}`, { method }));
          expect([404, 405]).toContain(response.status);
        }
      }
    }
    expect(house.commits.length).toBe(before);
    const opened = await house.registrar.activate(token, { password }, { ip: "192.0.2.1" });
    expect(opened).toMatchObject({ ok: true });
  });

  it("runs the page's script, which inspects five times and presses no button: the link is as good as before", async () => {
    const site = await signedUp();
    const { house, token, cookies } = site;
    const before = house.commits.length;
    const own = [...cookies];
    cookies.clear();
    for (let n = 0; n < 5; n += 1) {
      const { response, body } = await site.post("inspect", { token });
      expect([response.status, body.state, body.proof]).toEqual([200, "ready", "password"]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(house.commits.length).toBe(before);
    for (const [name, value] of own) cookies.set(name, value);
    const { body } = await site.post("activate", { token });
    expect(body).toMatchObject({ ok: true, registration: { step: "activated", by: "ticket" } });
  });

  it("that presses every button has no proof: it opens no account, and costs no try", async () => {
    const site = await signedUp();
    const { house, token, cookies } = site;
    const own = [...cookies];
    cookies.clear();
    for (let n = 0; n < 20; n += 1) {
      const { body } = await site.post("activate", { token });
      expect(body.code).toBe("proof_required");
    }
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
    for (const [name, value] of own) cookies.set(name, value);
    expect((await site.post("activate", { token })).body).toMatchObject({ ok: true });
  });
});

describe("another site that posts a token it knows (T22)", () => {
  it.each([
    ["a form", { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site" }],
    [
      "a script",
      { "Content-Type": "application/json", "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" },
    ],
    ["a sister's script", { "Content-Type": "application/json", "Sec-Fetch-Site": "same-site" }],
    ["an old browser's script", { "Content-Type": "application/json", Origin: "https://evil.example" }],
    ["no browser", { "Content-Type": "application/json" }],
  ])("by %s activates nothing, with the visitor's own cookie, and begins no session", async (_, headers) => {
    const { handle, house, token, cookies } = await signedUp();
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    for (const verb of ["activate", "confirm", "sign-in"]) {
      const response = await handle(
        new Request(`${origin}/registration/${verb}`, {
          method: "POST",
          headers: { ...headers, Cookie: cookie },
          body: JSON.stringify({ token }),
        }),
      );
      expect([403, 415]).toContain(response.status);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
  });
});
