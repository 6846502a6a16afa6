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

  it("is asked at most ten times per registration, changes among them", async () => {
    let asked = 0;
    const { registrar, commits } = openHouse({
      screen: async ({ identifier }) => {
        asked += 1;
        return identifier.key === mail ? "pass" : { refuse: "disposable" };
      },
    });
    const { ticket } = await registrar.start(form("x0@example.com"), ada);
    for (let n = 1; n < 8; n += 1) await registrar.submit(ticket, { email: `x${n}@example.com` }, ada);
    const pending = await registrar.submit(ticket, { email: mail }, ada);
    expect(pending.registration.step).toBe("pending");
    expect(asked).toBe(9);
    const change = () => registrar.change(pending.ticket, { email: "x@example.com" }, ada);
    expect(codesOf(await change())).toEqual(["refused"]);
    expect(codesOf(await change())).toEqual(["too_many_attempts"]);
    expect(asked).toBe(10);
    expect(commits).toHaveLength(1);
  });

  it("sees a phone before anything is stored or sent, at the sign-up and at a change", async () => {
    const seen: string[] = [];
    const house = openHouse({
      screen: async ({ identifier }) => {
        const { channel, address } = identifier;
        seen.push(`${channel} ${address}, ${house.commits.length} commits, ${house.ports.texter.sent.length} sent`);
        return channel === "phone" ? { refuse: "risky_number", field: "phone" } : "pass";
      },
    });
    const { registrar } = house;
    const refused = [{ code: "refused", field: "phone", facts: { reason: "risky_number" } }];
    expect(problemsOf(await registrar.start(phoneForm(mobile), ada))).toEqual(refused);
    const ticket = await signUp(house, mail);
    expect(problemsOf(await registrar.change(ticket, { phone: mobile }, ada))).toEqual(refused);
    await registrar.deliver();
    expect(seen).toEqual([
      `phone ${mobile}, 0 commits, 0 sent`,
      `email ${mail}, 0 commits, 0 sent`,
      `phone ${mobile}, 1 commits, 0 sent`,
    ]);
    expect(house.ports.texter.sent).toEqual([]);
  });

  it("that pretends about an address says nothing of the one that stays when no change is left", async () => {
    const house = openHouse({
      screen: async ({ identifier }) => {
        if (identifier.key !== "trap@example.com") return "pass";
        // Meanwhile, in another tab: the third address, and no more than three are allowed.
        await house.registrar.change(ticket, { email: "two@example.com" }, ada);
        await house.registrar.change(ticket, { email: mail }, ada);
        return "pretend";
      },
    });
    const { registrar, ports } = house;
    const ticket = await signUp(house, "one@example.com");
    const late = await registrar.change(ticket, { email: "trap@example.com" }, ada);
    expect(codesOf(late)).toEqual(["too_many_messages"]);
    await registrar.deliver();
    expect(await registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
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
