import { argon2Hasher } from "../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../src/hasher/node-rs.js";
import { createHandler } from "../../src/http/handler.js";
import { memoryLimiter } from "../../src/limiter/memory.js";
import type { Caller, Hasher, Mail, Store } from "../../src/ports.js";
import { createRegistrar, type Registrar } from "../../src/registrar/registrar.js";
import { memoryStore } from "../../src/store/memory.js";
import * as postgres from "../../src/store/postgres.js";
import * as sqlite from "../../src/store/sqlite.js";
import type { DatabaseSync } from "../../test/runtime/node-sqlite.js";
import { keys, newCaller } from "../world.js";
import { type Contender, type Ground, Letterbox, password } from "./contender.js";
import { parameters } from "./hashes.js";

const origin = "https://app.example";

/** Porchlight as a host has it by default: automatic delivery, a memory limiter with every budget, a gate before the hash. */
export async function openPorchlight(ground: Ground, by: "direct" | "http", given?: Hasher): Promise<Contender> {
  const box = new Letterbox();
  const faults: unknown[] = [];
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: `${origin}/login`,
    channels: {
      email: {
        mailer: {
          async send(mail: Mail) {
            if (mail.kind === "activation") box.deliver(mail.to, mail.link ?? "");
          },
        },
        activationUrl: `${origin}/activate#t={token}`,
      },
    },
    store: await storeOf(ground),
    // One that many processes share would be a matter of its own: docs/stores.md has the round trips of each.
    limiter: memoryLimiter({ maxKeys: 100_000_000 }),
    unsafeSingleProcess: true,
    hasher: given ?? (await hasherOf(ground)),
    captcha: "none",
    keys,
    onSignal: (signal) => {
      if (signal.type === "fault") faults.push(signal);
    },
  });
  const person = (email: string) => ({ email, password, confirmation: password });
  const tokenIn = (link: string) => link.slice(link.indexOf("#t=") + 3);
  const left = {
    async settle() {
      await registrar.deliver();
      if (faults.length > 0) throw new Error("The delivery failed.", { cause: faults[0] });
    },
    close: () => registrar.close(),
  };

  if (by === "direct") {
    const begin = async (email: string, from: Caller) => {
      const started = await registrar.start(person(email), from);
      if (started.ok) return started.ticket;
      if (started.problems[0].code === "busy") return undefined;
      throw new Error(`${email}: ${started.problems[0].code}`);
    };
    return {
      ...left,
      start: async (email) => ((await begin(email, newCaller())) === undefined ? "busy" : "started"),
      async signUp(email) {
        const from = newCaller();
        const comes = box.expect(email);
        let ticket: string | undefined;
        // Who is told to come again does so at once.
        while (ticket === undefined) ticket = await begin(email, from);
        const activated = await registrar.activate(tokenIn(await comes), { ticket }, from);
        if (!activated.ok) throw new Error(`${email} was not activated.`);
      },
      async signIn(email) {
        const answer = await registrar.signIn({ identifier: email, password }, newCaller());
        if (!answer.ok) throw new Error(`${email}: ${answer.problems[0].code}`);
      },
    };
  }

  const post = site(registrar);
  return {
    ...left,
    async start(email) {
      await post("start", person(email));
      return "started";
    },
    async signUp(email) {
      const comes = box.expect(email);
      const cookie = await post("start", person(email));
      await post("activate", { token: tokenIn(await comes) }, cookie);
    },
    async signIn(email) {
      await post("sign-in", { identifier: email, password });
    },
  };
}

/** Posts as a browser does, with its headers and its one cookie; gives the cookie that came. */
function site(registrar: Registrar<"email", null>) {
  const handle = createHandler(registrar, { caller: newCaller });
  return async (verb: string, body: object, cookie = ""): Promise<string> => {
    const headers = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", Cookie: cookie };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await handle(new Request(`${origin}/registration/${verb}`, init));
    if (!response.ok) throw new Error(`${verb}: ${response.status} ${await response.text()}`);
    await response.json();
    return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  };
}

async function storeOf({ database }: Ground): Promise<Store<never>> {
  const { pool, sqlite: file } = database;
  if (pool) {
    await postgres.migrate(pool);
    return postgres.postgresStore(pool, { prepared: true });
  }
  return file ? inSqlite(file) : memoryStore();
}

async function inSqlite(file: DatabaseSync): Promise<Store<never>> {
  await sqlite.migrate(file);
  return sqlite.sqliteStore(file);
}

async function hasherOf({ hash, argon2 }: Ground): Promise<Hasher> {
  if (hash === "none") return { hash: async () => "$none$", verify: async () => true, outdated: () => false };
  // As many as ever come at once here may wait; the default would turn half of 32 away.
  const options = { ...parameters[hash], queue: 128 };
  return argon2 === "node-rs" ? nodeRsHasher(await import("@node-rs/argon2"), options) : argon2Hasher(options);
}
