import { invitationScreen } from "porchlight/screen/invitation";
import { describe, expect, it } from "vitest";
import { openSite } from "../http/site.js";
import { ada, caller, codesOf, form, openHouse, problemsOf, signUp, tokenTo } from "../registrar/house.js";

const mail = "ada@example.com";
const invitation = "7Hq2-mT9x-0vKp-Ld4s";

/** An invitation for one person, spent where the account is made. */
function invited() {
  const spentBy = new Map<string, string | undefined>([[invitation, undefined]]);
  const host: Parameters<typeof openHouse>[0] = {
    screen: invitationScreen(async (code) => spentBy.has(code) && spentBy.get(code) === undefined),
    accounts: {
      async insert(_, { id, metadata }) {
        const { invitation: code = "" } = metadata;
        if (spentBy.get(code) !== undefined) return { refuse: "invitation_invalid" } as const;
        spentBy.set(code, id);
        return undefined;
      },
    },
  };
  return { spentBy, host };
}

describe("invitationScreen", () => {
  it("lets in whoever brings a known invitation, and nobody else", async () => {
    const { registrar, commits } = openHouse(invited().host);
    expect(problemsOf(await registrar.start(form(mail), ada))).toEqual([
      { code: "refused", facts: { reason: "invitation_missing" } },
    ]);
    expect(problemsOf(await registrar.start(form(mail), ada, { invitation: "guessed" }))).toEqual([
      { code: "refused", facts: { reason: "invitation_invalid" } },
    ]);
    expect(commits).toEqual([]);
    expect((await registrar.start(form(mail), ada, { invitation })).registration.step).toBe("pending");
  });

  it("may ask who it is for", async () => {
    const { registrar } = openHouse({ screen: invitationScreen(async (_, { key }) => key === mail) });
    expect((await registrar.start(form(mail), ada, { invitation })).registration.step).toBe("pending");
    expect(codesOf(await registrar.start(form("eve@example.com"), ada, { invitation }))).toEqual(["refused"]);
  });

  it("takes it from the request over HTTP, and words the refusal for the visitor", async () => {
    const { post } = openSite({
      host: invited().host,
      metadata: (request) => ({ invitation: request.headers.get("x-invitation") ?? "" }),
    });
    const refused = await post("start", form(mail), { "Accept-Language": "de" });
    expect(refused.response.status).toBe(403);
    expect(refused.body.detail).toMatch(/nur mit Einladung/);
    const begun = await post("start", {}, { "X-Invitation": invitation });
    expect(begun.body.registration?.step).toBe("identifier");
    expect((await post("submit", form(mail))).body.registration?.step).toBe("pending");
  });
});

describe("an invitation that is spent at the activation", () => {
  it("opens one account; who comes second hears why, by code and by link, and no account is made", async () => {
    const { host, spentBy } = invited();
    const house = openHouse(host);
    const { registrar, ports } = house;
    const tickets: string[] = [];
    for (const [n, email] of [mail, "bob@example.com"].entries()) {
      const { ticket } = await registrar.start(form(email), caller(n), { invitation });
      tickets.push(ticket);
    }
    await registrar.deliver();
    const [first, second] = tickets;
    expect(await registrar.confirm(first, { code: ports.mailer.code(mail) }, ada)).toMatchObject({ ok: true });
    const late = await registrar.confirm(second, { code: ports.mailer.code("bob@example.com") }, ada);
    const refused = [{ code: "refused", facts: { reason: "invitation_invalid" } }];
    expect(problemsOf(late)).toEqual(refused);
    expect(late.registration.step).toBe("pending");
    const byLink = await registrar.activate(tokenTo(house, "bob@example.com"), { ticket: second }, ada);
    expect(problemsOf(byLink)).toEqual(refused);
    expect(await ports.store.accountByKey("bob@example.com")).toBeUndefined();
    expect((await ports.store.accountByKey(mail))?.account.id).toBe(spentBy.get(invitation));
    await registrar.deliver();
    expect(ports.mailer.sent.filter(({ kind }) => kind === "activated").map(({ to }) => to)).toEqual([mail]);
  });

  it("is not held against the second click of whoever spent it", async () => {
    const { host } = invited();
    const house = openHouse(host);
    const { registrar, ports } = house;
    const { ticket } = await registrar.start(form(mail), ada, { invitation });
    await registrar.deliver();
    const code = ports.mailer.code(mail);
    const both = await Promise.all([
      registrar.confirm(ticket, { code }, ada),
      registrar.confirm(ticket, { code }, ada),
    ]);
    expect(both.map(({ registration }) => registration.step)).toEqual(["activated", "activated"]);
    expect(both.flatMap(codesOf).filter((name) => name === "refused")).toEqual([]);
  });

  it("is one reason among others: what the host refuses there makes no account, and the visitor may try again", async () => {
    let full = true;
    const house = openHouse({
      accounts: { insert: async () => (full ? { refuse: "We are full today." } : undefined) },
    });
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    expect(problemsOf(await house.registrar.confirm(ticket, { code }, ada))).toEqual([
      { code: "refused", facts: { reason: "We are full today." } },
    ]);
    full = false;
    expect(await house.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });
});
