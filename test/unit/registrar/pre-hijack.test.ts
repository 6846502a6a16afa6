import { describe, expect, it } from "vitest";
import {
  ada,
  caller,
  codesOf,
  form,
  hour,
  kindsTo,
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

// The classes are those of Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022, section 3.

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

  it("can do nothing with the own ticket after the victim's activation, and is told nothing of it: unexpired session (T5)", async () => {
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

  it("cannot attach a second identifier of the own to it: trojan identifier (T6)", async () => {
    const { registrar, commits } = openHouse();
    const both = await registrar.start({ ...form(victim, theirs), phone: mobile }, attacker);
    expect(codesOf(both)).toEqual(["channel_ambiguous"]);
    expect(commits).toHaveLength(0);
  });

  it("cannot prove the own number and then swap the victim's address in: unexpired e-mail change (T8)", async () => {
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

describe("classic-federated merge: a victim who has an account by a provider already (T4)", () => {
  const federated = async () => ({ accountId: "federated-1", password: null });

  it("is never given the password of whoever signs the address up, nor the mailbox's code", async () => {
    const house = openHouse({ accounts: { owner: federated } });
    const planted = await signUp(house, victim, theirs, attacker);
    expect(kindsTo(house, victim)).toEqual(["already_registered"]);
    for (const typed of [theirs, password]) {
      const signedIn = await house.registrar.signIn({ identifier: victim, password: typed }, attacker);
      expect(codesOf(signedIn)).toEqual(["credentials_wrong"]);
    }
    expect(await house.registrar.status(planted, attacker)).toMatchObject({ registration: { step: "pending" } });
    expect(await house.ports.store.accountByKey(victim)).toBeUndefined();
  });

  it("who comes by the provider in the middle of the sign-up ends it: nothing is merged, one event says so", async () => {
    const owners = new Map<string, { accountId: string; password: null }>();
    const house = openHouse({ accounts: { owner: async (key) => owners.get(key) ?? null } });
    const { registrar, ports } = house;
    const planted = await signUp(house, victim, theirs, attacker);
    const token = tokenTo(house, victim);
    owners.set(victim, { accountId: "federated-1", password: null });
    // Even the victim himself, at his own mailbox and with the attacker's password, opens no account by it.
    expect(codesOf(await registrar.activate(token, { password: theirs }, ada))).toEqual(["already_registered"]);
    expect(codesOf(await registrar.confirm(planted, { code: ports.mailer.code(victim) }, attacker))).not.toEqual([]);
    expect(await ports.store.accountByKey(victim)).toBeUndefined();
    await registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "registration.closed"]);
  });
});

describe("non-verifying identity provider: whoever says that an address is verified (T8)", () => {
  it.each(["email_verified", "verified", "state", "accountId", "activatedAt"])(
    "is not heard: %s is no field of a form",
    async (name) => {
      const { registrar, commits } = openHouse();
      const answer = await registrar.start({ ...form(victim, theirs), [name]: true }, attacker);
      expect(codesOf(answer)).toEqual(["field_unknown"]);
      expect(commits).toHaveLength(0);
    },
  );

  it("is kept as the profile that it is: the address is proved by its mailbox all the same", async () => {
    const house = openHouse({
      profile: { "~standard": { version: 1, vendor: "host", validate: (value: unknown) => ({ value }) } },
    });
    const page = { ...form(victim, theirs), profile: { email_verified: true } };
    const answer = await house.registrar.start(page, attacker, { provider: "says verified" });
    expect(answer.registration.step).toBe("pending");
    expect(await house.ports.store.accountByKey(victim)).toBeUndefined();
    const signedIn = await house.registrar.signIn({ identifier: victim, password: theirs }, attacker);
    expect(codesOf(signedIn)).toEqual(["credentials_wrong"]);
  });
});

describe("unexpired e-mail change: a change to the victim's address that is begun before the victim comes (T8)", () => {
  it("opens nothing by whatever was sent to the attacker before it, in either order and at the same instant", async () => {
    for (const order of ["change first", "confirm first"]) {
      const house = openHouse();
      const { registrar, ports } = house;
      const own = "mallory@example.com";
      const ticket = await signUp(house, own, theirs, attacker);
      const [code, token] = [ports.mailer.code(own), tokenTo(house, own)];
      const calls = [
        () => registrar.change(ticket, { email: victim }, attacker),
        () => registrar.confirm(ticket, { code }, attacker),
        () => registrar.activate(token, { ticket }, attacker),
      ];
      await Promise.all((order === "change first" ? calls : calls.toReversed()).map((call) => call()));
      expect(await ports.store.accountByKey(victim)).toBeUndefined();
    }
  });

  it("is over with the registration: a day later its newest link opens nothing, and the victim signs up in peace", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "mallory@example.com", theirs, attacker);
    ports.clock.advance(minute);
    await registrar.change(ticket, { email: victim }, attacker);
    await registrar.deliver();
    const token = tokenTo(house, victim);
    ports.clock.advance(24 * hour);
    expect(codesOf(await registrar.activate(token, { password: theirs }, attacker))).toEqual(["link_expired"]);
    const accountId = await openAccount(house, victim, password, ada);
    expect(await registrar.signIn({ identifier: victim, password }, ada)).toMatchObject({ ok: true, accountId });
  });
});
