import { describe, expect, it } from "vitest";
import { freeHasher } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  codesOf,
  form,
  kindsTo,
  minute,
  openAccount,
  openHouse,
  otherPassword,
  password,
  problemsOf,
  signUp,
  tokenTo,
} from "./house.js";

const mail = "ada@example.com";

async function withOwner(owned: string, hash: string | null) {
  return { owner: async (key: string) => (key === owned ? { accountId: "host-7", password: hash } : null) };
}

describe("accounts that the host keeps itself", () => {
  it("are asked for at delivery: their owner hears of it, and no code goes out (T4)", async () => {
    const house = openHouse({ accounts: await withOwner(mail, null) });
    const answer = await house.registrar.start(form(mail), ada);
    expect(answer.registration.step).toBe("pending");
    await house.registrar.deliver();
    expect(kindsTo(house, mail)).toEqual(["already_registered"]);
  });

  it("never get a second password by a sign-up: who proves the address hears that it has an account (T4)", async () => {
    const owners = new Map<string, { accountId: string; password: string | null }>();
    const house = openHouse({ accounts: { owner: async (key) => owners.get(key) ?? null } });
    const ticket = await signUp(house, mail);
    owners.set(mail, { accountId: "federated-1", password: null });
    const answer = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
    expect(problemsOf(answer)).toEqual([
      { code: "already_registered", facts: { signInUrl: "https://app.example/login" } },
    ]);
    expect(answer.registration).toMatchObject({ step: "closed", reason: "taken" });
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, ada))).toEqual(["credentials_wrong"]);
    await house.registrar.deliver();
    expect(house.events.map(({ type }) => type)).toEqual(["registration.pending", "registration.closed"]);
  });

  it("sign in with their own hash, without an account of ours, and are never rehashed", async () => {
    const hasher = freeHasher();
    const hash = await hasher.hash(password);
    let written = 0;
    const { ports } = openHouse();
    const house = openHouse({
      ports: {
        ...ports,
        store: {
          ...ports.store,
          setPassword: async () => {
            written += 1;
            return true;
          },
        },
      },
      hasher: { ...hasher, outdated: () => true },
      accounts: await withOwner(mail, hash),
    });
    expect(await house.registrar.signIn({ identifier: "ADA@example.com", password }, ada)).toEqual({
      ok: true,
      accountId: "host-7",
    });
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password: otherPassword }, ada))).toEqual([
      "credentials_wrong",
    ]);
    expect(written).toBe(0);
  });

  it("without a password sign in by none", async () => {
    const house = openHouse({ accounts: await withOwner(mail, null) });
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, ada))).toEqual(["credentials_wrong"]);
  });

  it("are asked with the transaction inside it, and without at delivery and sign-in", async () => {
    const asked: (readonly unknown[])[] = [];
    const { ports } = openHouse();
    const tx = { transaction: 1 };
    const house = openHouse({
      ports: {
        ...ports,
        store: {
          ...ports.store,
          commit: ({ inTransaction, ...change }) =>
            ports.store.commit({
              ...change,
              inTransaction: inTransaction && (() => Reflect.apply(inTransaction, undefined, [tx])),
            }),
        },
      },
      accounts: {
        owner: async (...given) => {
          asked.push(given);
          return null;
        },
      },
    });
    await openAccount(house, mail);
    await house.registrar.signIn({ identifier: mail, password }, ada);
    expect(asked).toEqual([[mail], [mail, tx], [mail]]);
  });

  it("open no session for an id that cannot be one, and only who knows the password sees the slip", async () => {
    const hash = await freeHasher().hash(password);
    const house = openHouse({
      accounts: { owner: async () => ({ accountId: "x".repeat(129), password: hash }) },
    });
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password: otherPassword }, ada))).toEqual([
      "credentials_wrong",
    ]);
    await expect(house.registrar.signIn({ identifier: mail, password }, ada)).rejects.toMatchObject({
      code: "ERR_HOST_CALLBACK",
      cause: { code: "ACCOUNT_ID" },
    });
  });

  it("keep everybody out where they cannot be asked, by an error without the host's words", async () => {
    const house = openHouse({
      accounts: {
        owner: async () => {
          throw new Error(`select * from users where mail = '${mail}'`);
        },
      },
    });
    await expect(house.registrar.signIn({ identifier: mail, password }, ada)).rejects.toMatchObject({
      code: "ERR_HOST_CALLBACK",
      message: "A callback of the host application threw.",
    });
  });
});

describe("the host's own row", () => {
  it("is written in the activation, sees the account, and may name its id", async () => {
    const inserted: unknown[] = [];
    const house = openHouse({
      accounts: {
        insert: async (_tx, account) => {
          inserted.push(account);
          return { accountId: "user-42" };
        },
      },
    });
    const accountId = await openAccount(house, mail);
    expect(accountId).toBe("user-42");
    expect(inserted).toMatchObject([{ identifier: { key: mail }, consents: [], metadata: {} }]);
    expect(await house.registrar.account("user-42")).toMatchObject({ id: "user-42" });
    expect(await house.registrar.signIn({ identifier: mail, password }, ada)).toMatchObject({ accountId: "user-42" });
    expect(house.events.at(-1)).toMatchObject({ type: "account.activated", accountId: "user-42" });
    expect(kindsTo(house, mail)).toEqual(["activation", "activated"]);
  });

  it.each(["undefined", "null"])("may leave the id as it is, by %s", async (said) => {
    const answers: Readonly<Record<string, undefined>> = { undefined, null: JSON.parse("null") };
    const house = openHouse({ accounts: { insert: async () => answers[said] } });
    expect(await openAccount(house, mail)).toMatch(/^[\w-]{16,}$/);
  });

  it.each([
    ["one letter", "7"],
    ["128 bytes", "a".repeat(128)],
    ["128 bytes in 32 characters", "𝛼".repeat(32)],
    ["quotes and blanks", 'it\'s "42" % _ \\'],
  ])("may name its account by %s", async (_, accountId) => {
    const house = openHouse({ accounts: { insert: async () => ({ accountId }) } });
    expect(await openAccount(house, mail)).toBe(accountId);
    expect(await house.registrar.account(accountId)).toMatchObject({ id: accountId });
  });

  it.each([
    ["an empty id", '{"accountId":""}'],
    ["an id of 129 bytes", JSON.stringify({ accountId: "a".repeat(129) })],
    ["an id of 129 bytes in fewer characters", JSON.stringify({ accountId: `a${"𝛼".repeat(32)}` })],
    ["an id with NUL", JSON.stringify({ accountId: "a\0b" })],
    ["an id with half a character", JSON.stringify({ accountId: "a\ud800" })],
    ["a number", '{"accountId":42}'],
    ["null for an id", '{"accountId":null}'],
    ["an answer of another shape", '{"rows":[{"id":"42"}]}'],
    ["a word", '"done"'],
    ["true", "true"],
  ])("that answers %s undoes the activation, and the visitor may try again", async (_, answer) => {
    let slip = true;
    const house = openHouse({ accounts: { insert: async () => (slip ? JSON.parse(answer) : undefined) } });
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const failed = house.registrar.confirm(ticket, { code }, ada);
    await expect(failed).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK", cause: { code: "ACCOUNT_ID" } });
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
    expect((await house.registrar.status(ticket, ada)).registration.step).toBe("pending");
    slip = false;
    expect(await house.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });

  it.each([
    ["a serialisation failure of PostgreSQL", { code: "40001" }],
    ["a deadlock of PostgreSQL", { code: "40P01" }],
    ["a deadlock of MySQL", { code: "ER_LOCK_DEADLOCK", errno: 1213 }],
    ["a lock wait of MySQL", { code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205 }],
  ])("that meets %s lets the store know, so that it may try the transaction again", async (_, known) => {
    const seen: unknown[] = [];
    const { ports } = openHouse();
    const retrying: typeof ports.store = {
      ...ports.store,
      async commit(change) {
        try {
          return await ports.store.commit(change);
        } catch (error) {
          seen.push(error);
          return ports.store.commit(change);
        }
      },
    };
    let tries = 0;
    const house = openHouse({
      ports: { ...ports, store: retrying },
      accounts: {
        insert: async () => {
          tries += 1;
          if (tries === 1) throw Object.assign(new Error(`deadlock at ${mail}`), known);
          return { accountId: `user-${tries}` };
        },
      },
    });
    expect(await openAccount(house, mail)).toBe("user-2");
    expect(seen).toMatchObject([{ code: "ERR_HOST_CALLBACK", cause: known }]);
    expect(house.events.filter(({ type }) => type === "account.activated")).toMatchObject([{ accountId: "user-2" }]);
  });

  it("may say that the address is taken: nothing is activated, and its holder hears why", async () => {
    const house = openHouse({ accounts: { insert: async () => "taken" } });
    const ticket = await signUp(house, mail);
    const link = tokenTo(house, mail);
    const refused = await house.registrar.activate(link, { ticket }, ada);
    expect(codesOf(refused)).toEqual(["already_registered"]);
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
    expect(await house.registrar.status(ticket, ada)).toMatchObject({
      registration: { step: "closed", reason: "taken" },
    });
  });

  it("that throws undoes the activation, and the same code works afterwards (B242)", async () => {
    let failing = true;
    const house = openHouse({
      accounts: {
        insert: async () => {
          if (failing) throw new Error(`duplicate key for ${mail}`);
          return undefined;
        },
      },
    });
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const failed = await house.registrar.confirm(ticket, { code }, ada).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "ERR_HOST_CALLBACK" });
    expect(String(failed instanceof Error ? failed.stack : "")).not.toContain(mail);
    expect(await house.ports.store.accountByKey(mail)).toBeUndefined();
    failing = false;
    expect(await house.registrar.confirm(ticket, { code }, ada)).toMatchObject({ ok: true });
  });

  it("is written once where the same activation comes a hundred times", async () => {
    const named = new Set<string>();
    const house = openHouse({
      accounts: {
        insert: async (_tx, account) => {
          named.add(account.id);
          return undefined;
        },
      },
    });
    const ticket = await signUp(house, mail);
    const code = house.ports.mailer.code(mail);
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, n) => house.registrar.confirm(ticket, { code }, caller(n))),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    await house.registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });

  it("is not hashed for inside the transaction: the hash is older than the commit (B247)", async () => {
    const order: string[] = [];
    const hasher = freeHasher();
    const { ports } = openHouse();
    const house = openHouse({
      ports,
      hasher: {
        ...hasher,
        hash: async (typed) => {
          order.push("hash");
          return hasher.hash(typed);
        },
        verify: async (...t) => {
          order.push("verify");
          return hasher.verify(...t);
        },
      },
      accounts: { insert: async () => void order.push("transaction") },
    });
    await signUp(house, mail);
    await house.registrar.activate(tokenTo(house, mail), { password }, ada);
    expect(order).toEqual(["hash", "verify", "transaction"]);
  });
});

describe("a person who is erased", () => {
  it("leaves no account, no pending registration and no count behind, and may come again", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    house.ports.clock.advance(minute);
    const waiting = await signUp(house, mail, otherPassword, caller(1));
    await house.registrar.erase({ channel: "email", address: mail, key: mail });
    expect(await house.registrar.account(accountId)).toBeUndefined();
    expect(codesOf(await house.registrar.signIn({ identifier: mail, password }, ada))).toEqual(["credentials_wrong"]);
    expect(await house.registrar.status(waiting, ada)).toMatchObject({
      registration: { step: "closed", reason: "cancelled" },
    });
    expect(await openAccount(house, mail, otherPassword, caller(2))).not.toBe(accountId);
  });
});
