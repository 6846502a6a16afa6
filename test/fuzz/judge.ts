import { isDeepStrictEqual } from "node:util";
import { PorchlightError } from "porchlight";
import { type Outcome, takesLink } from "./act.js";
import type { Call } from "./calls.js";
import type { Stage, World } from "./world.js";

/** What a call came to that it must not. */
export class Finding extends Error {
  constructor(what: string, call: unknown) {
    super(`${what}: ${JSON.stringify(call, (_, value: unknown) => (typeof value === "function" ? undefined : value))}`);
    this.name = "Finding";
  }
}

/** Problems of what was handed in, which are told without asking anybody. */
const ofInput =
  /^(field_|email_|phone_|password_(too|malformed|common|guessable)|confirmation_|channel_|consent_|profile_|ticket_invalid|link_invalid)/;

interface Told {
  readonly ok?: unknown;
  readonly problems?: readonly { readonly code: string }[];
}

/** Checks everything that must be true of one call; throws a {@link Finding}. */
export function judge(
  world: World,
  made: { readonly call: Call; readonly stage: Stage; readonly fields: unknown; readonly keysBefore: number },
  outcome: Outcome,
): void {
  const { call, stage, fields } = made;
  const fail = (what: string): never => {
    throw new Finding(what, { ...call, step: stage.step });
  };
  expectUnpolluted(fail);
  const { text, value } = read(outcome, fail);
  const repeated = repeatedSecret(text, fields);
  if (repeated !== undefined) fail(`the answer repeats ${repeated.slice(0, 60)}`);

  const codes = value.problems?.map(({ code }) => code) ?? [];
  // What is missing refuses nothing of the rest: a page that left its profile empty keeps captcha and password.
  const refused = codes.every((code) => ofInput.test(code)) && codes.some((code) => !code.endsWith("_missing"));
  if (call.certain) {
    if (mustRefuse(call, stage) && value.ok === true) fail("it was not refused");
    if (isForgedTicket(call) && outcome.kind === "answer" && !codes.includes("ticket_invalid"))
      fail(`it heard ${codes}`);
    if (isForgedLink(call) && value.ok === true && call.verb !== "disown") fail("the forged link was taken");
  }
  if (!call.certain && !refused) return;
  expectNoWork(world, made, fail);
}

function read(outcome: Outcome, fail: (what: string) => never): { readonly text: string; readonly value: Told } {
  switch (outcome.kind) {
    case "thrown":
      return fail(saidBy(outcome.error));
    case "answer":
      return readAnswer(outcome.answer, fail);
    case "response":
      return readResponse(outcome, fail);
  }
}

/** Memory ports do not fail: whatever is thrown here was not refused, and is no fault of a port either. */
function saidBy(error: unknown): string {
  if (error instanceof PorchlightError) return `it threw ${error.code}`;
  return `it threw ${error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)}`;
}

function expectUnpolluted(fail: (what: string) => never): void {
  const added = [...Object.keys(Object.prototype), ...Object.keys(Array.prototype), ...Object.keys(Function.prototype)];
  if (added.length > 0 || Reflect.get({}, "polluted") !== undefined) fail("a prototype was polluted");
}

/** Plain data: the same through a clone and through JSON, save what is undefined. */
function readAnswer(answer: unknown, fail: (what: string) => never): { readonly text: string; readonly value: Told } {
  if (typeof answer !== "object" || answer === null) return fail("it answered nothing");
  const text = JSON.stringify(answer);
  const value: Told = JSON.parse(text);
  if (!isDeepStrictEqual(structuredClone(answer), value)) fail("the answer is no plain data");
  return { text, value };
}

const stack = /\bat [^ ]+ \(|node_modules|\.[jt]s:\d/;
const cookie = /^__Host-porchlight=[A-Za-z0-9_.-]*; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/;

function readResponse(
  { response, body }: Outcome & { readonly kind: "response" },
  fail: (what: string) => never,
): { readonly text: string; readonly value: Told } {
  const { status, headers } = response;
  if (status >= 500) fail(`it answered ${status} ${body.slice(0, 200)}`);
  if (headers.get("cache-control") !== "no-store") fail("the answer may be kept");
  for (const set of headers.getSetCookie()) if (!cookie.test(set)) fail(`it sets ${set.slice(0, 80)}`);
  if (stack.test(body)) fail(`it shows a stack: ${body.slice(0, 200)}`);
  if (status === 204) return { text: "", value: {} };
  const value: Told & { readonly status?: unknown; readonly code?: unknown } = JSON.parse(body);
  if (status < 400) return { text: body, value };
  if (headers.get("content-type") !== "application/problem+json") fail("a refusal is no problem+json");
  if (value.status !== status || typeof value.code !== "string") fail(`a refusal says ${body.slice(0, 200)}`);
  return { text: body, value };
}

/** Where an unfinished sign-up or nothing at all is behind the ticket, bad fields are refused; a pointer's page is told whatever they are. */
function mustRefuse({ verb, hand }: Call, { step }: Stage): boolean {
  if (verb === "disown" || verb === "inspect") return false;
  if (hand.forge === undefined && verb === "submit")
    return ["identifier", "password", "captcha", "none"].includes(step);
  return true;
}

const isForged = ({ hand }: Call): boolean => hand.forge !== undefined;
const isForgedTicket = (call: Call): boolean => isForged(call) && !takesLink(call.verb);
const isForgedLink = (call: Call): boolean => isForged(call) && takesLink(call.verb);

/** Refused input may read the limiter, look up its own ticket's or link's row once, and nothing else. */
function expectNoWork(
  world: World,
  { call, stage, keysBefore }: { readonly call: Call; readonly stage: Stage; readonly keysBefore: number },
  fail: (what: string) => never,
): void {
  const calls = world.house.calls.filter(({ port }) => port !== "limiter").map(({ port, verb }) => `${port}.${verb}`);
  const points = !["none", "identifier", "password", "captcha"].includes(stage.step) || takesLink(call.verb);
  const looked = call.verb === "setPassword" ? "store.account" : "store.find";
  const mayLook = call.verb === "setPassword" || (!isForged(call) && points);
  if (calls.length > (mayLook ? 1 : 0) || calls.some((one) => one !== looked)) fail(`it called ${calls.join(", ")}`);
  const newKeys = [...world.keys].slice(keysBefore);
  // The caller's own, if any: whatever a stranger types, no counter of his making comes of it.
  if (newKeys.length > 1 || newKeys.some((key) => !/^calls:caller:[\w-]{22}$/.test(key))) fail(`it counts ${newKeys}`);
}

/** What anybody is shown: the address of a world's unfinished sign-up, in full and masked, and its schema's own words. */
const everyones = "ada@example.com a***@example.com Invalid input: expected string, received undefined";
const hidden = new Set(["password", "confirmation", "captcha", "code"]);

/** What was given as a secret and nowhere else, and stands in the answer. */
function repeatedSecret(answer: string, fields: unknown): string | undefined {
  try {
    if (typeof fields !== "object" || fields === null) return undefined;
    const entries = Object.entries(fields);
    return entries
      .filter(([name]) => hidden.has(name))
      .flatMap(([, value]) => (typeof value === "string" && value.length >= 8 ? [value] : []))
      .map((value) => JSON.stringify(value).slice(1, -1))
      .filter((value) => answer.includes(value))
      .find((value) => ![everyones, ...entries.flatMap(openly)].some((said) => said.includes(value)));
  } catch {
    // What throws when it is read was read by nobody.
    return undefined;
  }
}

/** Names are repeated where they are unknown, and an address is shown to who typed it. */
function openly([name, value]: readonly [string, unknown]): readonly string[] {
  return hidden.has(name) ? [name] : [name, JSON.stringify(value) ?? ""];
}
