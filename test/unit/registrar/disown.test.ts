import { describe, expect, it } from "vitest";
import { ada, caller, codesOf, hour, kindsTo, minute, openHouse, password, signUp, tokenTo } from "./house.js";

const mail = "ada@example.com";
const elsewhere = caller(900);

describe("disowning a link", () => {
  it("kills link and codes and sends nothing more, while the ticket sees no difference", async () => {
    const alike = [];
    for (const disowned of [false, true]) {
      const house = openHouse();
      const { registrar, ports } = house;
      const ticket = await signUp(house, mail);
      const token = tokenTo(house, mail);
      const right = ports.mailer.code(mail);
      if (disowned) expect(await registrar.disown(token, elsewhere)).toEqual({ ok: true });
      const typed = disowned ? right : "00000000";
      const seen = [await registrar.status(ticket, ada), await registrar.confirm(ticket, { code: typed }, ada)];
      ports.clock.advance(minute);
      seen.push(await registrar.resend(ticket, ada));
      await registrar.deliver();
      seen.push(await registrar.status(ticket, ada));
      alike.push(JSON.stringify(seen.map(({ ticket, ...page }) => ({ ...page, length: ticket.length }))));
      expect(kindsTo(house, mail)).toHaveLength(disowned ? 1 : 2);
      if (disowned) {
        expect(codesOf(await registrar.activate(token, { ticket }, ada))).toEqual(["link_used"]);
        expect(codesOf(await registrar.activate(token, { password }, ada))).toEqual(["link_used"]);
        expect(await registrar.inspect(token, {}, elsewhere)).toEqual({ state: "used" });
      }
    }
    expect(alike[0]).toBe(alike[1]);
  });

  it("works for every link that went to the present address, and for none that went to a former one", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "old@example.com");
    const former = tokenTo(house, "old@example.com");
    await registrar.change(ticket, { email: mail }, ada);
    await registrar.deliver();
    const early = tokenTo(house, mail);
    await registrar.disown(former, elsewhere);
    expect(await registrar.inspect(early, {}, ada)).toMatchObject({ state: "ready" });
    ports.clock.advance(4 * hour);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    expect(tokenTo(house, mail)).not.toBe(early);
    await registrar.disown(early, elsewhere);
    expect(await registrar.inspect(tokenTo(house, mail), {}, ada)).toEqual({ state: "used" });
  });

  it("answers the same whatever it did", async () => {
    const house = openHouse();
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    await house.registrar.activate(token, { ticket }, ada);
    for (const link of [token, `${token.slice(0, -1)}2`, "forged", undefined]) {
      expect(await house.registrar.disown(link, ada)).toEqual({ ok: true });
    }
    expect(await house.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
  });

  it("lets go of a person whose address is changed to: the former address said that, not this one", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, "typo@example.com");
    await registrar.disown(tokenTo(house, "typo@example.com"), elsewhere);
    await registrar.change(ticket, { email: mail }, ada);
    await registrar.deliver();
    expect(await registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
  });
});
