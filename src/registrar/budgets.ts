import type { Caller, Limit } from "../ports.js";
import type { Signal } from "../signal.js";
import type { Identifier } from "../values/identifier.js";
import { callerName } from "./caller-name.js";
import type { Context } from "./context.js";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const month = 30 * day;

/** A limit, and whose it is. */
export interface Budget extends Limit {
  readonly by: (Signal & { readonly type: "limited" })["by"];
}

/** Whether there was room, and if not, after how many seconds to come again. */
export type Room =
  | { readonly ok: true }
  | { readonly ok: false; readonly retryAfterSeconds: number; readonly by: Budget["by"] };

/** Calls of one caller that has not passed a captcha yet. */
export async function callBudget(context: Context, from: Caller): Promise<readonly Budget[]> {
  const key = await callerKey(context, "calls", from);
  return [{ by: "caller", key, max: context.rules.callsPerHour, perSeconds: hour }];
}

/** Hashes for one caller, and for one registration: a solved captcha buys five. */
export async function hashBudget(context: Context, from: Caller, id: string): Promise<readonly Budget[]> {
  const key = await callerKey(context, "hashes", from);
  return [
    { by: "registration", key: `hash:${id}`, max: 5, perSeconds: 2 * hour },
    { by: "caller", key, max: context.rules.hashesPerHour, perSeconds: hour },
  ];
}

/** Questions to the host's screen or to a breach check, which may cost money: a solved captcha buys ten. */
export function askBudget(id: string): readonly Budget[] {
  return [{ by: "registration", key: `asks:${id}`, max: 10, perSeconds: day }];
}

/** Registrations of one caller that become pending. */
export async function pendingBudget(context: Context, from: Caller): Promise<readonly Budget[]> {
  const key = await callerKey(context, "pendings", from);
  return [{ by: "caller", key, max: context.rules.pendingsPerHour, perSeconds: hour }];
}

/** Messages to one address over all registrations; to a phone also what a text message costs. */
export async function sendBudget(context: Context, identifier: Identifier): Promise<readonly Budget[]> {
  const address = await context.pseudonym("address", identifier.key);
  return [
    { by: "address", key: `sends-hour:${address}`, max: 3, perSeconds: hour },
    { by: "address", key: `sends-day:${address}`, max: 5, perSeconds: day },
    ...(await smsBudget(context, identifier)),
  ];
}

/** What every text message costs, whoever it is for: its range of numbers, its country, the day. A mail costs nothing. */
export async function smsBudget(context: Context, identifier: Identifier): Promise<readonly Budget[]> {
  const { rules, channels } = context;
  if (identifier.channel !== "phone" || channels.phone === undefined) return [];
  const prefix = await context.pseudonym("prefix", identifier.key.slice(0, -4));
  const { country } = identifier;
  return [
    { by: "prefix", key: `sends-${prefix}`, max: rules.smsPerPrefixPerHour, perSeconds: hour },
    { by: "country", key: `sends-country:${country}`, max: rules.smsPerCountryPerDay, perSeconds: day },
    { by: "day", key: "sends-sms", max: channels.phone.smsPerDay, perSeconds: day },
  ];
}

/** Guesses at short codes of one address: NIST SP 800-63B-4 §3.2.2 allows 100 in a row, this is stricter. */
export async function guessBudget(context: Context, identifier: Identifier): Promise<readonly Budget[]> {
  const address = await context.pseudonym("address", identifier.key);
  return [
    { by: "address", key: `guesses-day:${address}`, max: 15, perSeconds: day },
    { by: "address", key: `guesses-month:${address}`, max: 30, perSeconds: month },
  ];
}

/** Tries to sign in: of one identifier, known or not, and of one caller. */
export async function signInBudget(context: Context, from: Caller, key: string): Promise<readonly Budget[]> {
  const address = await context.pseudonym("address", key);
  return [
    { by: "address", key: `sign-in:${address}`, max: 10, perSeconds: 15 * minute },
    { by: "address", key: `sign-in-month:${address}`, max: 100, perSeconds: month },
    { by: "caller", key: await callerKey(context, "sign-in", from), max: 30, perSeconds: 15 * minute },
  ];
}

/** The keys that count wrong tries at one identifier; a success or a new password clears them, never the caller's. */
export async function signInKeys(context: Context, key: string): Promise<readonly string[]> {
  const budgets = await signInBudget(context, { ip: undefined }, key);
  return budgets.filter(({ by }) => by === "address").map((budget) => budget.key);
}

/** The least time between two messages to one address; kept by delaying delivery, never by an answer. */
export async function spacingBudget(context: Context, identifier: Identifier): Promise<Budget> {
  const address = await context.pseudonym("address", identifier.key);
  const perSeconds = context.rules.resendAfterSeconds;
  return { by: "address", key: `spacing:${address}`, max: 1, perSeconds };
}

/** Every key that counts against an address, for support staff to clear. */
export async function addressKeys(context: Context, identifier: Identifier): Promise<readonly string[]> {
  const budgets = [
    await spacingBudget(context, identifier),
    ...(await sendBudget(context, identifier)),
    ...(await guessBudget(context, identifier)),
    ...(await signInBudget(context, { ip: undefined }, identifier.key)),
  ];
  return budgets.filter(({ by }) => by === "address").map(({ key }) => key);
}

/** Pays on all of them, or on none. */
export async function pay(context: Context, budgets: readonly Budget[]): Promise<Room> {
  const { allowed, retryAfterSeconds } = await context.limiter.hit(budgets.map(asLimit));
  if (allowed) return { ok: true };
  return { ok: false, retryAfterSeconds, by: await whoseLimit(context, budgets) };
}

/** Whether {@link pay} would have room now. Pays nothing. */
export function hasRoom(context: Context, budgets: readonly Budget[]): Promise<Room> {
  return pay(
    context,
    budgets.map((budget) => ({ ...budget, cost: 0 })),
  );
}

/**
 * Pays once for what `marker` names: whoever comes again with the same marker has paid already.
 *
 * So a double click costs one message of the address's budget, and a captcha that was passed stays passed for the
 * registration that spent it.
 */
export async function payOnce(
  context: Context,
  marker: { readonly key: string; readonly perSeconds: number },
  budgets: readonly Budget[],
): Promise<Room> {
  const mark: Budget = { by: "registration", ...marker, max: 1 };
  const room = await pay(context, [mark, ...budgets]);
  if (room.ok) return room;
  const unmarked = await context.limiter.hit([{ ...asLimit(mark), cost: 0 }]);
  return unmarked.allowed ? room : { ok: true };
}

/** One message of a registration: its `number`-th, to one address. */
interface Message {
  readonly id: string;
  readonly number: number;
  readonly to: Identifier;
}

/** Pays for one message of a registration: once, however often its request is repeated. */
export async function payForMessage(context: Context, message: Message, budgets: readonly Budget[]): Promise<Room> {
  return payOnce(context, await markerOf(context, message), [ownBudget(context, message), ...budgets]);
}

/** Pays for the notice of an activation, where it goes by text message: once, however often it is tried. */
export async function payForNotice(context: Context, id: string, to: Identifier): Promise<Room> {
  const budgets = await smsBudget(context, to);
  return budgets.length === 0 ? { ok: true } : payOnce(context, { key: `notice:${id}`, perSeconds: day }, budgets);
}

/** Whether {@link payForMessage} would have room now, or has been paid already. Pays nothing. */
export async function hasRoomForMessage(context: Context, message: Message, budgets: readonly Budget[]): Promise<Room> {
  const room = await hasRoom(context, [ownBudget(context, message), ...budgets]);
  if (room.ok) return room;
  const marker: Limit = { ...(await markerOf(context, message)), max: 1, cost: 0 };
  const unmarked = await context.limiter.hit([marker]);
  return unmarked.allowed ? room : { ok: true };
}

/** A forked ticket may try many addresses before its first commit: one captcha spends a registration's worth at most. */
function ownBudget(context: Context, { id }: Message): Budget {
  return { by: "registration", key: `messages:${id}`, max: context.rules.sendsPerRegistration, perSeconds: day };
}

async function markerOf(context: Context, { id, number, to }: Message): Promise<Pick<Limit, "key" | "perSeconds">> {
  return { key: `sent:${id}:${number}:${await context.pseudonym("address", to.key)}`, perSeconds: day };
}

function asLimit({ key, max, perSeconds, cost }: Budget): Limit {
  return { key, max, perSeconds, cost };
}

/** For the signal alone: the limiter says that one refused, not which. */
async function whoseLimit(context: Context, budgets: readonly Budget[]): Promise<Budget["by"]> {
  for (const budget of budgets) {
    const { allowed } = await context.limiter.hit([{ ...asLimit(budget), cost: 0 }]);
    if (!allowed) return budget.by;
  }
  return "address";
}

async function callerKey(context: Context, what: string, from: Caller): Promise<string> {
  return `${what}:${await context.pseudonym("caller", callerName(from.ip))}`;
}
