// What one build costs, in a process of its own: prints one line of JSON. Takes the folder of the build.

import type { HeapProfiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import { pathToFileURL } from "node:url";
import type * as http from "../../src/http/index.js";
import type * as entry from "../../src/index.js";
import type * as memoryLimiter from "../../src/limiter/memory.js";
import type { Limiter, Mail, Store } from "../../src/ports.js";
import type * as memoryStore from "../../src/store/memory.js";
import type * as postgres from "../../src/store/postgres.js";
import { freshPostgres } from "../../test/system/fresh-postgres.js";
import { keys, newCaller, password } from "../world.js";

/** Of one operation. */
export interface Cost {
  /** Processor time of the process. */
  readonly micros: number;
  readonly allocatedBytes: number;
  /** Calls of the database's client; 0 in memory. */
  readonly statements: number;
}

export type Costs = Readonly<Record<string, Cost>>;

const build = pathToFileURL(`${process.argv[2]}/`);
const load = (name: string) => import(new URL(name, build).href);
const { createRegistrar }: typeof entry = await load("index.js");
const { createHandler }: typeof http = await load("http/index.js");
const { memoryStore: inMemory }: typeof memoryStore = await load("store/memory.js");
const { memoryLimiter: budgets }: typeof memoryLimiter = await load("limiter/memory.js");
const { migrate, postgresStore }: typeof postgres = await load("store/postgres.js");

const origin = "https://app.example";
const mail = { link: "" };
let people = 0;
let statements = 0;

function registrarOn(store: Store<never>) {
  return createRegistrar({
    service: "Example",
    signInUrl: `${origin}/login`,
    channels: {
      email: {
        mailer: {
          async send(sent: Mail) {
            if (sent.kind === "activation") mail.link = sent.link ?? "";
          },
        },
        activationUrl: `${origin}/activate#t={token}`,
      },
    },
    store,
    limiter: limiter(),
    unsafeSingleProcess: true,
    hasher: { hash: async () => "$none$", verify: async () => true, outdated: () => false },
    captcha: "none",
    keys,
    delivery: "manual",
  });
}
const limiter = (): Limiter => budgets({ maxKeys: 100_000_000 });
const newPerson = () => ({ email: `person${people++}@example.com`, password, confirmation: password });
const token = () => mail.link.slice(mail.link.indexOf("#t=") + 3);

/** From an empty page to an active account: form, delivery, link. */
function signUpOn(registrar: ReturnType<typeof registrarOn>) {
  return async () => {
    const [person, from] = [newPerson(), newCaller()];
    const { ticket } = await registrar.start(person, from);
    await registrar.deliver();
    const activated = await registrar.activate(token(), { ticket }, from);
    if (!activated.ok) throw new Error(`${person.email} was not activated.`);
    return person.email;
  };
}

function overHttp(registrar: ReturnType<typeof registrarOn>) {
  const handle = createHandler(registrar, { caller: newCaller });
  const post = async (verb: string, body: object, cookie: string) => {
    const headers = { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", Cookie: cookie };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await handle(new Request(`${origin}/registration/${verb}`, init));
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`);
    await response.json();
    return response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  };
  return async () => {
    const cookie = await post("start", newPerson(), "");
    await registrar.deliver();
    await post("activate", { token: token() }, cookie);
  };
}

/** Work done so often to warm up, then so often for its price. */
async function costOf(work: () => Promise<unknown>, often: number): Promise<Cost> {
  const repeat = async (times: number) => {
    for (let time = 0; time < times; time += 1) await work();
  };
  await repeat(often);
  const [before, asked] = [process.cpuUsage(), statements];
  await repeat(often);
  const { user, system } = process.cpuUsage(before);
  const asking = (statements - asked) / often;
  return {
    micros: (user + system) / often,
    statements: asking,
    allocatedBytes: (await allocated(() => repeat(often / 4))) / (often / 4),
  };
}

/** What was allocated, by samples of V8's heap profiler; what has been collected since is counted too. */
async function allocated(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  const counted = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post("HeapProfiler.startSampling", { samplingInterval: 4_096, ...counted });
  await work();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  return sizeOf(profile.head);
}

function sizeOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}

const server = await freshPostgres({ connections: 4 });
await migrate(server.pool);
const query = server.pool.query.bind(server.pool);
Object.assign(server.pool, {
  query: (...given: Parameters<typeof query>) => {
    statements += 1;
    return query(...given);
  },
});

const memory = registrarOn(inMemory());
const email = await signUpOn(memory)();
const costs: Record<string, Cost> = {
  "a sign-up in memory": await costOf(signUpOn(memory), 1_200),
  "a sign-up over HTTP, in memory": await costOf(overHttp(memory), 800),
  "a sign-in in memory": await costOf(() => memory.signIn({ identifier: email, password }, newCaller()), 1_600),
  "a sign-up on PostgreSQL": await costOf(signUpOn(registrarOn(postgresStore(server.pool))), 240),
};
await server.drop();
console.log(JSON.stringify(costs));
