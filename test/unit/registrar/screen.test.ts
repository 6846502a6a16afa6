import { describe, expect, it } from "vitest";
import type { Screen } from "../../../src/ports.js";
import {
  ada,
  codesOf,
  form,
  minute,
  mobile,
  openHouse,
  otherPassword,
  phoneForm,
  problemsOf,
  signUp,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";

describe("the host's screen", () => {
  it("sees the address, the profile, the metadata and the caller, and lets pass", async () => {
    const seen: unknown[] = [];
    const house = openHouse({
      screen: async (candidate) => {
        seen.push(candidate);
        return "pass";
      },
    });
    const { ticket } = await house.registrar.start(form(mail), ada, { invitation: "friends" });
    await house.registrar.deliver();
    expect(seen).toEqual([
      {
        identifier: { channel: "email", address: mail, key: mail },
        profile: undefined,
        metadata: { invitation: "friends" },
        from: ada,
      },
    ]);
    expect(await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("refuses with the host's own reason; nothing is stored, sent or counted against the address", async () => {
    let verdict: Awaited<ReturnType<Screen>> = { refuse: "invitation_needed" };
    const house = openHouse({ screen: async () => verdict });
    for (let n = 0; n < 6; n += 1) {
      const refused = await house.registrar.start(form(mail), ada);
      expect(problemsOf(refused)).toEqual([{ code: "refused", facts: { reason: "invitation_needed" } }]);
      expect(refused.registration).toMatchObject({ identifier: { display: mail } });
    }
    expect(house.commits).toHaveLength(0);
    verdict = "pass";
    expect(codesOf(await house.registrar.start(form(mail), ada))).toEqual([]);
  });

  it("is not asked before the captcha was passed", async () => {
    let asked = 0;
    const { registrar } = openHouse({
      screen: async () => {
        asked += 1;
        return "pass";
      },
    });
    await registrar.start({ ...form(mail), captcha: "wrong" }, ada);
    await registrar.start({ email: mail }, ada);
    expect(asked).toBe(0);
  });

  it("pretends: every answer is as if, nothing is sent, no code and no link opens anything", async () => {
    const histories = [];
    for (const verdict of ["pass", "pretend"] as const) {
      const house = openHouse({ screen: async () => verdict });
      const { registrar, ports } = house;
      const seen = [await registrar.start(phoneForm(mobile), ada)];
      const { ticket } = seen[0] ?? { ticket: "" };
      await registrar.deliver();
      seen.push(await registrar.status(ticket, ada));
      seen.push(await registrar.confirm(ticket, { code: "0000000000" }, ada));
      ports.clock.advance(minute);
      seen.push(await registrar.resend(ticket, ada));
      await registrar.deliver();
      seen.push(await registrar.change(ticket, { email: mail }, ada));
      await registrar.deliver();
      seen.push(await registrar.status(ticket, ada));
      histories.push(JSON.stringify(seen.map(({ ticket, ...page }) => ({ ...page, length: ticket.length }))));
      const sent = ports.texter.sent.length + ports.mailer.sent.length;
      expect(sent).toBe(verdict === "pass" ? 3 : 0);
    }
    expect(histories[1]).toBe(histories[0]);
  });

  it("is asked about a changed address too", async () => {
    const house = openHouse({
      screen: async ({ identifier }) =>
        identifier.key.endsWith("@throwaway.example.com") ? { refuse: "disposable" } : "pass",
    });
    const ticket = await signUp(house, mail);
    const refused = await house.registrar.change(ticket, { email: "x@throwaway.example.com" }, ada);
    expect(problemsOf(refused)).toEqual([{ code: "refused", facts: { reason: "disposable" } }]);
    expect(await house.registrar.activate(tokenTo(house, mail), { ticket }, ada)).toMatchObject({ ok: true });
  });

  it("lets nobody in where it throws (PhoneRisk down)", async () => {
    const house = openHouse({
      screen: async ({ identifier }) => {
        throw new Error(`risk of ${identifier.address} unknown`);
      },
    });
    const failed = house.registrar.start(phoneForm(mobile, otherPassword), ada);
    await expect(failed).rejects.toMatchObject({
      code: "ERR_HOST_CALLBACK",
      message: "A callback of the host application threw.",
    });
    expect(house.commits).toHaveLength(0);
  });
});
