import { honeypot } from "porchlight/screen/honeypot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { openSite } from "../http/site.js";
import { ada, codesOf, form, minute, openHouse, problemsOf } from "../registrar/house.js";

const mail = "ada@example.com";
const schema = z.strictObject({
  name: z
    .string()
    .min(1)
    .transform((name) => name.trim()),
});

function trapped(field = "homepage") {
  const trap = honeypot(field);
  return { profile: trap.profile(schema), screen: trap.screen };
}

const page = (profile: object) => ({ ...form(mail), profile });

describe("a honeypot", () => {
  it.each([{}, { homepage: "" }, { homepage: null }, { homepage: false }])(
    "that was left empty (%j) leaves nothing in the account",
    async (empty) => {
      const house = openHouse(trapped());
      const { registrar, ports } = house;
      const { ticket } = await registrar.start(page({ name: " Ada ", ...empty }), ada);
      await registrar.deliver();
      const active = await registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada);
      if (active.registration.step !== "activated") throw new Error("Not activated.");
      expect((await registrar.account(active.registration.accountId))?.profile).toEqual({ name: "Ada" });
    },
  );

  it("that was filled is answered like one that was not, to the byte, and sends nothing", async () => {
    const histories: string[] = [];
    for (const homepage of ["", "https://spam.example"]) {
      const house = openHouse(trapped());
      const { registrar, ports } = house;
      const filled = page({ name: "Ada", homepage });
      const first = await registrar.start({}, ada);
      const { ticket } = await registrar.submit(first.ticket, filled, ada);
      const seen = [];
      // The same form twice, and three lives' worth of what a pending page can ask for.
      seen.push(await registrar.submit(first.ticket, filled, ada), await registrar.status(ticket, ada));
      await registrar.deliver();
      for (let n = 0; n < 7; n += 1) seen.push(await registrar.confirm(ticket, { code: "000000000" }, ada));
      seen.push(await registrar.resend(ticket, ada));
      for (let n = 0; n < 3; n += 1) {
        ports.clock.advance(61 * minute);
        seen.push(await registrar.resend(ticket, ada));
        await registrar.deliver();
        seen.push(await registrar.status(ticket, ada), await registrar.confirm(ticket, { code: "000000000" }, ada));
      }
      seen.push(await registrar.change(ticket, { email: "eve@example.com" }, ada));
      await registrar.deliver();
      seen.push(await registrar.change(ticket, { email: "bob@example.com" }, ada), await registrar.status(ticket, ada));
      ports.clock.advance(9 * 60 * minute);
      seen.push(await registrar.confirm(ticket, { code: "000000000" }, ada), await registrar.cancel(ticket, ada));
      seen.push(await registrar.status(ticket, ada));
      histories.push(JSON.stringify(seen.map(({ ticket, ...shown }) => ({ ...shown, length: ticket.length }))));
      expect(ports.mailer.sent.length).toBe(homepage === "" ? 5 : 0);
      // Of what was typed into it nothing is kept anywhere.
      expect(JSON.stringify(house.commits)).not.toContain("spam");
    }
    expect(histories[1]).toBe(histories[0]);
  });

  it("says what is wrong with the other fields, as the schema does", async () => {
    const { registrar } = openHouse(trapped());
    const answers = [];
    for (const homepage of ["", "x"]) answers.push(await registrar.start(page({ name: "", homepage }), ada));
    expect(answers.map(codesOf)).toEqual([["profile_invalid"], ["profile_invalid"]]);
    const unknown = await registrar.start(page({ name: "Ada", age: 3 }), ada);
    expect(codesOf(unknown)).toEqual(["profile_invalid"]);
  });

  it("stays filled over the pages of a sign-up", async () => {
    const house = openHouse(trapped());
    const { registrar, ports } = house;
    const { profile, email, ...rest } = page({ name: "Ada", homepage: "x" });
    const first = await registrar.start({ profile }, ada);
    const second = await registrar.submit(first.ticket, { email }, ada);
    expect((await registrar.submit(second.ticket, rest, ada)).registration.step).toBe("pending");
    await registrar.deliver();
    expect(ports.mailer.sent).toEqual([]);
  });

  it("without a schema is the whole profile", async () => {
    const trap = honeypot("homepage");
    const house = openHouse({ profile: trap.profile(), screen: trap.screen });
    const { registrar, ports } = house;
    const other = await registrar.start(page({ name: "Ada" }), ada);
    expect(problemsOf(other)).toEqual([
      { code: "profile_invalid", field: "profile.name", facts: { message: "This field is not asked for." } },
    ]);
    expect((await registrar.start(page({ homepage: "" }), ada)).registration.step).toBe("pending");
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
    expect(
      (await registrar.start({ ...page({ homepage: "x" }), email: "bot@example.com" }, ada)).registration.step,
    ).toBe("pending");
    await registrar.deliver();
    expect(ports.mailer.sent).toHaveLength(1);
  });

  it("works over HTTP: the same answer, the same cookie's size, and no mail", async () => {
    const answers: string[] = [];
    for (const homepage of ["", "https://spam.example"]) {
      const { post, house, cookies, errors } = openSite({ host: trapped() });
      const { response, body } = await post("start", page({ name: "Ada", homepage }));
      const resent = await post("resend", {});
      const wrong = await post("confirm", { code: "00000000" });
      await house.registrar.deliver();
      const size = [...cookies.values()].map(({ length }) => length);
      answers.push(JSON.stringify([response.status, body, resent.body, wrong.body, size]));
      expect(house.ports.mailer.sent).toHaveLength(homepage === "" ? 1 : 0);
      expect(errors).toEqual([]);
    }
    expect(answers[1]).toBe(answers[0]);
    expect(answers[0]).toContain('"step":"pending"');
  });

  it.each(["", "__proto__", "two words", "x".repeat(33), "7up"])("tells at start-up of a field named %j", (field) => {
    expect(() => honeypot(field)).toThrow(TypeError);
  });
});
