import { inspect } from "node:util";
import type { Event } from "../../src/core/registration.js";
import { argon2Hasher } from "../../src/hasher/argon2.js";
import type { Caller, Captcha, Limiter, StandardSchema, Store } from "../../src/ports.js";
import { createRegistrar, type Registrar } from "../../src/registrar/registrar.js";
import type { Signal } from "../../src/signal.js";
import { type TestPorts, testPorts } from "../../src/testing/index.js";
import type { Channel } from "../../src/values/identifier.js";
import { type Canary, textCanary } from "./canaries.js";
import type { Failure } from "./canary-failures.js";
import { wrapped } from "./recorded-ports.js";

export const mail = "canary.quillfeather@example.com";
export const otherMail = "ochre.lampwright@example.org";
export const phone = "+447400987123";
export const password = "vermilion tugboat nine cranes";
export const newPassword = "cobalt zeppelin four herons";
const wrongPassword = "ochre dirigible seven storks";
const confirmation = "magenta gondola eight ravens";
const response = "captcha-response-hazel-lantern";
const challenge = "captcha-challenge-birch-candle";
const profileName = "Wilhelmina Thistledown";
const metadata = { invitation: "invitation-juniper-sparrow" };
export const from: Caller = { ip: "203.0.113.177", locale: "en" };
const fromIpv6: Caller = { ip: "2001:db8:ca11:ab1e:7e57:c0de:d15c:0b01", locale: "de" };

const bytes = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => (seed * 37 + at * 101 + at * at) % 251);
export const keys = {
  seal: "k2",
  known: [
    { id: "k1", secret: bytes(1) },
    { id: "k2", secret: bytes(2) },
  ],
  pseudonym: bytes(3),
} as const;
export const pepper = { seal: "p1", known: [{ id: "p1", secret: bytes(4) }] } as const;

const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const { d = "", ...publicPart } = await crypto.subtle.exportKey("jwk", made.privateKey);
const privateKey = await crypto.subtle.importKey(
  "jwk",
  { ...publicPart, d, key_ops: ["sign"] },
  { name: "ECDSA", namedCurve: "P-256" },
  false,
  ["sign"],
);
const receipts = { id: "r1", alg: "ES256", privateKey, issuer: "https://app.example", audience: "shop" } as const;

/** What nobody but its owner may read anywhere. */
export const secrets: readonly Canary[] = [
  textCanary("password", password),
  textCanary("new password", newPassword),
  textCanary("wrong password", wrongPassword),
  textCanary("confirmation", confirmation),
  textCanary("captcha response", response),
  textCanary("captcha challenge", challenge),
  textCanary("IPv4 address", from.ip ?? ""),
  textCanary("IPv6 address", fromIpv6.ip ?? ""),
  { name: "key 1", bytes: keys.known[0].secret },
  { name: "key 2", bytes: keys.known[1].secret },
  { name: "pseudonym key", bytes: keys.pseudonym },
  { name: "pepper", bytes: pepper.known[0].secret },
  { name: "receipt key", bytes: Buffer.from(d, "base64url") },
];

/** What the store keeps, and nobody else sees in full. */
export const personal: readonly Canary[] = [
  textCanary("e-mail", mail),
  textCanary("local part", "canary.quillfeather"),
  textCanary("other e-mail", otherMail),
  textCanary("phone", phone),
  textCanary("phone without its plus", phone.slice(1)),
  textCanary("national number", phone.slice(3)),
  textCanary("profile", profileName),
  textCanary("metadata", metadata.invitation),
];

/** Which calls of a port fail, and how. */
export interface Plan {
  readonly port: string;
  readonly failure: Failure;
  /** Of its calls, the ones with this remainder by two; the others go well, so that life goes on. */
  readonly parity: 0 | 1;
}

/** Everything that could be seen of a life from anywhere. */
export interface Life {
  readonly registrar: Registrar<Channel, unknown>;
  readonly ports: TestPorts;
  readonly signals: Signal[];
  readonly events: Event[];
  readonly answers: { readonly verb: string; readonly answer: unknown }[];
  readonly thrown: unknown[];
  /** All that was put to the store, as it was then. */
  readonly stored: unknown[];
  /** All that was put to the limiter. */
  readonly counted: unknown[];
  /** Codes, tokens and tickets that were made meanwhile. */
  readonly made: Canary[];
  readonly failed: () => number;
}

const schema: StandardSchema<unknown> = {
  "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value }) },
};

interface Brought {
  readonly store?: Store;
  readonly limiter?: Limiter;
}

/** What gives no promise throws at once, whatever the plan says. */
const synchronous: readonly string[] = ["hasher.outdated", "messages"];

/** A registrar of every port there is, each of which may fail as planned. */
export function openLife(plan?: Plan, brought: Brought = {}): Life {
  const ports = testPorts();
  const signals: Signal[] = [];
  const events: Event[] = [];
  const stored: unknown[] = [];
  const counted: unknown[] = [];
  let calls = 0;
  let failed = 0;
  const quoted = (given: readonly unknown[]): string =>
    [
      inspect(given, { depth: 8 }),
      ...[...secrets, ...personal].map((canary) => Buffer.from(canary.bytes).toString()),
    ].join(" ");
  /** What happens at a call of a port that may be the one that fails. */
  const at = (name: string, given: readonly unknown[], go: () => unknown): unknown => {
    if (plan?.port !== name) return go();
    calls += 1;
    if (calls % 2 !== plan.parity) return go();
    failed += 1;
    const { of, sync } = plan.failure;
    if (sync || synchronous.includes(name)) throw of(quoted(given));
    return Promise.reject(of(quoted(given)));
  };
  const brittle = <T extends object>(name: string, port: T): T =>
    wrapped(name, port, ({ verb, given }, go) => at(`${name}.${verb}`, given, go));
  const noted = <T extends object>(name: string, port: T, list: unknown[]): T =>
    wrapped(name, port, ({ given }, go) => {
      list.push(given.map((one) => withoutFunctions(one)));
      return go();
    });
  const captcha: Captcha = {
    check: async (typed, { id }) =>
      typed === response ? { passed: true, once: `${challenge} of ${id}`, goodForSeconds: 300 } : { passed: false },
    challenge: async () => ({ site: "key" }),
  };
  const hasher = argon2Hasher({ memoryKiB: 8, passes: 1, parallelism: 1, pepper, unsafeTestParams: true });
  const call =
    <T>(name: string, answer: T) =>
    async (...given: readonly unknown[]): Promise<T> => {
      await at(name, given, () => undefined);
      return answer;
    };
  const registrar = createRegistrar<Channel, unknown, unknown>({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: {
        mailer: brittle("mailer", ports.mailer),
        activationUrl: "https://app.example/activate#t={token}",
        by: ["link", "code"],
      },
      phone: { texter: brittle("texter", ports.texter), countries: ["GB"], smsPerDay: 1_000 },
    },
    store: noted("store", brittle("store", brought.store ?? ports.store), stored),
    limiter: noted("limiter", brittle("limiter", brought.limiter ?? ports.limiter), counted),
    hasher: brittle("hasher", hasher),
    captcha: brittle("captcha", captcha),
    breach: { count: call("breach.count", 0) },
    screen: call("screen", "pass"),
    accounts: { owner: call("accounts.owner", null), insert: call("accounts.insert", undefined) },
    profile: brittle("profile", { "~standard": brittle("profile", schema["~standard"]) }),
    keys,
    receipts,
    clock: ports.clock,
    delivery: "manual",
    messages: { en: { activation: { subject: (words) => `${at("messages", [words], () => "Your account")}` } } },
    rules: { smsDigits: 10, mailDigits: 10 },
    onSignal: (signal) => {
      signals.push(signal);
      return at("onSignal", [signal], () => undefined);
    },
    onEvent: async (event) => {
      events.push(event);
      await at("onEvent", [event], () => undefined);
    },
    unsafeSingleProcess: true,
  });
  return {
    registrar,
    ports,
    signals,
    events,
    stored,
    counted,
    answers: [],
    thrown: [],
    made: [],
    failed: () => failed,
  };
}

function withoutFunctions(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return structuredClone(Object.fromEntries(Object.entries(value).filter(([, part]) => typeof part !== "function")));
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const page = { password, confirmation: password, captcha: response, profile: { name: profileName } };

/** Whoever fails, the next visitor comes: every verb, each with what it must not tell. `afterEach` looks on. */
export async function live(life: Life, afterEach: () => Promise<void> = async () => undefined): Promise<void> {
  const { registrar, ports, made, answers, thrown } = life;
  const take = async <T>(verb: string, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await call();
      answers.push({ verb, answer });
      return answer;
    } catch (error) {
      thrown.push(error);
      return undefined;
    } finally {
      noteSecrets();
      await afterEach();
    }
  };
  /** Whatever a message carries is a secret from now on. */
  const noteSecrets = (): void => {
    for (const hash of JSON.stringify(life.stored).match(/\$argon2id\$[^"]+/g) ?? []) note("hash", hash);
    for (const letter of [...ports.mailer.sent, ...ports.texter.sent]) {
      if (letter.kind !== "activation") continue;
      const token = letter.link?.split("#t=")[1];
      note("code", letter.code);
      note("link token", token);
    }
  };
  const note = (name: string, value: string | undefined): void => {
    if (value !== undefined && !made.some(({ bytes }) => Buffer.from(bytes).toString() === value))
      made.push(textCanary(name, value));
  };
  const ticketOf = (answer: { readonly ticket?: string } | undefined): string => {
    note("ticket", answer?.ticket);
    return answer?.ticket ?? "";
  };
  const newest = (to: string) => {
    const letter = [...ports.mailer.sent, ...ports.texter.sent].findLast(
      (one) => one.to === to && one.kind === "activation",
    );
    return letter?.kind === "activation" ? { code: letter.code, token: letter.link?.split("#t=")[1] } : {};
  };
  const deliver = () => take("deliver", () => registrar.deliver());
  const start = (fields: object, caller = from) => take("start", () => registrar.start(fields, caller, metadata));

  // Typos, and secrets where they do not belong.
  await start({ email: mail, ...page, confirmation });
  await start({ email: `${mail} ${mail}`, password: `${password}\0`, confirmation: password });
  await start({ email: password, password: mail, confirmation: mail, captcha: { response } });
  await start({ hint: password, phone, email: mail, ...page });
  await start({ email: mail, ...page, captcha: `${response}!` });
  await take("challenge", () => registrar.challenge(from));
  await take("status", () => registrar.status(password, from));

  // Page after page by phone, a wrong code, then by mail instead.
  let ticket = ticketOf(await start({ phone }));
  ticket =
    ticketOf(await take("submit", () => registrar.submit(ticket, { password, confirmation: password }, from))) ||
    ticket;
  ticket = ticketOf(await take("submit", () => registrar.submit(ticket, { ...page }, from))) || ticket;
  await deliver();
  await take("confirm", () => registrar.confirm(ticket, { code: "0000000000" }, from));
  await take("confirm", () => registrar.confirm(ticket, { code: password }, from));
  ports.clock.advance(minute);
  ticket = ticketOf(await take("resend", () => registrar.resend(ticket, from))) || ticket;
  await deliver();
  ticket = ticketOf(await take("change", () => registrar.change(ticket, { email: mail }, from))) || ticket;
  await deliver();
  const { token } = newest(mail);
  await take("inspect", () => registrar.inspect(token, { ticket }, from));
  await take("inspect", () => registrar.inspect(`${token}x`, { ticket }, from));
  await take("activate", () => registrar.activate(token, {}, from));
  await take("activate", () => registrar.activate(token, { password: wrongPassword }, from));
  await take("activate", () => registrar.activate(token, { password }, from));
  await deliver();
  await take("activate", () => registrar.activate(token, { ticket }, from));
  await take("status", () => registrar.status(ticket, from));

  // Somebody else with the same address, who disowns and cancels.
  ports.clock.advance(hour);
  let rival = ticketOf(
    await start({ email: mail, ...page, password: newPassword, confirmation: newPassword }, fromIpv6),
  );
  await deliver();
  rival = ticketOf(await take("submit", () => registrar.submit(rival, { email: mail, ...page }, fromIpv6))) || rival;
  await take("disown", () => registrar.disown(newest(mail).token, fromIpv6));
  await take("cancel", () => registrar.cancel(rival, fromIpv6));

  // A code that comes through, and one that is late.
  const third = ticketOf(await start({ email: otherMail, ...page }));
  await deliver();
  await take("confirm", () => registrar.confirm(third, { code: newest(otherMail).code }, from));
  await deliver();
  const fourth = ticketOf(await start({ phone, ...page }));
  ports.clock.advance(11 * minute);
  await deliver();
  await take("confirm", () => registrar.confirm(fourth, { code: newest(phone).code }, from));

  // Signing in, a new password, and the end of all.
  for (const typed of [wrongPassword, password, password])
    await take("signIn", () => registrar.signIn({ identifier: mail, password: typed }, from));
  await take("signIn", () => registrar.signIn({ identifier: password, password: mail }, from));
  const id = life.signals.find(({ type }) => type === "activated")?.accountId ?? "nobody";
  for (const typed of ["short", newPassword, newPassword])
    await take("setPassword", () => registrar.setPassword(id, { password: typed, confirmation: typed }));
  await take("account", () => registrar.account(id));
  await take("account", () => registrar.account(id));
  const identifier = { channel: "email", address: mail, key: mail } as const;
  for (const _ of [1, 2]) await take("clearLimits", () => registrar.clearLimits(identifier));
  for (const _ of [1, 2]) await take("erase", () => registrar.erase(identifier));
  ports.clock.advance(26 * hour);
  await deliver();
  for (const _ of [1, 2]) await take("purge", () => registrar.purge());
  for (const _ of [1, 2]) await take("ready", () => registrar.ready());
  for (const _ of [1, 2]) await take("challenge", () => registrar.challenge(from));
  await registrar.close();
}
