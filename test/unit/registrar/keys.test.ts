import { decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { ada, codesOf, form, minute, openHouse, password, signUp, tokenTo } from "./house.js";

const mail = "ada@example.com";
const secret = () => crypto.getRandomValues(new Uint8Array(32));

describe("keys by id", () => {
  const old = { id: "k1", secret: secret() };
  const young = { id: "k2", secret: secret() };
  const pseudonym = secret();

  it("rotate: what the old one sealed stays good while it is known, and the new one seals from now on (T26)", async () => {
    const before = openHouse({ keys: { seal: "k1", known: [old], pseudonym } });
    const { ports } = before;
    const ticket = await signUp(before, mail);
    const token = tokenTo(before, mail);
    const unfinished = await before.registrar.start({ email: "bob@example.com" }, ada);

    const deployed = openHouse({ ports, keys: { seal: "k1", known: [young, old], pseudonym } });
    expect(codesOf(await deployed.registrar.status(ticket, ada))).toEqual([]);
    const after = openHouse({ ports, keys: { seal: "k2", known: [young, old], pseudonym } });
    const resumed = await after.registrar.submit(unfinished.ticket, { password, confirmation: password }, ada);
    expect(decodeProtectedHeader(resumed.ticket).kid).toBe("k2");
    expect(await after.registrar.inspect(token, { ticket }, ada)).toMatchObject({ state: "ready", proof: "ticket" });
    ports.clock.advance(minute);
    await after.registrar.resend(ticket, ada);
    await after.registrar.deliver();
    expect(tokenTo(after, mail)).toBe(token);
    expect(await after.registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
  });

  it("removed early make a challenge expired and a ticket invalid: answered, never thrown", async () => {
    const before = openHouse({ keys: { seal: "k1", known: [old], pseudonym } });
    const { ports } = before;
    const lost = await signUp(before, mail);
    const token = tokenTo(before, mail);
    const both = openHouse({ ports, keys: { seal: "k2", known: [young, old], pseudonym } });
    const kept = (await both.registrar.change(lost, { email: "bob@example.com" }, ada)).ticket;
    expect(decodeProtectedHeader(kept).kid).toBe("k2");
    await both.registrar.deliver();

    const after = openHouse({ ports, keys: { seal: "k2", known: [young], pseudonym } });
    expect(codesOf(await after.registrar.status(lost, ada))).toEqual(["ticket_invalid"]);
    expect(await after.registrar.inspect(token, {}, ada)).toEqual({ state: "invalid" });
    expect(await after.registrar.confirm(kept, { code: ports.mailer.code("bob@example.com") }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("removed early let the holder of a newer ticket ask again at once for a code of the new key", async () => {
    const before = openHouse({ keys: { seal: "k1", known: [old, young], pseudonym } });
    const { ports } = before;
    const unfinished = await before.registrar.start({}, ada);
    const pending = await before.registrar.submit(unfinished.ticket, form(mail), ada);
    await before.registrar.deliver();
    const oldCode = ports.mailer.code(mail);
    // A process that seals with the new key hands out a new pointer to the same row.
    const both = openHouse({ ports, keys: { seal: "k2", known: [young, old], pseudonym } });
    const { ticket } = await both.registrar.submit(unfinished.ticket, form(mail), ada);
    expect(decodeProtectedHeader(ticket).kid).toBe("k2");
    expect(codesOf(await both.registrar.status(pending.ticket, ada))).toEqual([]);

    const after = openHouse({ ports, keys: { seal: "k2", known: [young], pseudonym } });
    expect(codesOf(await after.registrar.confirm(ticket, { code: oldCode }, ada))).toEqual(["code_expired"]);
    ports.clock.advance(minute);
    expect(codesOf(await after.registrar.resend(ticket, ada))).toEqual([]);
    await after.registrar.deliver();
    expect(ports.mailer.code(mail)).not.toBe(oldCode);
    expect(await after.registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
  });
});
