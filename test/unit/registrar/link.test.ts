import { describe, expect, it } from "vitest";
import {
  ada,
  caller,
  codesOf,
  form,
  hour,
  kindsTo,
  minute,
  openHouse,
  otherPassword,
  password,
  problemsOf,
  signUp,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";
const elsewhere = caller(900);

describe("inspecting a link", () => {
  it("changes nothing and counts nothing, however often a scanner calls it (T16)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    await signUp(house, mail);
    const token = tokenTo(house, mail);
    let calls = 0;
    const limiter = {
      ...ports.limiter,
      hit: async () => {
        calls += 1;
        return { allowed: true, retryAfterSeconds: 0 };
      },
    };
    const scanned = openHouse({ ports, limiter });
    const commits = house.commits.length;
    for (let n = 0; n < 1_000; n += 1) {
      expect(await scanned.registrar.inspect(token, {}, elsewhere)).toMatchObject({
        state: "ready",
        proof: "password",
      });
    }
    expect([calls, scanned.commits.length, house.commits.length]).toEqual([0, 0, commits]);
    expect(await registrar.activate(token, { password }, elsewhere)).toMatchObject({ ok: true });
  });

  it("says which proof is needed, the masked address and the end", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    const expiresAt = house.ports.clock.now() + 8 * hour;
    const ready = { state: "ready", masked: "a***@example.com", expiresAt };
    expect(await house.registrar.inspect(token, { ticket }, ada)).toEqual({ ...ready, proof: "ticket" });
    expect(await house.registrar.inspect(token, {}, ada)).toEqual({ ...ready, proof: "password" });
    expect(await house.registrar.inspect(token, { ticket: "forged" }, ada)).toEqual({ ...ready, proof: "password" });
  });

  it("takes the blank ticket of a one-page form for the browser that signed up", async () => {
    const house = openHouse();
    const { registrar } = house;
    const blank = await registrar.start({}, ada);
    await registrar.submit(blank.ticket, form(mail), ada);
    await registrar.deliver();
    expect(await registrar.inspect(tokenTo(house, mail), blank, ada)).toMatchObject({ proof: "ticket" });
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["an object", { $ne: null }],
    ["a list", ["k1.x"]],
    ["an empty text", ""],
    ["a text of 5 MB", "A".repeat(5_000_000)],
    ["a text of the right shape", `test.${"a".repeat(34)}.${"b".repeat(22)}.${"c".repeat(43)}.1`],
    ["a key id from elsewhere", `__proto__.${"a".repeat(34)}.${"b".repeat(22)}.${"c".repeat(43)}.1`],
    ["SQL", "' OR 1=1 --"],
  ])("calls %s invalid and asks no store", async (_, link) => {
    const { ports } = openHouse();
    const asked = async () => {
      throw new Error("the store was asked");
    };
    const untouched = { ...ports.store, find: asked, charge: asked, commit: asked };
    const { registrar } = openHouse({ ports: { ...ports, store: untouched } });
    expect(await registrar.inspect(link, {}, ada)).toEqual({ state: "invalid" });
    expect(await registrar.activate(link, { password }, ada)).toEqual({
      ok: false,
      link: { state: "invalid" },
      problems: [{ code: "link_invalid", field: "link", facts: {} }],
    });
    expect(await registrar.disown(link, ada)).toEqual({ ok: true });
  });
});

describe("activating by a link", () => {
  it("needs a proof: a link alone is refused and gives no ticket, no page and no account (T7, T22)", async () => {
    const house = openHouse();
    await signUp(house, mail);
    const refused = await house.registrar.activate(tokenTo(house, mail), {}, elsewhere);
    expect(Object.keys(refused).sort()).toEqual(["link", "ok", "problems"]);
    expect(refused).toMatchObject({ ok: false, link: { state: "ready", proof: "password" } });
    expect(codesOf(refused)).toEqual(["proof_required"]);
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
  });

  it("takes the ticket of the browser that signed up", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const done = await house.registrar.activate(tokenTo(house, mail), { ticket }, ada);
    expect(done).toMatchObject({
      ok: true,
      registration: { step: "activated", by: "ticket", identifier: { masked: "a***@example.com" } },
    });
    if (!done.ok) return;
    expect(await house.registrar.status(done.ticket, ada)).toMatchObject({
      registration: { step: "activated", accountId: done.registration.accountId },
    });
  });

  it("takes the password from any browser, and a wrong one five times in a registration's life", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    for (let left = 4; left >= 2; left -= 1) {
      const refused = await registrar.activate(tokenTo(house, mail), { password: otherPassword }, elsewhere);
      expect(problemsOf(refused)).toEqual([{ code: "proof_wrong", field: "password", facts: { attemptsLeft: left } }]);
    }
    // A new serial does not bring the tries back.
    ports.clock.advance(4 * hour);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    for (const left of [1, 0, 0, 0]) {
      const refused = await registrar.activate(tokenTo(house, mail), { password: otherPassword }, elsewhere);
      expect(problemsOf(refused)).toEqual([{ code: "proof_wrong", field: "password", facts: { attemptsLeft: left } }]);
    }
    const locked = await registrar.activate(tokenTo(house, mail), { password }, elsewhere);
    expect(codesOf(locked)).toEqual(["proof_wrong"]);
    expect(await registrar.activate(tokenTo(house, mail), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("compares at most five passwords of a thousand that come at once (T17)", async () => {
    const house = openHouse();
    await signUp(house, mail);
    let verified = 0;
    const { hasher } = house.ports;
    const { registrar } = openHouse({
      ports: house.ports,
      hasher: {
        ...hasher,
        verify: async (...typed) => {
          verified += 1;
          return hasher.verify(...typed);
        },
      },
    });
    const token = tokenTo(house, mail);
    const tries = Array.from({ length: 1_000 }, () =>
      registrar.activate(token, { password: otherPassword }, elsewhere),
    );
    expect((await Promise.all(tries)).every(({ ok }) => !ok)).toBe(true);
    expect(verified).toBe(5);
  });

  it("does so once, of a thousand at the same instant, with one account, one event and one notice (T17, B158)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    const tries = Array.from({ length: 1_000 }, () => house.registrar.activate(token, { ticket }, ada));
    const done = await Promise.all(tries);
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(done.flatMap(codesOf))).toEqual(new Set(["link_used"]));
    await house.registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
    expect(kindsTo(house, mail)).toEqual(["activation", "activated"]);
  });

  it("shows the ticket of a double click the activated page both times, anyone else a used link (B158)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    await Promise.all([
      house.registrar.activate(token, { ticket }, ada),
      house.registrar.activate(token, { ticket }, ada),
    ]);
    expect(await house.registrar.status(ticket, ada)).toMatchObject({ registration: { step: "activated" } });
    expect(await house.registrar.inspect(token, {}, elsewhere)).toEqual({ state: "used" });
    expect(codesOf(await house.registrar.activate(token, { password }, elsewhere))).toEqual(["link_used"]);
  });

  it("kills the code of the same message, and the code kills the link (B012)", async () => {
    const byLink = openHouse();
    const first = await signUp(byLink, mail);
    await byLink.registrar.activate(tokenTo(byLink, mail), { ticket: first }, ada);
    const late = await byLink.registrar.confirm(first, { code: byLink.ports.mailer.code(mail) }, ada);
    expect(codesOf(late)).toEqual(["wrong_step"]);
    expect(late.registration.step).toBe("activated");

    const byCode = openHouse();
    const second = await signUp(byCode, mail);
    await byCode.registrar.confirm(second, { code: byCode.ports.mailer.code(mail) }, ada);
    expect(codesOf(await byCode.registrar.activate(tokenTo(byCode, mail), { ticket: second }, ada))).toEqual([
      "link_used",
    ]);
    expect(await byCode.registrar.inspect(tokenTo(byCode, mail), {}, ada)).toEqual({ state: "used" });
  });

  it("does not take another registration's ticket or password for a proof (B056)", async () => {
    const house = openHouse();
    const mine = await signUp(house, "mallory@example.com", otherPassword);
    await signUp(house, mail);
    const token = tokenTo(house, mail);
    expect(await house.registrar.inspect(token, { ticket: mine }, ada)).toMatchObject({ proof: "password" });
    expect(codesOf(await house.registrar.activate(token, { ticket: mine }, ada))).toEqual(["proof_required"]);
    expect(codesOf(await house.registrar.activate(token, { password: otherPassword }, ada))).toEqual(["proof_wrong"]);
  });

  it("is open for eight hours less a millisecond, then says that it is late (B171, B172)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    house.ports.clock.advance(8 * hour - 1);
    expect(await house.registrar.inspect(token, {}, ada)).toMatchObject({ state: "ready" });
    house.ports.clock.advance(1);
    expect(await house.registrar.inspect(token, {}, ada)).toEqual({ state: "expired" });
    const late = await house.registrar.activate(token, { ticket }, ada);
    expect(codesOf(late)).toEqual(["link_expired"]);
    house.ports.clock.advance(-hour);
    expect(codesOf(await house.registrar.activate(token, { ticket }, ada))).toEqual(["link_expired"]);
    expect(await house.registrar.inspect(token, {}, ada)).toEqual({ state: "expired" });
  });

  it("says that it is late where the registration was purged", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    house.ports.clock.advance(24 * hour);
    expect(await house.registrar.purge()).toEqual({ deleted: 1 });
    expect(await house.registrar.inspect(token, {}, ada)).toEqual({ state: "expired" });
    expect(codesOf(await house.registrar.activate(token, { ticket }, ada))).toEqual(["link_expired"]);
  });

  it("stays good over a resend in the first half of its life", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    house.ports.clock.advance(minute);
    await house.registrar.resend(ticket, ada);
    await house.registrar.deliver();
    expect(tokenTo(house, mail)).toBe(token);
    expect(await house.registrar.activate(token, { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("is refused after the second link was drawn (T17)", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    house.ports.clock.advance(4 * hour);
    await house.registrar.resend(ticket, ada);
    await house.registrar.deliver();
    expect(tokenTo(house, mail)).not.toBe(token);
    expect(codesOf(await house.registrar.activate(token, { ticket }, ada))).toEqual(["link_expired"]);
  });

  it("asks for the password even of the ticket's browser where the host says so", async () => {
    const house = openHouse({ rules: { activation: "password" } });
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    expect(await house.registrar.inspect(token, { ticket }, ada)).toMatchObject({ proof: "password" });
    expect(codesOf(await house.registrar.activate(token, { ticket }, ada))).toEqual(["proof_required"]);
    expect(await house.registrar.activate(token, { ticket, password }, ada)).toMatchObject({
      registration: { by: "password" },
    });
  });

  it("takes the bare link where the host chose so by its long name, and says so", async () => {
    const house = openHouse({ rules: { activation: "anyone_with_the_link" } });
    await signUp(house, mail);
    const token = tokenTo(house, mail);
    expect(await house.registrar.inspect(token, {}, elsewhere)).toMatchObject({ state: "ready", proof: "none" });
    expect(await house.registrar.activate(token, {}, elsewhere)).toMatchObject({
      ok: true,
      registration: { by: "link" },
    });
  });

  it.each([
    ["no text", { $gt: "" }, "field_malformed"],
    ["a lone surrogate", "pass\ud800 word of mine", "password_malformed"],
    ["50 MB", "x".repeat(50_000_000), "password_too_long"],
  ])("pays no try for a password of %s", async (_, typed, code) => {
    const house = openHouse();
    await signUp(house, mail);
    const refused = await house.registrar.activate(tokenTo(house, mail), { password: typed }, ada);
    expect(codesOf(refused)).toEqual([code]);
    const wrong = await house.registrar.activate(tokenTo(house, mail), { password: otherPassword }, ada);
    expect(problemsOf(wrong)).toEqual([{ code: "proof_wrong", field: "password", facts: { attemptsLeft: 4 } }]);
  });

  it("is busy where the hasher is, and the link stays good", async () => {
    const { PorchlightError } = await import("../../../src/errors.js");
    const house = openHouse();
    await signUp(house, mail);
    const full = async () => {
      throw new PorchlightError("ERR_OVERLOADED", { retryAfterSeconds: 2 });
    };
    const crowded = openHouse({ ports: house.ports, hasher: { ...house.ports.hasher, verify: full } });
    const busy = await crowded.registrar.activate(tokenTo(house, mail), { password }, ada);
    expect(busy).toMatchObject({
      ok: false,
      link: { state: "ready" },
      problems: [{ code: "busy", facts: { retryAfterSeconds: 2 } }],
    });
    expect(await house.registrar.activate(tokenTo(house, mail), { password }, ada)).toMatchObject({ ok: true });
  });
});
