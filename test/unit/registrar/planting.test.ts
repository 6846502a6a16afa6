import { describe, expect, it } from "vitest";
import { openSite, origin } from "../http/site.js";
import { ada, caller, codesOf, form, minute, openHouse, otherPassword, password, signUp, tokenTo } from "./house.js";

const victim = "victim@example.com";
const attacker = caller(66);
const theirs = otherPassword;

describe("a ticket planted in a victim's browser (T7, T22)", () => {
  const planted = { ...form(victim, theirs) };

  it.each(["start", "submit", "status", "confirm", "activate"])(
    "by a post of another site to %s is refused before anything is read, and sets no cookie",
    async (verb) => {
      const site = openSite();
      const crossSite = { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" };
      const { response, body } = await site.post(verb, planted, crossSite);
      expect([response.status, body.code]).toEqual([403, "cross_site"]);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(site.house.commits).toHaveLength(0);
    },
  );

  it("by a form without JSON, as any page can post one, is refused", async () => {
    const site = openSite();
    const response = await site.handle(
      new Request(`${origin}/registration/start`, {
        method: "POST",
        headers: { "Content-Type": "text/plain", Origin: "https://evil.example" },
        body: JSON.stringify(planted),
      }),
    );
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("beside the victim's own, as a cookie of a parent domain would be, counts for none", async () => {
    const site = openSite();
    const { registrar } = site.house;
    const ticket = await signUp(site.house, victim, theirs, attacker);
    const own = (await registrar.start({}, ada)).ticket;
    const headers = { Cookie: `__Host-porchlight=${ticket}; __Host-porchlight=${own}` };
    const { body } = await site.post("activate", { token: tokenTo(site.house, victim) }, headers);
    expect(body.code).toBe("proof_required");
    expect(await site.house.ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("is refused by its browser under every name but the site's own: __Host-, Secure, no Domain, HttpOnly", async () => {
    const site = openSite();
    const { response } = await site.post("start", form(victim));
    const [cookie = ""] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-porchlight=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });
});

describe("a link holder who asks inspect for a proof (T7)", () => {
  it("gets none: no ticket, no page, no account, nothing that activate, confirm or status would take", async () => {
    const house = openHouse();
    const { registrar } = house;
    await signUp(house, victim, theirs, attacker);
    const token = tokenTo(house, victim);
    const seen = await registrar.inspect(token, {}, ada);
    expect(Object.keys(seen).sort()).toEqual(["expiresAt", "masked", "proof", "state"]);
    const asked: readonly unknown[] = [
      await registrar.inspect(token, { ticket: token }, ada),
      await registrar.disown("forged", ada),
      await registrar.activate(token, { ticket: token }, ada),
      await registrar.activate(token, { password: "a guess that is wrong" }, ada),
    ];
    expect(JSON.stringify([seen, ...asked])).not.toMatch(/"(ticket|registration|accountId)":/);
    // What it says is no ticket either.
    for (const word of Object.values(seen)) {
      expect(codesOf(await registrar.status(word, ada))).toEqual(["ticket_invalid"]);
      expect(codesOf(await registrar.activate(token, { ticket: word }, ada))).toEqual(["proof_required"]);
    }
    expect(await house.ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("gets none over HTTP either: no cookie is set", async () => {
    const site = openSite();
    await site.post("start", form(victim));
    await site.house.registrar.deliver();
    site.cookies.clear();
    for (const verb of ["inspect", "activate", "disown"]) {
      const { response } = await site.post(verb, { token: tokenTo(site.house, victim) });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });
});

describe("a stranger at a mistyped address who disowns", () => {
  const mistyped = "victm@example.com";

  it("ends nothing for whoever mistyped: the change to the right address gets mail and activates", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mistyped);
    await registrar.disown(tokenTo(house, mistyped), caller(7));
    ports.clock.advance(minute);
    expect((await registrar.change(ticket, { email: victim }, ada)).registration).toMatchObject({ step: "pending" });
    await registrar.deliver();
    expect(await registrar.confirm(ticket, { code: ports.mailer.code(victim) }, ada)).toMatchObject({ ok: true });
    expect(await ports.store.accountByKey(mistyped)).toBeUndefined();
  });

  it("cannot disown the right address by the link to the wrong one, before or after the change", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mistyped);
    const former = tokenTo(house, mistyped);
    ports.clock.advance(minute);
    await registrar.change(ticket, { email: victim }, ada);
    await registrar.deliver();
    await registrar.disown(former, caller(7));
    expect(await registrar.activate(former, { password }, caller(7))).toMatchObject({ ok: false });
    expect(await registrar.activate(tokenTo(house, victim), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("stops what was still on its way, and no account ever has that address", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mistyped);
    await registrar.disown(tokenTo(house, mistyped), caller(7));
    ports.clock.advance(minute);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
    expect(codesOf(await registrar.confirm(ticket, { code: ports.mailer.code(mistyped) }, ada))).toEqual([
      "code_wrong",
    ]);
  });
});

describe("a forked ticket whose second life asks for the first one's code", () => {
  it("is the same registration: one code, one address, whatever address the second form carried", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket: fork } = await registrar.start({}, attacker);
    await registrar.submit(fork, form("mallory@example.com", theirs), attacker);
    await registrar.deliver();
    const code = ports.mailer.code("mallory@example.com");
    const second = await registrar.submit(fork, form(victim, theirs), attacker);
    expect(second.registration).toMatchObject({ step: "pending", identifier: { masked: "m***@example.com" } });
    await registrar.deliver();
    expect(ports.mailer.sent.map(({ to }) => to)).toEqual(["mallory@example.com"]);
    expect(await registrar.confirm(second.ticket, { code }, attacker)).toMatchObject({ ok: true });
    expect(await ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("after its row is gone has no code that the first life ever had: each challenge draws a nonce of its own", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const { ticket: fork } = await registrar.start({}, attacker);
    await registrar.submit(fork, form(victim, theirs), attacker);
    await registrar.deliver();
    const [code, token] = [ports.mailer.code(victim), tokenTo(house, victim)];
    // As if the first life's row had been lost, which no store does: the same id, address and serial once more.
    const anew = openHouse({ ports: { ...ports, store: openHouse().ports.store } });
    const second = await anew.registrar.submit(fork, form(victim, theirs), attacker);
    expect(second.registration.step).toBe("pending");
    expect(codesOf(await anew.registrar.confirm(second.ticket, { code }, attacker))).toEqual(["code_wrong"]);
    const byLink = await anew.registrar.activate(token, { ticket: second.ticket }, attacker);
    expect(codesOf(byLink)).toEqual(["link_expired"]);
    expect(await anew.ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("to two addresses asks each mailbox for its own: the code of one is wrong for the other", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "mallory@example.com", theirs, attacker);
    const code = ports.mailer.code("mallory@example.com");
    ports.clock.advance(minute);
    await registrar.change(ticket, { email: victim }, attacker);
    await registrar.deliver();
    expect(codesOf(await registrar.confirm(ticket, { code }, attacker))).toEqual(["code_wrong"]);
    expect(codesOf(await registrar.activate(tokenTo(house, victim), {}, ada))).toEqual(["proof_required"]);
  });
});
