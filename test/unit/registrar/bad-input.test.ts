import { describe, expect, it } from "vitest";
import { ada, codesOf, form, openHouse, password } from "./house.js";

const mail = "ada@example.com";
const huge = "x".repeat(50_000_000);

/** A house that counts what it does beyond the limiter. */
function counted() {
  const calls: string[] = [];
  const { ports } = openHouse();
  const { hasher, captcha, store } = ports;
  const house = openHouse({
    ports: {
      ...ports,
      store: {
        ...store,
        commit: async (change) => {
          calls.push("commit");
          return store.commit(change);
        },
        find: async (id) => {
          calls.push("find");
          return store.find(id);
        },
        accountByKey: async (key) => {
          calls.push("accountByKey");
          return store.accountByKey(key);
        },
      },
    },
    hasher: {
      ...hasher,
      hash: async (typed) => {
        calls.push("hash");
        return hasher.hash(typed);
      },
    },
    captcha: {
      check: async (response, about) => {
        calls.push("captcha");
        return captcha.check(response, about);
      },
    },
    breach: {
      count: async () => {
        calls.push("breach");
        return 0;
      },
    },
    screen: async () => {
      calls.push("screen");
      return "pass";
    },
  });
  return { ...house, calls };
}

describe("a page of bad input", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["no object", null, ["field_malformed"]],
    ["a text", "email=a", ["field_malformed"]],
    ["50 MB of text", huge, ["field_malformed"]],
    ["a list", [form(mail)], ["field_malformed"]],
    ["a number for the address", { ...form(mail), email: 7 }, ["field_malformed"]],
    ["an operator for the address", { ...form(mail), email: { $ne: null } }, ["field_malformed"]],
    ["an operator for the number", { ...form(mail), email: "", phone: { $gt: "" } }, ["field_malformed"]],
    ["a list of addresses", { ...form(mail), email: [mail, "eve@example.com"] }, ["field_malformed"]],
    ["two addresses in one", { ...form(mail), email: `${mail},eve@example.com` }, ["email_malformed"]],
    ["a header behind the address", { ...form(mail), email: `${mail}\r\nBcc: eve@example.com` }, ["email_malformed"]],
    [
      "an encoded header behind the address",
      { ...form(mail), email: `${mail}%0d%0aBcc:eve@example.com` },
      ["email_malformed"],
    ],
    ["a line separator in the address", { ...form(mail), email: "a\u2028da@example.com" }, ["email_malformed"]],
    ["a NUL in the address", { ...form(mail), email: "ada\0@example.com" }, ["email_malformed"]],
    ["a lone surrogate in the address", { ...form(mail), email: "ada\ud800@example.com" }, ["email_malformed"]],
    ["an address literal", { ...form(mail), email: "ada@[127.0.0.1]" }, ["email_malformed"]],
    ["50 MB for the address", { ...form(mail), email: `${huge}@example.com` }, ["email_too_long"]],
    ["a number for the password", { ...form(mail), password: 7 }, ["field_malformed"]],
    ["a list for the password", { ...form(mail), password: [password] }, ["field_malformed"]],
    ["no password beside its confirmation", { ...form(mail), password: null }, ["field_missing"]],
    ["50 MB for the password", { ...form(mail), password: huge, confirmation: huge }, ["password_too_long"]],
    [
      "a NUL in the password",
      { ...form(mail), password: `${password}\0`, confirmation: `${password}\0` },
      ["password_malformed"],
    ],
    [
      "a lone surrogate in the password",
      { ...form(mail), password: `${password}\ud800`, confirmation: `${password}\udfff` },
      ["password_malformed"],
    ],
    ["a list for the captcha", { ...form(mail), captcha: ["pass"] }, ["field_malformed"]],
    ["a field that is not there", { ...form(mail), role: "admin" }, ["field_unknown"]],
    ["a state from outside", { ...form(mail), state: "activated", verified: true }, ["field_unknown", "field_unknown"]],
    ["a hint for the password", { ...form(mail), hint: "boat" }, ["field_unknown"]],
    ["__proto__", JSON.parse('{"__proto__":{"role":"admin"},"email":"ada@example.com"}'), ["field_unknown"]],
    ["constructor", JSON.parse('{"constructor":{"prototype":{"role":"admin"}}}'), ["field_unknown"]],
  ])(
    "with %s gets its problems, without a hash, a port or a write (T10, T13, T19, B136, B215, B221, B229)",
    async (_, fields, codes) => {
      const { registrar, calls, ports } = counted();
      const answer = await Reflect.apply(registrar.start, registrar, [fields, ada]);
      expect(codesOf(answer)).toEqual(codes);
      expect(answer.ticket).toMatch(/^[\w-]+\.\.[\w.-]+$/);
      expect(calls).toEqual([]);
      await registrar.deliver();
      expect(ports.mailer.sent).toHaveLength(0);
      expect(Reflect.get({}, "role")).toBeUndefined();
    },
  );

  it("burns no captcha and no hash with a typo beside it", async () => {
    const { registrar, calls } = counted();
    await registrar.start({ ...form(mail), confirmation: "harbour tulip nine crane" }, ada);
    expect(calls).toEqual([]);
  });

  it("names ten unknown fields and no more, printable and short", async () => {
    const { registrar } = openHouse();
    const fields = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`field\u001b[2J${n}${"x".repeat(200)}`, 1]),
    );
    const answer = await Reflect.apply(registrar.start, registrar, [fields, ada]);
    expect(codesOf(answer)).toHaveLength(10);
    const said = JSON.stringify("problems" in answer ? answer.problems : "");
    expect(said).not.toContain("\\u001b");
    expect(said.length).toBeLessThan(2_000);
  });

  it("with fields of another page at a pending registration is answered with its page, by one find", async () => {
    const { registrar, calls } = counted();
    const { ticket } = await registrar.start(form(mail), ada);
    calls.length = 0;
    for (const fields of [{ email: huge }, null, { role: "admin" }]) {
      const answer = await Reflect.apply(registrar.submit, registrar, [ticket, fields, ada]);
      expect(answer).toMatchObject({ registration: { step: "pending" } });
    }
    expect(calls).toEqual(["find", "find", "find"]);
  });

  it("with bad fields of a change or a code costs one find and writes nothing (T18)", async () => {
    const { registrar, calls, commits } = counted();
    const { ticket } = await registrar.start(form(mail), ada);
    const written = commits.length;
    calls.length = 0;
    for (const email of ["' OR 1=1 --", "%_@%", { $ne: 1 }, huge]) await registrar.change(ticket, { email }, ada);
    for (const code of ["' OR 1=1 --", { $ne: 1 }, huge, "😀"]) await registrar.confirm(ticket, { code }, ada);
    expect(calls).toEqual(Array.from({ length: 8 }, () => "find"));
    expect(commits).toHaveLength(written);
  });

  it("that is honest but full of wildcards finds nobody else (T18)", async () => {
    const { registrar, ports } = openHouse();
    const { ticket } = await registrar.start(form("%_%'--@example.com"), ada);
    await registrar.deliver();
    expect(ports.mailer.sent.map(({ to }) => to)).toEqual(["%_%'--@example.com"]);
    await registrar.confirm(ticket, { code: ports.mailer.code("%_%'--@example.com") }, ada);
    expect(await ports.store.accountByKey("ada@example.com")).toBeUndefined();
  });
});
