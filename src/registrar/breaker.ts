import { confirmationsFor, mostMessages } from "../core/breaker.js";
import type { Limit } from "../ports.js";
import type { Identifier } from "../values/identifier.js";
import { type Budget, pay } from "./budgets.js";
import type { Context } from "./context.js";

const perSeconds = 60 * 60;

/**
 * The budget of an hour's messages to the country of a number, where the host asked for the breaker.
 *
 * What was confirmed is read first, and the message then paid for under the maximum that follows from it: of any number
 * of processes at once none sends one message more. A confirmation that comes between the two is counted for the next.
 */
export async function breakerBudget(context: Context, identifier: Identifier): Promise<readonly Budget[]> {
  const { rules } = context;
  if (!rules.breaker || identifier.channel !== "phone") return [];
  const { country } = identifier;
  const messages: Limit = { key: `breaker-sent:${country}`, max: mostMessages(0), perSeconds };
  const { allowed } = await context.limiter.hit([{ ...messages, cost: 0 }]);
  // In a quiet hour nobody needs to know how many were confirmed.
  if (allowed) return [{ by: "breaker", ...messages }];
  // More confirmations than the country's whole day has messages to ask for would change nothing.
  const enough = confirmationsFor(rules.smsPerCountryPerDay);
  const confirmed = await countOf(context, confirmedKey(country), enough);
  return [{ by: "breaker", ...messages, max: mostMessages(confirmed) }];
}

/** Counts a number that its code has confirmed. */
export async function countConfirmed(context: Context, identifier: Identifier): Promise<void> {
  if (!context.rules.breaker || identifier.channel !== "phone") return;
  // A max that never refuses: all are counted.
  await context.limiter.hit([{ key: confirmedKey(identifier.country), max: Number.POSITIVE_INFINITY, perSeconds }]);
}

/** Tells that a country's messages rest: once an hour while they do, whichever process refuses first. */
export async function tellPause(context: Context, country: string): Promise<void> {
  const first = await pay(context, [{ by: "breaker", key: `breaker-told:${country}`, max: 1, perSeconds }]);
  if (first.ok) context.tell({ type: "paused", channel: "phone", country });
}

const confirmedKey = (country: string): string => `breaker-confirmed:${country}`;

/** How many hits a key has, `most` where it has more. A limiter only says whether there is room for one, so this bisects. */
async function countOf(context: Context, key: string, most: number): Promise<number> {
  let [least, greatest] = [0, most];
  while (least < greatest) {
    const max = Math.ceil((least + greatest) / 2);
    const { allowed } = await context.limiter.hit([{ key, max, perSeconds, cost: 0 }]);
    if (allowed) greatest = max - 1;
    else least = max;
  }
  return least;
}
