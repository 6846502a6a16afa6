import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { allOf, type Canary, leaksIn, textCanary } from "./canaries.js";
import { failures } from "./canary-failures.js";
import { type Life, live, openLife, personal, secrets } from "./canary-life.js";

const consoles = ["log", "info", "warn", "error", "debug", "trace", "dir", "table"] as const;
let printed: unknown[] = [];

beforeEach(() => {
  printed = [];
  const print = (...given: unknown[]): void => void printed.push(...given);
  for (const name of consoles) vi.spyOn(console, name).mockImplementation(print);
  const write = (text: string | Uint8Array): boolean => printed.push(text) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

/** Where each canary must not be, and where it was found all the same. */
function leaksOf(life: Life): readonly string[] {
  const { registrar, signals, events, thrown, answers, stored, counted, made } = life;
  const everything = [...secrets, ...personal, ...made];
  const said = made.filter(({ name }) => name !== "ticket" && name !== "hash");
  const found = (where: string, told: unknown, canaries: readonly Canary[]): readonly string[] =>
    leaksIn(allOf(told), canaries).map((name) => `${name} in ${where}`);
  return [
    ...found("what was printed", printed, everything),
    ...found("the signals", signals, everything),
    ...found("the events", events, everything),
    ...thrown.flatMap((error) => found("an error", error, everything)),
    ...found("the registrar", registrar, everything),
    ...found("the limiter", counted, everything),
    // Of all of them the store holds the address and the hash, and what the host asked for.
    ...found("the store", stored, [...secrets, ...said, ...made.filter(({ name }) => name === "ticket")]),
    ...found("the outbox", stored.flatMap(outboxOf), personal),
    ...answers.flatMap(({ verb, answer }) => [
      ...found(`an answer of ${verb}`, answer, [...secrets, ...made.filter(({ name }) => name !== "ticket")]),
      ...found(`an answer of ${verb}, its ticket apart`, withoutTicket(answer), made),
      ...(showsInFull(verb, answer) ? [] : found(`an answer of ${verb}`, answer, personal)),
    ]),
  ];
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

function outboxOf(call: unknown): readonly unknown[] {
  const [change] = Array.isArray(call) ? call : [];
  const outbox = memberOf(change, "outbox");
  return Array.isArray(outbox) ? outbox : [];
}

function withoutTicket(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null ? { ...answer, ticket: "" } : answer;
}

/** Before a message goes out its typist checks the address; the host reads an account, and whose sign-in was right. */
function showsInFull(verb: string, answer: unknown): boolean {
  const step = memberOf(memberOf(answer, "registration"), "step");
  if (verb === "account" || (verb === "signIn" && memberOf(answer, "ok") === true)) return true;
  return ["identifier", "password", "captcha", "profile"].some((open) => open === step);
}

/** Every call that is given something to tell. */
const ports = [
  ...["find", "charge", "commit", "accountByKey", "account", "setPassword", "lease", "settle", "purge", "erase"].map(
    (verb) => `store.${verb}`,
  ),
  ...["limiter.hit", "limiter.clear", "hasher.hash", "hasher.verify", "hasher.outdated"],
  ...["captcha.check", "captcha.challenge", "breach.count", "mailer.send", "texter.send", "screen"],
  ...["accounts.owner", "accounts.insert", "profile.validate", "messages", "onSignal", "onEvent"],
] as const;

describe("a whole life of sign-ups", () => {
  it("tells nothing to anybody whom it is not for", async () => {
    const life = openLife();
    await live(life);
    expect(life.thrown).toEqual([]);
    expect(life.answers.length).toBeGreaterThan(45);
    expect(new Set(life.made.map(({ name }) => name))).toEqual(new Set(["ticket", "code", "link token", "hash"]));
    expect(life.signals.length).toBeGreaterThan(45);
    expect(life.events.length).toBeGreaterThan(4);
    expect(leaksOf(life)).toEqual([]);
  });

  describe.each(ports)("in which every other call of %s fails", (port) => {
    it.each(failures.map((failure, at) => [failure.how, failure, at] as const))("with %s", async (_, failure, at) => {
      const life = openLife({ port, failure, parity: at % 2 === 0 ? 1 : 0 });
      await live(life);
      expect(life.failed()).toBeGreaterThan(0);
      expect(leaksOf(life)).toEqual([]);
    });
  });
});

describe("the detector", () => {
  const canary = textCanary("secret", "vermilion tugboat nine");
  const bytes = Buffer.from("vermilion tugboat nine");
  const plants: Readonly<Record<string, unknown>> = {
    "as it is": "told vermilion tugboat nine here",
    "in capitals": "VERMILION TUGBOAT NINE",
    "in swapped case": "vERMILION tUGBOAT nINE",
    "over two lines": "vermilion\n   tugboat nine",
    "cut short": "vermilion tu...",
    "without its head": "...ugboat nine",
    reversed: [..."vermilion tugboat nine"].toReversed().join(""),
    "in hex": `0x${bytes.toString("hex")}`,
    "in hex in capitals": bytes.toString("hex").toUpperCase(),
    "as a Buffer": bytes,
    "as bytes": new Uint8Array(bytes),
    "as a list of numbers": [...bytes],
    "as a list of numbers in JSON": JSON.stringify([...bytes]),
    "in base64": bytes.toString("base64"),
    "in base64 one further": Buffer.from(`a${bytes}b`).toString("base64"),
    "in base64 two further": Buffer.from(`ab${bytes}c`).toString("base64"),
    "in base64url": Buffer.from(`{"password":"${bytes}"}`).toString("base64url"),
    "in a URL": encodeURIComponent(bytes.toString()),
    "in a form": new URLSearchParams({ p: bytes.toString() }).toString(),
    "in percent alone": [...bytes].map((byte) => `%${byte.toString(16)}`).join(""),
    "in escapes": [...bytes].map((byte) => `\\u00${byte.toString(16)}`).join(""),
    "in HTML": [...bytes].map((byte) => `&#${byte};`).join(""),
    "in an error's message": new Error(`no ${bytes}`),
    "in an error's stack": Object.assign(new Error(""), { stack: `at ${bytes}` }),
    "in a cause of a cause": new Error("", { cause: new Error("", { cause: String(bytes) }) }),
    "in an AggregateError": new AggregateError([new Error(String(bytes))]),
    "in a hidden member": Object.defineProperty({}, "hidden", { value: String(bytes) }),
    "under a symbol": { [Symbol("s")]: String(bytes) },
    "as a symbol": Symbol(String(bytes)),
    "as a name": { [String(bytes)]: 1 },
    "in a Map": new Map([["a", new Set([String(bytes)])]]),
    "in a function's member": Object.assign(() => undefined, { said: String(bytes) }),
    "by its own inspection": { [inspect.custom]: () => String(bytes) },
    "by its own JSON": { toJSON: () => String(bytes) },
    "eight levels down": { a: { a: { a: { a: { a: { a: { a: { a: String(bytes) } } } } } } } },
  };

  it.each(Object.entries(plants))("finds a secret %s", (_, plant) => {
    expect(leaksIn(allOf(plant), [canary])).toEqual(["secret"]);
  });

  it("finds none where there is none", () => {
    expect(
      leaksIn(allOf({ masked: "v***@example.com", hash: "$argon2id$v=19$m=8", at: Date.now() }), [canary]),
    ).toEqual([]);
  });

  it.each([
    [
      "a signal",
      (life: Life) =>
        life.signals.push({ at: 0, verb: "start", type: "started", masked: "canary.quillfeather@example.com" }),
    ],
    ["an answer", (life: Life) => life.answers.push({ verb: "start", answer: { ok: false, facts: secretText() } })],
    ["an error", (life: Life) => life.thrown.push(new Error("outer", { cause: new Error(secretText()) }))],
    ["the store", (life: Life) => life.stored.push([{ registration: { password: secretText() } }])],
    ["the outbox", (life: Life) => life.stored.push([{ outbox: [{ to: "+447400987123" }] }])],
    ["the limiter", (life: Life) => life.counted.push([[{ key: "caller:203.0.113.177" }]])],
    ["what was printed", () => console.error("failed:", { password: secretText() })],
    ["what was written", () => process.stderr.write(secretText())],
  ])("finds a leak planted in %s", async (_, plant) => {
    const life = openLife();
    plant(life);
    expect(leaksOf(life).length).toBeGreaterThan(0);
  });
});

const secretText = (): string => Buffer.from(secrets[0]?.bytes ?? "").toString();
