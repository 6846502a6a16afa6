import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ada, codesOf, form, openAccount, openHouse, password, problemsOf, signUp } from "./house.js";

describe("a sign-up on one page", () => {
  it("makes one pending registration, one message and no account (B001)", async () => {
    const house = openHouse();
    const answer = await house.registrar.start(form("ada@example.com"), ada);
    expect(answer).toMatchObject({ ok: true, registration: { step: "pending", message: { delivery: "queued" } } });
    expect(house.ports.mailer.sent).toHaveLength(0);
    expect(await house.registrar.deliver()).toMatchObject({ sent: 1, retried: 0, failed: 0 });
    expect(house.ports.mailer.sent.map(({ to, kind }) => [to, kind])).toEqual([["ada@example.com", "activation"]]);
    expect(house.ports.texter.sent).toHaveLength(0);
    expect(house.commits).toHaveLength(1);
    expect(house.commits[0]?.account).toBeUndefined();
    expect(await house.ports.store.accountByKey("ada@example.com")).toBeUndefined();
    expect(codesOf(await house.registrar.signIn({ identifier: "ada@example.com", password }, ada))).toEqual([
      "credentials_wrong",
    ]);
  });

  it("tells the page where the message goes, how long it is good and when to ask again", async () => {
    const { registrar, ports } = openHouse();
    const { registration } = await registrar.start(form("ada@example.com"), ada);
    const now = ports.clock.now();
    expect(registration).toEqual({
      step: "pending",
      identifier: { channel: "email", masked: "a***@example.com" },
      expiresAt: now + 24 * 3_600_000,
      message: {
        by: ["link", "code"],
        delivery: "queued",
        now,
        decidedAt: now,
        expiresAt: now + 8 * 3_600_000,
        resendAt: now + 60_000,
        resendsLeft: 4,
        attemptsLeft: 5,
      },
    });
  });

  it("shows a delivered message as sent", async () => {
    const house = openHouse();
    const ticket = await signUp(house, "ada@example.com");
    expect(await house.registrar.status(ticket, ada)).toMatchObject({
      registration: { message: { delivery: "sent" } },
    });
  });

  it("carries no session, token, hash or code in any successful answer (B007, B269)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const blank = await registrar.start({}, ada);
    const pending = await registrar.submit(blank.ticket, form("ada@example.com"), ada);
    await registrar.deliver();
    const activated = await registrar.confirm(pending.ticket, { code: ports.mailer.code("ada@example.com") }, ada);
    for (const answer of [blank, pending, activated]) {
      expect(Object.keys(answer).sort()).toEqual(["ok", "registration", "ticket"]);
      const shown = JSON.stringify(answer.registration);
      expect(shown).not.toContain("$free$");
      expect(shown).not.toContain(ports.mailer.code("ada@example.com"));
      expect(shown).not.toMatch(/session|cookie|token|hash|serial|nonce/i);
    }
    expect(Object.keys(activated.registration).sort()).toEqual(["accountId", "by", "identifier", "step"]);
  });

  it("names every problem of the page at once and keeps what was right", async () => {
    const { registrar, ports } = openHouse();
    const answer = await registrar.start(
      { email: "not an address", password: "short", confirmation: "other", captcha: "pass" },
      ada,
    );
    expect(codesOf(answer)).toEqual(["email_malformed", "password_too_short", "confirmation_mismatch"]);
    expect(problemsOf(answer).map(({ field }) => field)).toEqual(["email", "password", "confirmation"]);
    expect(answer.registration).toMatchObject({ step: "identifier", missing: ["identifier", "password", "captcha"] });
    expect(ports.mailer.sent).toHaveLength(0);
  });

  it("keeps the address where the confirmation is wrong, and asks for the password again (B119)", async () => {
    const { registrar } = openHouse();
    for (const confirmation of [undefined, "", null, "other than typed", 7]) {
      const answer = await registrar.start({ ...form("ada@example.com"), confirmation }, ada);
      expect(codesOf(answer)).toEqual(["confirmation_mismatch"]);
      expect(problemsOf(answer)[0]).toEqual({ code: "confirmation_mismatch", field: "confirmation", facts: {} });
      expect(answer.registration).toMatchObject({ step: "password", identifier: { display: "ada@example.com" } });
    }
  });

  it("takes a password and a confirmation that are the same after NFC (B120)", async () => {
    const house = openHouse();
    const composed = "crème brûlée at noon";
    const { ticket, ok } = await house.registrar.start(
      { ...form("ada@example.com", composed), confirmation: composed.normalize("NFD") },
      ada,
    );
    expect(ok).toBe(true);
    await house.registrar.deliver();
    await house.registrar.confirm(ticket, { code: house.ports.mailer.code("ada@example.com") }, ada);
    const typed = { identifier: "ada@example.com", password: composed.normalize("NFD") };
    expect(await house.registrar.signIn(typed, ada)).toMatchObject({ ok: true });
  });

  it.each([
    ["64 characters", "a longer one, ".repeat(5).slice(0, 64)],
    ["lower case only", "qkzvmwtrplxbnhd"],
    ["digits only", "830174629583017"],
    ["spaces between", "o n e t w o s e v"],
    ["emoji", "🦊🌲🏔🚲🎻🪁🍋🧭🪶🧵🛶🥁🌶🎲🪐"],
  ])("takes a password of %s (B124, B125)", async (_, chosen) => {
    const { registrar } = openHouse();
    expect(codesOf(await registrar.start(form("ada@example.com", chosen), ada))).toEqual([]);
  });

  it("counts code points of a password, not UTF-16 units (B126)", async () => {
    const { registrar } = openHouse();
    const fourteen = Array.from("🦊🌲🏔🚲🎻🪁🍋🧭🪶🧵🛶🥁🌶🎲").join("");
    expect(problemsOf(await registrar.start(form("ada@example.com", fourteen), ada))).toEqual([
      { code: "password_too_short", field: "password", facts: { minimum: 15, actual: 14 } },
    ]);
  });

  it("refuses listed and guessable passwords with the reason, at sign-up and at a reset (B127)", async () => {
    const house = openHouse();
    const listed = "passwordpassword";
    expect(codesOf(await house.registrar.start(form("ada@example.com", listed), ada))).toEqual(["password_common"]);
    const own = "grace.hopper.navy@example.com";
    expect(codesOf(await house.registrar.start(form(own, own), ada))).toEqual(["password_guessable"]);
    const ticket = await signUp(house, "ada@example.com");
    const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code("ada@example.com") }, ada);
    if (!done.ok) throw new Error("not activated");
    const { accountId } = done.registration;
    const reset = await house.registrar.setPassword(accountId, { password: listed, confirmation: listed });
    expect(codesOf(reset)).toEqual(["password_common"]);
    expect(await house.registrar.signIn({ identifier: "ada@example.com", password }, ada)).toMatchObject({ ok: true });
  });

  it("asks the blocklist at sign-up and at a reset, under the default rules and a host's own (B127)", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, "ada@example.com");
    for (const listed of ["passwordstandard", "PASSWORDstandard", "trustno1trustno1"]) {
      expect(codesOf(await house.registrar.start(form("eve@example.com", listed), ada))).toEqual(["password_common"]);
      const reset = await house.registrar.setPassword(accountId, { password: listed, confirmation: listed });
      expect(codesOf(reset)).toEqual(["password_common"]);
    }
    const shorter = openHouse({ rules: { password: { minLength: 8 } } });
    expect(codesOf(await shorter.registrar.start(form("eve@example.com", "spitfire"), ada))).toEqual([
      "password_common",
    ]);
  });

  it("knows the owner's profile at sign-up and at a reset, however deep its words lie (B127)", async () => {
    const profile = z.object({ name: z.object({ first: z.string(), last: z.string() }), tags: z.array(z.string()) });
    const house = openHouse({ profile });
    const own = { name: { first: "Augusta Ada", last: "Lovelace" }, tags: ["analytical engine"] };
    const guessed = ["Analytical Engine", "augusta ada lovelace", "LovelaceAugustaAda"];
    for (const typed of guessed) {
      const answer = await house.registrar.start({ ...form("ada@example.com", typed), profile: own }, ada);
      expect(problemsOf(answer)).toEqual([
        { code: "password_guessable", field: "password", facts: { from: "profile" } },
      ]);
    }
    const pending = await house.registrar.start({ ...form("ada@example.com"), profile: own }, ada);
    await house.registrar.deliver();
    const code = house.ports.mailer.code("ada@example.com");
    const done = await house.registrar.confirm(pending.ticket, { code }, ada);
    if (!done.ok) throw new Error("not activated");
    const { accountId } = done.registration;
    for (const [typed, from] of [...guessed.map((one) => [one, "profile"]), ["ada@example.com".repeat(2), "address"]]) {
      const reset = await house.registrar.setPassword(accountId, { password: typed, confirmation: typed });
      expect(reset).toMatchObject({ ok: false, problems: [{ code: "password_guessable", facts: { from } }] });
    }
  });

  it("does not take four letters of the address for a guessable password (B131)", async () => {
    const { registrar } = openHouse();
    expect(codesOf(await registrar.start(form("abc@example.com", "an abc of quiet lanterns"), ada))).toEqual([]);
  });

  it("answers a failed captcha with the address and the problem, and hashes nothing (B142, B154)", async () => {
    const house = openHouse();
    let hashes = 0;
    const counting = {
      ...house.ports.hasher,
      hash: async (p: string) => {
        hashes += 1;
        return house.ports.hasher.hash(p);
      },
    };
    const { registrar } = openHouse({ ports: house.ports, hasher: counting });
    const answer = await registrar.start({ ...form("ada@example.com"), captcha: "nonsense" }, ada);
    expect(codesOf(answer)).toEqual(["captcha_failed"]);
    expect(answer.registration).toMatchObject({ identifier: { display: "ada@example.com" } });
    expect(hashes).toBe(0);
  });

  it("refuses a captcha response that is no text or longer than 8,192 characters without asking the provider", async () => {
    const house = openHouse();
    let asked = 0;
    const captcha = {
      async check() {
        asked += 1;
        return { passed: true, once: "c", goodForSeconds: 300 } as const;
      },
    };
    const { registrar } = openHouse({ ports: house.ports, captcha });
    const tooLong = await registrar.start({ ...form("ada@example.com"), captcha: "x".repeat(8_193) }, ada);
    expect(codesOf(tooLong)).toEqual(["captcha_failed"]);
    const noText = await registrar.start({ ...form("ada@example.com"), captcha: { $ne: null } }, ada);
    expect(codesOf(noText)).toEqual(["field_malformed"]);
    expect(asked).toBe(0);
  });

  it("offers exactly the channels that are wired (B224)", async () => {
    const { mailer, texter, ...ports } = openHouse().ports;
    const { createRegistrar } = await import("../../../src/registrar/registrar.js");
    const registrar = createRegistrar({
      service: "Example",
      signInUrl: "https://app.example/login",
      channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}" } },
      ...ports,
    });
    const fields = { ...form("ada@example.com"), email: "", phone: "+447400123461" };
    expect(problemsOf(await registrar.start(fields, ada))).toEqual([
      { code: "channel_not_offered", field: "phone", facts: { offered: ["email"] } },
    ]);
    expect(texter.sent).toHaveLength(0);
  });
});
