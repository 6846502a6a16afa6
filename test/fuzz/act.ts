import type { Caller } from "porchlight";
import type { Call, VerbName } from "./calls.js";
import { origin, type Stage, type World } from "./world.js";

/** What came of a call: an answer, a response, or what was thrown. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: unknown }
  | { readonly kind: "response"; readonly response: Response; readonly body: string }
  | { readonly kind: "thrown"; readonly error: unknown };

const linkVerbs: ReadonlySet<VerbName> = new Set(["inspect", "activate", "disown"]);

/** Whether a verb is handed a link, where the others are handed a ticket or nothing. */
export const takesLink = (verb: VerbName): boolean => linkVerbs.has(verb);

/** Makes a call at its stage. `fields` are made before, so that the judge knows what was given. */
export async function act(world: World, call: Call, stage: Stage, fields: unknown): Promise<Outcome> {
  const { verb, hand, way } = call;
  const handed = hand.forge ? hand.forge(world.loot) : takesLink(verb) ? stage.link : stage.ticket;
  try {
    if (way !== "call") return await post(world, call, handed, fields);
    return { kind: "answer", answer: await inProcess(world, call, handed, fields) };
  } catch (error) {
    return { kind: "thrown", error };
  }
}

async function inProcess({ house, accountId }: World, call: Call, handed: unknown, fields: unknown): Promise<unknown> {
  const { registrar } = house;
  const from = { ip: "198.51.100.2", locale: call.locale.make() };
  const arguments_: Readonly<Record<VerbName, readonly unknown[]>> = {
    start: [fields, from],
    submit: [handed, fields, from],
    change: [handed, fields, from],
    resend: [handed, from],
    confirm: [handed, fields, from],
    cancel: [handed, from],
    status: [handed, from],
    inspect: [handed, fields, from],
    activate: [handed, fields, from],
    disown: [handed, from],
    signIn: [fields, from],
    setPassword: [accountId, fields],
  };
  const { [call.verb]: verb } = registrar;
  return await Reflect.apply(verb, registrar, arguments_[call.verb]);
}

/** What a cookie's value can be at all; other tickets are sent in the body. */
const cookieValue = /^[\x21-\x3a\x3c-\x7e]*$/;

async function post(world: World, call: Call, handed: unknown, fields: unknown): Promise<Outcome> {
  const { verb, way } = call;
  const headers = new Headers({ "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" });
  const locale = headerValue(call.locale.make());
  if (locale !== undefined) headers.set("Accept-Language", locale);
  const token = takesLink(verb) ? { token: handed } : {};
  const byCookie = way === "cookie" && (typeof handed === "string" ? cookieValue.test(handed) : handed === undefined);
  if (byCookie && !takesLink(verb) && typeof handed === "string") headers.set("Cookie", `__Host-porchlight=${handed}`);
  const ticket = byCookie || takesLink(verb) || verb === "start" || verb === "signIn" ? {} : { ticket: handed };
  const body = JSON.stringify(isObject(fields) ? withOwn(withOwn({}, fields), { ...token, ...ticket }) : fields);
  const path = verb === "signIn" ? "sign-in" : verb;
  return await ask(world, byCookie ? "cookie" : "body", `/registration/${path}`, { method: "POST", headers, body });
}

/** Sends a request to a site of the world and reads all that comes back. */
export async function ask(world: World, site: "cookie" | "body", path: string, init: RequestInit): Promise<Outcome> {
  const response = await world.site[site](new Request(`${origin}${path}`, init));
  return { kind: "response", response, body: await response.text() };
}

/** What no header can carry never reaches a handler. */
function headerValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    new Headers({ "Accept-Language": value });
    return value;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Own members only, `__proto__` among them. */
function withOwn(into: object, from: object): object {
  for (const [name, value] of Object.entries(from)) {
    Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return into;
}

/** A caller who reads English. */
export const reader: Caller = { ip: "198.51.100.3", locale: "en" };
