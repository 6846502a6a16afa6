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

  it("may leave the id as it is", async () => {
    const house = openHouse({ accounts: { insert: async () => undefined } });
    expect(await openAccount(house, mail)).toMatch(/^[\w-]{16,}$/);
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
