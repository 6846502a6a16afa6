import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as soon } from "node:timers/promises";
import { type Client, createClient, type Transaction } from "@libsql/client";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../../../src/ports.js";
import { libsqlStore, migrate } from "../../../src/store/libsql.js";
import { activationOf, messageOf, newYear, pendingFor, pendingRegistration } from "../../../src/testing/examples.js";
import { type HranaServer, hranaServer } from "../../system/hrana-server.js";

const ada = pendingRegistration();
const insert = { base: 0, registration: ada, outbox: [] };
const activation = activationOf(ada, "account-1");

let folder: string;
let server: HranaServer;
let client: Client;

async function open(url: string): Promise<Store<Transaction>> {
  client = createClient({ url });
  await migrate(client);
  await client.execute("create table host_user (id text primary key)");
  const store = libsqlStore(client, { timeoutSeconds: 1 });
  await store.commit(insert);
  return store;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "porchlight-libsql-"));
  server = await hranaServer(join(folder, "server.db"));
});
afterEach(async () => {
  client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const places = {
  "a file": () => open(`file:${join(folder, "own.db")}`),
  memory: () => open(":memory:"),
  "a server": () => open(server.url),
};

const users = async () => (await client.execute("select id from host_user")).rows.map(({ id }) => id);

describe.each(Object.entries(places))("the transaction that a host's rows join, in %s", (_, make) => {
  const write = (store: Store<Transaction>, then: () => Promise<"taken" | undefined>, base = 1) =>
    store.commit({
      ...activation,
      base,
      inTransaction: async (tx) => {
        await tx.execute({ sql: "insert into host_user values (?)", args: ["ada"] });
        return then();
      },
    });

  it("keeps the host's row with the account", async () => {
    const store = await make();
    expect(await write(store, async () => undefined)).toBe("committed");
    expect([await users(), (await store.account("account-1"))?.id]).toEqual([["ada"], "account-1"]);
  });

  it("takes the host's row back where the commit is stale, taken or fails", async () => {
    const store = await make();
    expect(await write(store, async () => undefined, 7)).toBe("stale");
    expect(await write(store, async () => "taken")).toBe("taken");
    await expect(write(store, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await users()).toEqual([]);
    expect((await store.find(ada.id))?.version).toBe(1);
  });

  it("shows nobody what may be rolled back", async () => {
    const store = await make();
    let seen: Promise<unknown> | undefined;
    await store.commit({
      ...activation,
      inTransaction: async (tx) => {
        await tx.execute("update porchlight_registration set version = 9");
        seen = store.find(ada.id);
        await soon();
        return "taken";
      },
    });
    expect(await seen).toEqual({ version: 1, registration: ada });
  });
});

it("a callback may call the store on a server, which has a connection for each", async () => {
  const store = await places["a server"]();
  const inTransaction = async () => void (await store.find(ada.id));
  expect(await store.commit({ ...activation, inTransaction })).toBe("committed");
});

describe.each(["wal", "delete"])("a file that another process uses too, with journal_mode = %s", (mode) => {
  let other: Database.Database;
  let store: Store<Transaction>;
  beforeEach(async () => {
    store = await places["a file"]();
    other = new Database(join(folder, "own.db"));
    other.pragma(`journal_mode = ${mode}`);
  });
  afterEach(() => void other.close());

  const change = { base: 1, registration: { ...ada, disowned: true }, outbox: [] };
  const tries = async () => {
    for (let turn = 0; turn < 20; turn += 1) await soon();
  };

  it("is written when the other has written, and is seen as it is then", async () => {
    other.exec("begin immediate; update porchlight_registration set version = 7");
    const committed = store.commit(change);
    const charged = store.charge(ada.id, 1, "code", 5);
    await tries();
    other.exec("commit");
    expect([await committed, (await charged)?.row.version]).toEqual(["stale", 7]);
    other.exec("update porchlight_registration set version = 1");
    expect((await store.find(ada.id))?.version).toBe(1);
    expect(await store.commit(change)).toBe("committed");
    expect(other.prepare("select version from porchlight_registration").all()).toEqual([{ version: 2 }]);
  });

  it(`is read ${mode === "wal" ? "while the other writes" : "when the other has written"}, and then as it is`, async () => {
    other.exec("begin exclusive; update porchlight_registration set version = 7");
    const found = store.find(ada.id);
    await tries();
    other.exec("commit");
    expect((await found)?.version).toBe(mode === "wal" ? 1 : 7);
    other.exec("update porchlight_registration set version = 8");
    expect((await store.find(ada.id))?.version).toBe(8);
  });

  it("is written while the other reads, or right after, and the callback runs once", async () => {
    other.exec("begin");
    other.prepare("select id from porchlight_registration").all();
    let calls = 0;
    const inTransaction = async (): Promise<undefined> => {
      calls += 1;
    };
    const [disowned, activated] = [store.commit(change), store.commit({ ...activation, base: 2, inTransaction })];
    await tries();
    other.exec("commit");
    expect([await disowned, await activated, calls]).toEqual(["committed", "committed", 1]);
  });
});

it("nobody else in this process ever meets the lock of a call, save of a commit with rows of the host", async () => {
  const store = await places["a file"]();
  const other = new Database(join(folder, "own.db"));
  const calls = Promise.all([
    store.find(ada.id),
    store.charge(ada.id, 1, "code", 5),
    store.commit({ base: 0, registration: pendingFor("b", "b"), outbox: [] }),
    store.lease(newYear, newYear + 1, 5, "email"),
    store.commit(activation),
  ]);
  let done: readonly unknown[] = [];
  void calls.then((answers) => {
    done = answers;
  });
  let met = 0;
  for (let turn = 0; turn < 500; turn += 1) {
    try {
      other.exec("begin exclusive; rollback");
    } catch {
      met += 1;
    }
    await Promise.resolve();
  }
  expect([done.at(-1), met]).toEqual(["committed", 0]);
  other.close();
});

describe("a commit that waits in its transaction", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it.each(["a file", "memory"] as const)("keeps whoever writes in %s waiting until its time is over", async (place) => {
    const store = await places[place]();
    let end = (): void => {};
    const ended = new Promise<undefined>((resolve) => {
      end = () => resolve(undefined);
    });
    const hanging = store.commit({ ...activation, inTransaction: () => ended });
    const late = expect(
      store.commit({ base: 0, registration: pendingFor("b", "b"), outbox: [] }),
    ).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
    await vi.advanceTimersByTimeAsync(1_000);
    await late;
    end();
    expect(await hanging).toBe("committed");
    expect(await store.find("b")).toBeUndefined();
  });

  it.each(["a file", "memory"] as const)(
    "for its own callback, in %s, is given up when its time is over",
    async (place) => {
      const store = await places[place]();
      const inTransaction = async () => void (await store.find(ada.id));
      const refused = expect(store.commit({ ...activation, inTransaction })).rejects.toMatchObject({
        code: "ERR_STORE_TIMEOUT",
      });
      await vi.advanceTimersByTimeAsync(1_000);
      await refused;
      expect((await store.find(ada.id))?.version).toBe(1);
    },
  );

  it("on a server that answers no more gives ERR_STORE_TIMEOUT, and the same call succeeds afterwards", async () => {
    const store = await places["a server"]();
    const write = () => store.commit({ base: 0, registration: pendingFor("b", "b"), outbox: [] });
    const host = () => store.commit({ ...activation, inTransaction: async () => undefined });
    server.hang(true);
    for (const call of [() => store.find(ada.id), write, host]) {
      const before = server.requests();
      const refused = expect(call()).rejects.toMatchObject({ code: "ERR_STORE_TIMEOUT" });
      while (server.requests() === before) await soon();
      await vi.advanceTimersByTimeAsync(1_000);
      await refused;
    }
    server.hang(false);
    expect((await store.find(ada.id))?.version).toBe(1);
    expect([await write(), await host()]).toEqual(["committed", "committed"]);
  });
});

/** The calls of a client, counted by name; those of its transactions among them. */
function counted(client: Client, calls: string[]): Client {
  const noted = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          if (name !== "close") calls.push(String(name));
          const answer = await Reflect.apply(member, target, given);
          return name === "transaction" ? noted(answer) : answer;
        };
      },
    });
  return noted(client);
}

describe("each verb of libsqlStore", () => {
  const calls: string[] = [];
  const message = messageOf(ada);
  const verbs: readonly (readonly [
    name: string,
    (store: Store<Transaction>) => Promise<unknown>,
    calls: string[],
    requests: number,
  ])[] = [
    ["find", (store) => store.find(ada.id), ["execute"], 1],
    ["charge", (store) => store.charge(ada.id, 1, "code", 5), ["batch"], 1],
    [
      "commit of a new registration",
      (store) => store.commit({ base: 0, registration: pendingFor("b", "b"), outbox: [message] }),
      ["batch"],
      1,
    ],
    ["commit of a known one", (store) => store.commit({ base: 1, registration: ada, outbox: [] }), ["batch"], 1],
    ["commit of an activation", (store) => store.commit(activation), ["batch"], 1],
    [
      "commit of an activation with a statement of the host",
      (store) => store.commit({ ...activation, inTransaction: async (tx) => void (await tx.execute("select 1")) }),
      ["transaction", "execute", "batch", "commit"],
      3,
    ],
    ["accountByKey", (store) => store.accountByKey(ada.identifier.key), ["execute"], 1],
    ["account", (store) => store.account("account-1"), ["execute"], 1],
    ["setPassword", (store) => store.setPassword("account-1", "hash"), ["execute"], 1],
    ["lease of messages", (store) => store.lease(newYear, newYear + 1, 50, "email"), ["batch"], 1],
    ["lease of events", (store) => store.lease(newYear, newYear + 1, 50, "event"), ["batch"], 1],
    [
      "settle",
      (store) =>
        store.settle([
          { id: "a", lease: "b", outcome: "sent" },
          { id: "b", lease: "b", outcome: "retry", dueAt: 1 },
        ]),
      ["batch"],
      1,
    ],
    ["purge", (store) => store.purge(newYear, 50), ["batch"], 1],
    ["erase", (store) => store.erase(ada.identifier.key), ["batch"], 1],
  ];

  it.each(verbs)("costs what is said of it: %s", async (_, verb, expected, requests) => {
    await places["a server"]();
    const store = libsqlStore(counted(client, calls));
    await store.ready?.();
    calls.length = 0;
    const before = server.requests();
    await verb(store);
    expect([calls, server.requests() - before]).toEqual([expected, requests]);
  });
});
