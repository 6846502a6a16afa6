import { describe, expect, it } from "vitest";
import { form, mobile, password, phoneForm, tokenTo, wrong } from "../registrar/house.js";
import { openSite } from "./site.js";

const mail = "ada@example.com";

describe("over HTTP somebody", () => {
  it("signs up by mail on one page, opens the link and signs in", async () => {
    const { house, post } = openSite({
      session: (accountId) => ({ "Set-Cookie": `session=of-${accountId}; HttpOnly` }),
    });
    const started = await post("start", form(mail));
    expect(started.response.status).toBe(200);
    expect(started.body).toMatchObject({
      ok: true,
      registration: { step: "pending", identifier: { masked: "a***@example.com" } },
    });
    await house.registrar.deliver();
    const token = tokenTo(house, mail);
    expect((await post("inspect", { token })).body).toMatchObject({ state: "ready", proof: "ticket" });
    const activated = await post("activate", { token });
    expect(activated.body).toMatchObject({ ok: true, registration: { step: "activated", by: "ticket" } });
    const accountId = activated.body.registration?.accountId;
    expect(activated.response.headers.getSetCookie()).toContain(`session=of-${accountId}; HttpOnly`);
    expect((await post("status", {})).body.registration).toMatchObject({ step: "activated" });
    const signedIn = await post("sign-in", { identifier: mail, password });
    expect(signedIn.body).toEqual({ ok: true, accountId });
    expect(signedIn.response.headers.getSetCookie()).toContain(`session=of-${accountId}; HttpOnly`);
  });

  it("signs up by phone on several pages, mistypes the code, and is told how many tries are left", async () => {
    const { house, post } = openSite();
    expect((await post("start", {})).body.registration).toMatchObject({ step: "identifier" });
    const { captcha, ...fields } = phoneForm(mobile);
    expect((await post("submit", fields)).body).toMatchObject({ registration: { step: "captcha" } });
    expect((await post("submit", { captcha })).body).toMatchObject({ registration: { step: "pending" } });
    await house.registrar.deliver();
    const code = house.ports.texter.code(mobile);
    const refused = await post("confirm", { code: wrong(code) });
    expect(refused.response.status).toBe(422);
    expect(refused.response.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.body).toMatchObject({
      type: "/registration/openapi.json#/components/schemas/Problem",
      title: "Unprocessable Content",
      status: 422,
      code: "code_wrong",
      problems: [{ code: "code_wrong", facts: { attemptsLeft: 4 } }],
      registration: { step: "pending" },
    });
    expect((await post("confirm", { code })).body.registration).toMatchObject({ step: "activated", by: "code" });
  });

  it("carries the ticket in the body where the host says so, and gets no cookie", async () => {
    const { house, post, cookies } = openSite({ ticket: "body" });
    const { body } = await post("start", form(mail));
    await house.registrar.deliver();
    expect(cookies.size).toBe(0);
    const activated = await post("activate", { token: tokenTo(house, mail), ticket: body.ticket });
    expect(activated.body).toMatchObject({ ok: true, ticket: expect.any(String), registration: { by: "ticket" } });
  });

  it("changes the address, resends too early and hears when to come back, cancels", async () => {
    const { post } = openSite();
    await post("start", form(mail));
    const early = await post("resend", {});
    expect(early.response.status).toBe(429);
    expect(early.response.headers.get("retry-after")).toBe("60");
    expect(early.body).toMatchObject({ code: "resend_too_early", registration: { step: "pending" } });
    const changed = await post("change", { email: "eve@example.org" });
    expect(changed.body.registration).toMatchObject({ step: "pending", identifier: { masked: "e***@example.org" } });
    expect((await post("cancel", {})).body.registration).toEqual({ step: "closed", reason: "cancelled" });
  });

  it("opens a link in another browser, and needs the password there", async () => {
    const { house, post, cookies } = openSite();
    await post("start", form(mail));
    await house.registrar.deliver();
    cookies.clear();
    const token = tokenTo(house, mail);
    expect((await post("inspect", { token })).body).toMatchObject({ state: "ready", proof: "password" });
    const refused = await post("activate", { token });
    expect(refused.response.status).toBe(403);
    expect(refused.body).toMatchObject({ code: "proof_required", link: { state: "ready" } });
    expect(cookies.size).toBe(0);
    expect((await post("activate", { token, password })).body.registration).toMatchObject({ by: "password" });
    expect((await post("inspect", { token })).body).toEqual({ state: "used" });
  });

  it("starts no session by a bare link, nor by asking for the status", async () => {
    const asked: string[] = [];
    const { house, post, cookies } = openSite({
      host: { rules: { activation: "anyone_with_the_link" } },
      session: (accountId) => {
        asked.push(accountId);
        return {};
      },
    });
    await post("start", form(mail));
    await house.registrar.deliver();
    const kept = new Map(cookies);
    cookies.clear();
    expect((await post("activate", { token: tokenTo(house, mail) })).body.registration).toMatchObject({ by: "link" });
    for (const [name, value] of kept) cookies.set(name, value);
    expect((await post("status", {})).body.registration).toMatchObject({ step: "activated" });
    expect(asked).toEqual([]);
  });

  it("says that it was somebody else", async () => {
    const { house, post } = openSite();
    await post("start", form(mail));
    await house.registrar.deliver();
    expect((await post("disown", { token: tokenTo(house, mail) })).body).toEqual({ ok: true });
  });

  it("hears problems in the language asked for, and the caller's own before the header's", async () => {
    const { post } = openSite();
    const { body } = await post(
      "start",
      { ...form(mail), password: "kurz", confirmation: "kurz" },
      { "Accept-Language": "de" },
    );
    expect(body.detail).toMatch(/Zeichen/);
    const site = openSite({ caller: () => ({ ip: undefined, locale: "zh" }) });
    const chinese = await site.post("start", "{", { "Accept-Language": "de" });
    expect(chinese.body.detail).toBe("请求无法识别，请刷新页面后重试。");
  });
});

describe("the ticket's cookie", () => {
  it("is the host's alone, unread by scripts, and lives as long as the sign-up", async () => {
    const { post } = openSite();
    const { response } = await post("start", form(mail));
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-porchlight=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=86400$/);
    expect(await response.text()).not.toContain(cookie.slice(19, 60));
  });

  it("counts for none where it comes twice", async () => {
    const { post, cookies } = openSite();
    await post("start", form(mail));
    const pair = [...cookies].map((one) => one.join("=")).join("");
    const { body, response } = await post("status", {}, { Cookie: `${pair}; ${pair}` });
    expect(response.status).toBe(400);
    expect(body).toMatchObject({ code: "ticket_invalid", registration: { step: "identifier" } });
  });
});
