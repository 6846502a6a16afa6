import { describe, expect, it } from "vitest";
import { ada, caller, codesOf, form, openAccount, openHouse, password } from "./house.js";

describe("addresses that look alike", () => {
  it.each([
    ["a Kelvin sign", "ada\u212a@example.com"],
    ["a dotless i", "m\u0131ke@example.com"],
    ["an invisible character inside", "ad\u200ba@example.com"],
    ["a soft hyphen in the domain", "ada@exam\u00adple.com"],
    ["a zero-width joiner in the domain", "ada@exam\u200dple.com"],
    ["quotes around the local part", '"ada"@example.com'],
    ["an emoji", "ad🙂a@example.com"],
  ])("by %s are refused, never a second account (T11, B043, B205, B232, B233)", async (_, email) => {
    const { registrar, commits } = openHouse();
    const answer = await registrar.start(form(email), ada);
    expect(codesOf(answer)).toHaveLength(1);
    expect(codesOf(answer)[0]).toMatch(/^email_(malformed|not_ascii)$/);
    expect(commits).toHaveLength(0);
  });

  it.each([
    ["ideographic full stop", "ada@example。com"],
    ["full-width letters in the domain", "ada@ｅｘａｍｐｌｅ.com"],
    ["letter case", "ADA@Example.Com"],
    ["spaces and a line end around it", "  ada@example.com\n"],
  ])("by %s are the same account (T11, B217)", async (_, email) => {
    const house = openHouse();
    await openAccount(house, "ada@example.com");
    const answer = await house.registrar.signIn({ identifier: email, password }, ada);
    expect(answer).toMatchObject({ ok: true });
  });

  it("by a tag, a dot or a letter of another script are two mailboxes, and two accounts (T11)", async () => {
    const house = openHouse();
    const addresses = [
      "ada@google.example.com",
      "a.da@google.example.com",
      "ada+x@google.example.com",
      "ada@g\u043e\u043egle.example.com",
    ];
    const ids = [];
    for (const [n, address] of addresses.entries()) ids.push(await openAccount(house, address, password, caller(n)));
    expect(new Set(ids).size).toBe(4);
  });
});
