import { describe, expect, it } from "vitest";
import { PorchlightError } from "../../../src/errors.js";
import { freeHasher } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  codesOf,
  minute,
  mobile,
  openAccount,
  openHouse,
  otherPassword,
  password,
  problemsOf,
  signUp,
} from "./house.js";

const mail = "ada@example.com";

describe("signing in", () => {
  it("gives the account of the address and the password, and no session", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    const answer = await house.registrar.signIn({ identifier: mail, password }, ada);
    expect(answer).toMatchObject({ ok: true, accountId, account: { id: accountId, identifier: { key: mail } } });
    expect(Object.keys(answer).sort()).toEqual(["account", "accountId", "ok"]);
    expect(JSON.stringify(answer)).not.toContain("$free$");
  });

  it.each([[" ADA@example.com "], ["ada@EXAMPLE.com"], ["Ada@Example.Com\n"]])(
    "finds %j as well (B255, B102)",
    async (identifier) => {
      const house = openHouse();
      await openAccount(house, mail);
      expect(await house.registrar.signIn({ identifier, password }, ada)).toMatchObject({ ok: true });
    },
  );

  it("finds an internationalised domain by either spelling (B201)", async () => {
    const house = openHouse();
    await openAccount(house, "ada@bücher.example.com");
    for (const identifier of ["ada@xn--bcher-kva.example.com", "ADA@BÜCHER.example.com"]) {
      expect(await house.registrar.signIn({ identifier, password }, ada)).toMatchObject({ ok: true });
    }
  });

  it("says the same of a wrong password and of an unknown address", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    const known = await house.registrar.signIn({ identifier: mail, password: otherPassword }, ada);
    const unknown = await house.registrar.signIn({ identifier: "bob@example.com", password: otherPassword }, ada);
    expect(unknown).toEqual(known);
    expect(problemsOf(known)).toEqual([{ code: "credentials_wrong", facts: {} }]);
  });

  it("verifies exactly one hash whether or not there is an account (T2)", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    const verified: string[] = [];
    const { hasher } = house.ports;
    const { registrar } = openHouse({
      ports: house.ports,
      hasher: {
        ...hasher,
        verify: async (encoded, typed) => {
          verified.push(encoded);
          return hasher.verify(encoded, typed);
        },
      },
    });
    for (const identifier of [mail, "bob@example.com", mobile])
      await registrar.signIn({ identifier, password: otherPassword }, ada);
    expect(verified).toHaveLength(3);
    expect(new Set(verified.map((encoded) => encoded.length)).size).toBe(1);
  });

  it("does not know a registration that is not activated", async () => {
    const house = openHouse();
    await signUp(house, mail);
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, ada))).toEqual(["credentials_wrong"]);
  });

  it("is refused after ten failures in fifteen minutes, known or not, and tells how long (B263)", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    const histories = [];
    for (const [n, identifier] of [mail, "bob@example.com"].entries()) {
      const answers = [];
      for (let tries = 0; tries < 11; tries += 1) {
        answers.push(await house.registrar.signIn({ identifier, password: otherPassword }, caller(n)));
      }
      histories.push(answers);
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[0]?.slice(0, 10).flatMap(codesOf)).toEqual(Array.from({ length: 10 }, () => "credentials_wrong"));
    expect(histories[0]?.[10]).toEqual({
      ok: false,
      problems: [{ code: "too_many_attempts", facts: { retryAfterSeconds: 900 } }],
    });
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, caller(9)))).toEqual([
      "too_many_attempts",
    ]);
    house.ports.clock.advance(15 * minute);
    expect(await house.registrar.signIn({ identifier: mail, password }, caller(9))).toMatchObject({ ok: true });
  });

  it("counts other spellings of one address on the same budget (B102)", async () => {
    const house = openHouse();
    const spellings = ["ada@example.com", "ADA@example.com", " ada@EXAMPLE.com", "Ada@Example.com"];
    for (let n = 0; n < 10; n += 1) {
      await house.registrar.signIn({ identifier: spellings[n % 4], password: otherPassword }, caller(n));
    }
    expect(
      codesOf(await house.registrar.signIn({ identifier: "aDa@example.com", password: otherPassword }, caller(11))),
    ).toEqual(["too_many_attempts"]);
  });

  it("is refused to a caller after thirty tries at any identifiers", async () => {
    const house = openHouse();
    for (let n = 0; n < 30; n += 1) {
      const answer = await house.registrar.signIn({ identifier: `${n}@example.com`, password }, ada);
      expect(codesOf(answer)).toEqual(["credentials_wrong"]);
    }
    expect(codesOf(await house.registrar.signIn({ identifier: "next@example.com", password }, ada))).toEqual([
      "too_many_attempts",
    ]);
    expect(codesOf(await house.registrar.signIn({ identifier: "next@example.com", password }, caller(1)))).toEqual([
      "credentials_wrong",
    ]);
  });

  it("clears the count of the identifier when it succeeds", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 9; n += 1)
        await house.registrar.signIn({ identifier: mail, password: otherPassword }, caller(round));
      expect(await house.registrar.signIn({ identifier: mail, password }, caller(round))).toMatchObject({ ok: true });
    }
  });

  it("rehashes where the parameters rose, and fails nobody where that fails (B267)", async () => {
    const house = openHouse();
    await openAccount(house, mail);
    const stored = async () => (await house.ports.store.accountByKey(mail))?.password;
    const before = await stored();
    const young = { ...freeHasher(), outdated: (encoded: string) => encoded === before };
    const { setPassword } = house.ports.store;
    const down = async () => {
      throw new Error("disk full");
    };
    const failing = openHouse({
      ports: { ...house.ports, store: { ...house.ports.store, setPassword: down } },
      hasher: young,
    });
    expect(await failing.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
    expect(failing.signals).toMatchObject([{ type: "fault", error: { code: "ERR_STORE" } }, { type: "signed_in" }]);
    expect(await stored()).toBe(before);
    const raised = openHouse({
      ports: { ...house.ports, store: { ...house.ports.store, setPassword } },
      hasher: young,
    });
    expect(await raised.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
    expect(await stored()).not.toBe(before);
    expect(await raised.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ ok: true });
  });

  it.each([
    ["nothing", {}, ["field_missing", "field_missing"]],
    ["operators", { identifier: { $ne: null }, password: { $ne: null } }, ["field_malformed", "field_malformed"]],
    ["a list", { identifier: [mail], password }, ["field_malformed"]],
    ["an unknown field", { identifier: mail, password, role: "admin" }, ["field_unknown"]],
    ["50 MB", { identifier: "a".repeat(50_000_000), password: "x".repeat(50_000_000) }, undefined],
  ])("answers %s without a hash and without a count (B229)", async (_, fields, codes) => {
    let calls = 0;
    const house = openHouse();
    const { registrar } = openHouse({
      ports: house.ports,
      hasher: {
        ...house.ports.hasher,
        verify: async () => {
          calls += 1;
          return false;
        },
      },
      limiter: {
        ...house.ports.limiter,
        hit: async () => {
          calls += 1;
          return { allowed: true, retryAfterSeconds: 0 };
        },
      },
    });
    const answer = await registrar.signIn(fields, ada);
    expect(answer.ok).toBe(false);
    if (codes !== undefined) expect(codesOf(answer)).toEqual(codes);
    expect(calls).toBe(0);
  });

  it("is busy where the hasher is", async () => {
    const house = openHouse();
    const full = async () => {
      throw new PorchlightError("ERR_OVERLOADED", { retryAfterSeconds: 2 });
    };
    const { registrar } = openHouse({ ports: house.ports, hasher: { ...house.ports.hasher, verify: full } });
    const answer = await registrar.signIn({ identifier: mail, password }, ada);
    expect(problemsOf(answer)).toEqual([{ code: "busy", facts: { retryAfterSeconds: 2 } }]);
  });

  it("tells a password by its last character, by its case and by the spaces around it", async () => {
    const house = openHouse();
    await openAccount(house, mail, ` ${password} `);
    for (const typed of [password, ` ${password}`, ` ${password.toUpperCase()} `, ` ${password} x`]) {
      expect(codesOf(await house.registrar.signIn({ identifier: mail, password: typed }, ada))).toEqual([
        "credentials_wrong",
      ]);
    }
    expect(await house.registrar.signIn({ identifier: mail, password: ` ${password} ` }, ada)).toMatchObject({
      ok: true,
    });
  });
});

describe("setting a password", () => {
  it("replaces the old one by the rules of a sign-up", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    const typed = { password: otherPassword, confirmation: otherPassword };
    expect(codesOf(await house.registrar.setPassword(accountId, { ...typed, confirmation: "x" }))).toEqual([
      "confirmation_mismatch",
    ]);
    expect(codesOf(await house.registrar.setPassword(accountId, { password: "short", confirmation: "short" }))).toEqual(
      ["password_too_short"],
    );
    expect(
      codesOf(
        await house.registrar.setPassword(accountId, { password: `${mail}${mail}`, confirmation: `${mail}${mail}` }),
      ),
    ).toEqual(["password_guessable"]);
    expect(await house.registrar.setPassword(accountId, typed)).toEqual({ ok: true });
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, ada))).toEqual(["credentials_wrong"]);
    expect(await house.registrar.signIn({ identifier: mail, password: otherPassword }, ada)).toMatchObject({
      ok: true,
    });
  });

  it("throws a TypeError where there is no such account", async () => {
    const { registrar } = openHouse();
    await expect(registrar.setPassword("nobody", { password, confirmation: password })).rejects.toThrow(TypeError);
  });
});
