import { describe, expect, it } from "vitest";
import * as z from "zod";
import { openSite, origin, verbs } from "../http/site.js";
import { ada, codesOf, form, openHouse } from "./house.js";

const mail = "ada@example.com";
const consents = { terms: { version: "1" } };
/** A host's schema at its most generous: whatever is an object passes. */
const profile = z.looseObject({});

/** Texts of JSON whose own names are those of every object. */
const payloads: readonly string[] = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":{"email":"ada@example.com","state":"activated"}}',
  '{"prototype":{"polluted":true}}',
  '{"__defineGetter__":"polluted"}',
  '{"hasOwnProperty":1}',
];
/** What a row or an account has, and no form may set. */
const assigned: readonly string[] = [
  '{"state":"activated"}',
  '{"role":"admin"}',
  '{"id":"01"}',
  '{"accountId":"01"}',
  '{"humanUntil":9e15}',
  // NIST SP 800-63B-4 section 3.1.1.2: no hint, no question.
  '{"hint":"like the cat"}',
  '{"question":"first school"}',
  '{"metadata":{"tenant":"other"}}',
  '{"identifier":{"channel":"email","address":"ada@example.com","key":"ada@example.com"}}',
  '{"step":"activated","by":"ticket"}',
];

const clean = () => {
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
};

describe.each([...payloads, ...assigned])("%s", (json) => {
  it("is an unknown field of every verb in process, and changes nothing (T19)", async () => {
    const { registrar, commits } = openHouse();
    const { ticket } = await registrar.start({}, ada);
    const given: object = JSON.parse(json);
    const [name = ""] = Object.keys(given);
    const whole = Object.defineProperty({ ...form(mail) }, name, { value: Reflect.get(given, name), enumerable: true });
    const answers = [
      await registrar.start(whole, ada),
      await registrar.submit(ticket, whole, ada),
      await registrar.change(ticket, given, ada),
      await Reflect.apply(registrar.confirm, registrar, [ticket, given, ada]),
    ];
    for (const [n, answer] of answers.entries()) {
      const wrongStep = n === 3 && codesOf(answer).includes("wrong_step");
      expect(wrongStep || codesOf(answer).includes("field_unknown"), `${n}: ${codesOf(answer)}`).toBe(true);
      expect(["identifier", "password"]).toContain(answer.registration.step);
    }
    expect(commits).toEqual([]);
    clean();
  });

  it.each(verbs)("is refused by %s over HTTP, and changes nothing (T19)", async (verb) => {
    const { handle, house } = openSite({ ticket: "body" });
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: json };
    const response = await handle(new Request(`${origin}/registration/${verb}`, init));
    expect([400, 422]).toContain(response.status);
    // An identifier is what signing in asks for, and a text.
    expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^field_(unknown|malformed)$/) });
    expect(house.commits).toEqual([]);
    clean();
  });
});

describe("a profile", () => {
  it.each(payloads.slice(0, 3))("of %s is refused even where the host's schema takes anything (T19)", async (json) => {
    const { registrar, commits } = openHouse({ profile });
    const answer = await registrar.start({ ...form(mail), profile: JSON.parse(json) }, ada);
    expect(codesOf(answer)).toEqual(["profile_malformed"]);
    const deep = await registrar.start({ ...form(mail), profile: { a: [JSON.parse(json)] } }, ada);
    expect(codesOf(deep)).toEqual(["profile_malformed"]);
    expect(commits).toEqual([]);
    clean();
  });

  it("of other names is kept as plain data, over the ticket and the store", async () => {
    const house = openHouse({ profile });
    const kept = { hasOwnProperty: 1, toString: "x", constructor: "Meyer", prototype: { polluted: true } };
    const { ticket } = await house.registrar.start({ ...form(mail), profile: kept }, ada);
    await house.registrar.deliver();
    const answer = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    const account = await house.registrar.account(answer.ok ? answer.registration.accountId : "");
    expect(account?.profile).toEqual(kept);
    expect(Object.getPrototypeOf(account?.profile)).toBe(Object.prototype);
    clean();
  });
});

describe("consents", () => {
  it.each(payloads)("of %s name no document (T19)", async (json) => {
    const { registrar, commits } = openHouse({ consents });
    const answer = await registrar.start({ ...form(mail), consents: JSON.parse(json) }, ada);
    expect(codesOf(answer)).toEqual(expect.arrayContaining(["field_unknown", "consent_missing"]));
    expect(commits).toEqual([]);
    clean();
  });
});

describe("metadata", () => {
  it.each(payloads.slice(0, 4))("of %s is the host's slip, and is told to the host (T19)", async (json) => {
    const { registrar } = openHouse();
    await expect(Reflect.apply(registrar.start, registrar, [{}, ada, JSON.parse(json)])).rejects.toThrow(TypeError);
    clean();
  });
});
