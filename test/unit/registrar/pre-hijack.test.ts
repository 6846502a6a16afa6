import { describe, expect, it } from "vitest";
import {
  ada,
  caller,
  codesOf,
  form,
  hour,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  password,
  phoneForm,
  problemsOf,
  signUp,
  tokenTo,
} from "./house.js";

const victim = "victim@example.com";
const attacker = caller(66);
const theirs = otherPassword;

describe("an attacker who signs up a victim's address first", () => {
  it("gives the victim a link that opens nothing without the attacker's browser or password (T7)", async () => {
    const house = openHouse();
    await signUp(house, victim, theirs, attacker);
    const token = tokenTo(house, victim);
    expect(codesOf(await house.registrar.activate(token, {}, ada))).toEqual(["proof_required"]);
    expect(codesOf(await house.registrar.activate(token, { password }, ada))).toEqual(["proof_wrong"]);
    const own = await house.registrar.start({}, ada);
    expect(codesOf(await house.registrar.activate(token, { ticket: own.ticket }, ada))).toEqual(["proof_required"]);
    expect(await house.ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("loses it to the victim's own sign-up, with the victim's own password (B041, T7)", async () => {
    const house = openHouse();
    const planted = await signUp(house, victim, theirs, attacker);
    house.ports.clock.advance(minute);
    const accountId = await openAccount(house, victim, password, ada);
    const { registrar } = house;
    expect(await registrar.signIn({ identifier: victim, password }, ada)).toMatchObject({ ok: true, accountId });
    expect(codesOf(await registrar.signIn({ identifier: victim, password: theirs }, attacker))).toEqual([
      "credentials_wrong",
    ]);
    expect(await registrar.status(planted, attacker)).toMatchObject({ registration: { step: "pending" } });
  });

  it("can do nothing with the own ticket after the victim's activation, and is told nothing of it (T5)", async () => {
    const seen = [];
    for (const activated of [false, true]) {
      const house = openHouse();
      const { registrar, ports } = house;
      const planted = await signUp(house, victim, theirs, attacker);
      ports.clock.advance(minute);
      if (activated) await openAccount(house, victim, password, ada);
      else await signUp(house, victim, password, ada);
      const calls = [
        await registrar.status(planted, attacker),
        await registrar.confirm(planted, { code: "00000000" }, attacker),
        await registrar.resend(planted, attacker),
        await registrar.submit(planted, form(victim, theirs), attacker),
      ];
      await registrar.deliver();
      ports.clock.advance(minute);
      await registrar.deliver();
      calls.push(await registrar.status(planted, attacker));
      calls.push(await registrar.confirm(planted, { code: "00000001" }, attacker));
      ports.clock.advance(24 * hour);
      calls.push(await registrar.status(planted, attacker));
      seen.push(JSON.stringify(calls.map(({ ticket, ...page }) => ({ ...page, length: ticket.length }))));
      const owner = await ports.store.accountByKey(victim);
      expect(owner === undefined).toBe(!activated);
    }
    expect(seen[1]).toBe(seen[0]);
  });

  it("who later learns the old code or link still gets no account: it is taken, and only the owner's mailbox could tell (T5)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const planted = await signUp(house, victim, theirs, attacker);
    const [oldCode, oldToken] = [ports.mailer.code(victim), tokenTo(house, victim)];
    ports.clock.advance(minute);
    const accountId = await openAccount(house, victim, password, ada);
    const byCode = await registrar.confirm(planted, { code: oldCode }, attacker);
    expect(problemsOf(byCode)).toEqual([
      { code: "already_registered", facts: { signInUrl: "https://app.example/login" } },
    ]);
    expect(codesOf(await registrar.activate(oldToken, { password: theirs }, attacker))).not.toEqual([]);
    expect(await registrar.signIn({ identifier: victim, password }, ada)).toMatchObject({ accountId });
    expect(codesOf(await registrar.signIn({ identifier: victim, password: theirs }, attacker))).toEqual([
      "credentials_wrong",
    ]);
  });

  it("cannot attach a second identifier of the own to it (T6)", async () => {
    const { registrar, commits } = openHouse();
    const both = await registrar.start({ ...form(victim, theirs), phone: mobile }, attacker);
    expect(codesOf(both)).toEqual(["channel_ambiguous"]);
    expect(commits).toHaveLength(0);
  });

  it("cannot prove the own number and then swap the victim's address in (T8)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const first = await registrar.start(phoneForm(mobile, theirs), attacker);
    await registrar.deliver();
    const code = ports.texter.code(mobile);
    await registrar.change(first.ticket, { email: victim }, attacker);
    expect(codesOf(await registrar.confirm(first.ticket, { code }, attacker))).toEqual(["code_wrong"]);
    expect(await ports.store.accountByKey(victim)).toBeUndefined();
    expect(await ports.store.accountByKey(mobile)).toBeUndefined();
  });

  it("is repudiated by one click of the victim: nothing more is sent, nothing opens any more (T7)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const planted = await signUp(house, victim, theirs, attacker);
    const token = tokenTo(house, victim);
    await registrar.disown(token, ada);
    ports.clock.advance(minute);
    await registrar.resend(planted, attacker);
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
    expect(codesOf(await registrar.activate(token, { password: theirs }, attacker))).toEqual(["link_used"]);
    expect(codesOf(await registrar.confirm(planted, { code: ports.mailer.code(victim) }, attacker))).toEqual([
      "code_wrong",
    ]);
  });

  it("cannot have two registrations of one address both become accounts, at the same instant either (T4)", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const first = await signUp(house, victim, theirs, attacker);
    const firstCode = ports.mailer.code(victim);
    ports.clock.advance(minute);
    const second = await signUp(house, victim, password, ada);
    const secondCode = ports.mailer.code(victim);
    const [one, two] = await Promise.all([
      registrar.confirm(first, { code: firstCode }, attacker),
      registrar.confirm(second, { code: secondCode }, ada),
    ]);
    expect([one, two].filter(({ ok }) => ok)).toHaveLength(1);
    expect([one, two].flatMap(codesOf)).toEqual(["already_registered"]);
    await registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });
});

describe("addresses that look alike", () => {
  it.each([
    ["a Kelvin sign", "ada\u212a@example.com"],
    ["a dotless i", "m\u0131ke@example.com"],
    ["an invisible character inside", "ad\u200ba@example.com"],
    ["a soft hyphen in the domain", "ada@exam\u00adple.com"],
    ["a zero-width joiner in the domain", "ada@exam\u200dple.com"],
    ["quotes around the local part", '"ada"@example.com'],
    ["an emoji", "ad🙂a@example.com"],
  ])("by %s are refused, never a second account (T11, B043, B205, B232, B233)", async (_, email) => {
    const { registrar, commits } = openHouse();
    const answer = await registrar.start(form(email), ada);
    expect(codesOf(answer)).toHaveLength(1);
    expect(codesOf(answer)[0]).toMatch(/^email_(malformed|not_ascii)$/);
    expect(commits).toHaveLength(0);
  });

  it.each([
    ["ideographic full stop", "ada@example。com"],
    ["full-width letters in the domain", "ada@ｅｘａｍｐｌｅ.com"],
    ["letter case", "ADA@Example.Com"],
    ["spaces and a line end around it", "  ada@example.com\n"],
  ])("by %s are the same account (T11, B217)", async (_, email) => {
    const house = openHouse();
    await openAccount(house, "ada@example.com");
    const answer = await house.registrar.signIn({ identifier: email, password }, ada);
    expect(answer).toMatchObject({ ok: true });
  });

  it("by a tag, a dot or a letter of another script are two mailboxes, and two accounts (T11)", async () => {
    const house = openHouse();
    const addresses = [
      "ada@google.example.com",
      "a.da@google.example.com",
      "ada+x@google.example.com",
      "ada@g\u043e\u043egle.example.com",
    ];
    const ids = [];
    for (const [n, address] of addresses.entries()) ids.push(await openAccount(house, address, password, caller(n)));
    expect(new Set(ids).size).toBe(4);
  });
});
