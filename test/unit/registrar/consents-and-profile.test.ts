import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { StandardSchema } from "../../../src/ports.js";
import { ada, codesOf, form, minute, openHouse, problemsOf } from "./house.js";

const mail = "ada@example.com";
const schema = z.strictObject({ name: z.string().trim().min(1), born: z.number().int().optional() });
const consents = { terms: { version: "2" }, news: { version: "2026-01", required: false } };

async function accountAfter(house: ReturnType<typeof openHouse>, ticket: string) {
  await house.registrar.deliver();
  const done = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
  if (!done.ok) throw new Error(`Not activated: ${codesOf(done)}`);
  return house.registrar.account(done.registration.accountId);
}

describe("a profile", () => {
  it("is read by the host's own schema, and what that gives back is what the account keeps", async () => {
    const house = openHouse({ profile: schema });
    const { ticket, ok } = await house.registrar.start({ ...form(mail), profile: { name: "  Ada " } }, ada);
    expect(ok).toBe(true);
    expect(await accountAfter(house, ticket)).toMatchObject({ profile: { name: "Ada" } });
  });

  it("names each field that its schema refuses", async () => {
    const { registrar } = openHouse({ profile: schema });
    const answer = await registrar.start({ ...form(mail), profile: { name: "", born: 1.5, role: "admin" } }, ada);
    expect(new Set(codesOf(answer))).toEqual(new Set(["profile_invalid"]));
    expect(problemsOf(answer).map(({ field }) => field)).toEqual(["profile.name", "profile.born", "profile"]);
  });

  it("may be judged by a schema that takes its time, on a page of its own", async () => {
    const slow: StandardSchema<{ handle: string }> = {
      "~standard": {
        version: 1,
        vendor: "host",
        validate: async (value) => {
          await Promise.resolve();
          const handle = typeof value === "object" && value !== null ? Reflect.get(value, "handle") : undefined;
          return handle === "taken"
            ? { issues: [{ message: "This handle is taken.", path: [{ key: "handle" }] }] }
            : { value: { handle: String(handle) } };
        },
      },
    };
    const house = openHouse({ profile: slow });
    const first = await house.registrar.start(form(mail), ada);
    expect(first.registration).toMatchObject({ step: "profile", missing: ["profile"] });
    const refused = await house.registrar.submit(first.ticket, { profile: { handle: "taken" } }, ada);
    expect(problemsOf(refused)).toEqual([
      { code: "profile_invalid", field: "profile.handle", facts: { message: "This handle is taken." } },
    ]);
    const done = await house.registrar.submit(refused.ticket, { profile: { handle: "ada" } }, ada);
    expect(done.registration.step).toBe("pending");
    expect(await accountAfter(house, done.ticket)).toMatchObject({ profile: { handle: "ada" } });
  });

  it.each([["O'Brien-Núñez"], ["X"], ["שלום Ada 王"]])("keeps the name %s as it is (B211)", async (name) => {
    const house = openHouse({ profile: schema });
    const { ticket } = await house.registrar.start({ ...form(mail), profile: { name } }, ada);
    expect(await accountAfter(house, ticket)).toMatchObject({ profile: { name } });
  });

  it.each([
    ["more than 1,024 bytes", { name: "x".repeat(1_015) }, "profile_malformed"],
    ["50 MB", { name: "x".repeat(50_000_000) }, "profile_malformed"],
    ["a text", "Ada", "field_malformed"],
    ["a list", ["Ada"], "field_malformed"],
    ["a number", 7, "field_malformed"],
    ["a NUL", { name: "A\0da" }, "profile_malformed"],
    ["a lone surrogate", { name: "\ud800" }, "profile_malformed"],
  ])("is refused as %s before the schema sees it", async (_, profile, code) => {
    let asked = 0;
    const { registrar } = openHouse({
      profile: {
        "~standard": {
          version: 1,
          vendor: "host",
          validate: (value: unknown) => {
            asked += 1;
            return { value };
          },
        },
      },
    });
    expect(codesOf(await registrar.start({ ...form(mail), profile }, ada))).toEqual([code]);
    expect(asked).toBe(0);
  });

  it("is refused where the schema makes it too large", async () => {
    const { registrar } = openHouse({
      profile: { "~standard": { version: 1, vendor: "host", validate: () => ({ value: "x".repeat(2_000) }) } },
    });
    expect(codesOf(await registrar.start({ ...form(mail), profile: { name: "Ada" } }, ada))).toEqual([
      "profile_malformed",
    ]);
  });

  it("throws a host's error where the schema does, without its words", async () => {
    const { registrar } = openHouse({
      profile: {
        "~standard": {
          version: 1,
          vendor: "host",
          validate: () => {
            throw new Error(`lookup of ${mail} failed`);
          },
        },
      },
    });
    const failed = registrar.start({ ...form(mail), profile: { name: "Ada" } }, ada);
    await expect(failed).rejects.toMatchObject({
      code: "ERR_HOST_CALLBACK",
      message: "A callback of the host application threw.",
    });
  });

  it("lends its words to the check of the password", async () => {
    const { registrar } = openHouse({ profile: schema });
    const name = "Maximiliane Quistenfeld";
    const answer = await registrar.start({ ...form(mail, "maximilianequistenfeld"), profile: { name } }, ada);
    expect(problemsOf(answer)).toEqual([{ code: "password_guessable", field: "password", facts: { from: "profile" } }]);
  });

  it("is an unknown field where the host asks for none (B221, T19)", async () => {
    const { registrar } = openHouse();
    expect(codesOf(await registrar.start({ ...form(mail), profile: { role: "admin" } }, ada))).toEqual([
      "field_unknown",
    ]);
  });

  it("pollutes no prototype (T19)", async () => {
    const house = openHouse({
      profile: { "~standard": { version: 1, vendor: "host", validate: (value: unknown) => ({ value }) } },
    });
    const profile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    const { ticket } = await house.registrar.start({ ...form(mail), profile }, ada);
    await house.registrar.submit(ticket, form(mail), ada);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("a consent", () => {
  it("is kept with document, version, locale and time", async () => {
    const house = openHouse({ consents });
    const at = house.ports.clock.now();
    const answer = await house.registrar.start(
      { ...form(mail), consents: { terms: "2", news: "2026-01" } },
      { ...ada, locale: "de-AT" },
    );
    expect(answer.ok).toBe(true);
    house.ports.clock.advance(minute);
    expect(await accountAfter(house, answer.ticket)).toMatchObject({
      consents: [
        { document: "terms", version: "2", locale: "de", at },
        { document: "news", version: "2026-01", locale: "de", at },
      ],
    });
  });

  it("may be left out where it is optional, and only there", async () => {
    const house = openHouse({ consents });
    const without = await house.registrar.start({ ...form(mail), consents: { terms: "2", news: false } }, ada);
    expect(without.registration.step).toBe("pending");
    const { registrar } = openHouse({ consents });
    const missing = await registrar.start({ ...form(mail), consents: { news: "2026-01" } }, ada);
    expect(problemsOf(missing)).toEqual([
      { code: "consent_missing", field: "consents.terms", facts: { document: "terms", version: "2" } },
    ]);
  });

  it("is asked for on the page of the profile where the form has none", async () => {
    const { registrar } = openHouse({ consents });
    const answer = await registrar.start(form(mail), ada);
    expect(answer).toMatchObject({ ok: true, registration: { step: "profile", missing: ["profile"] } });
    const agreed = await registrar.submit(answer.ticket, { consents: { terms: "2" } }, ada);
    expect(agreed.registration.step).toBe("pending");
  });

  it("to a version that is no longer current is outdated, and names the current one", async () => {
    const { registrar } = openHouse({ consents });
    const answer = await registrar.start({ ...form(mail), consents: { terms: "1" } }, ada);
    expect(problemsOf(answer)).toEqual([
      { code: "consent_outdated", field: "consents.terms", facts: { document: "terms", version: "2" } },
    ]);
    expect(answer.registration).toMatchObject({ identifier: { display: mail } });
  });

  it.each([
    ["a yes without a version", { terms: true }, ["field_malformed"]],
    ["a document that nobody wrote", { terms: "2", contract: "1" }, ["field_unknown"]],
    ["a list", ["terms"], ["field_malformed"]],
    ["a text", "terms", ["field_malformed"]],
    ["__proto__", JSON.parse('{"terms":"2","__proto__":"2"}'), ["field_unknown"]],
  ])("is not taken from %s", async (_, agreed, codes) => {
    const { registrar, commits } = openHouse({ consents });
    const answer = await registrar.start({ ...form(mail), consents: agreed }, ada);
    expect(codesOf(answer)).toEqual(codes);
    expect(commits).toHaveLength(0);
  });

  it("and a profile are one page: both are missing until both are in", async () => {
    const { registrar } = openHouse({ consents, profile: schema });
    const first = await registrar.start({ ...form(mail), consents: { terms: "2" } }, ada);
    expect(first.registration).toMatchObject({ step: "profile", missing: ["profile"] });
    const done = await registrar.submit(first.ticket, { profile: { name: "Ada" } }, ada);
    expect(done.registration.step).toBe("pending");
  });
});
