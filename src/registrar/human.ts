import type { Problem } from "../core/problem.js";
import type { Open } from "../core/registration.js";
import { PorchlightError } from "../errors.js";
import type { Caller } from "../ports.js";
import { payOnce } from "./budgets.js";
import { about, type Context } from "./context.js";

/** Turnstile's tokens end at 2,048 characters, hCaptcha's have been seen at twice that; nothing longer is passed on. */
const longestResponse = 8_192;
/**
 * How long a spent challenge is remembered: 10 minutes, twice as long as Turnstile or the proof of work is good for. It is
 * the same for every response: a counter that is asked with a shorter window forgets what it counted before that.
 */
const rememberedSeconds = 600;
/** A passed captcha counts for half an hour in its ticket. */
const humanForMs = 30 * 60_000;

export type Judged = { readonly humanUntil: number } | { readonly problem: Problem };

/**
 * Asks the captcha about a response and spends the challenge that it names, so that it opens no second registration.
 *
 * The same response passes again for the same registration, for that is a double click.
 */
export async function judge(context: Context, open: Open, response: string, from: Caller): Promise<Judged> {
  const failed: Judged = { problem: { code: "captcha_failed", field: "captcha", facts: {} } };
  const { captcha, clock } = context;
  if (captcha === undefined || response.length > longestResponse) return failed;
  const verdict = await captcha.check(response, { ip: from.ip, action: "sign-up", id: open.id });
  if (!verdict.passed) return failed;
  const { goodForSeconds } = verdict;
  // Less one second: it is forgotten only when it would be refused anyway.
  const canBeSpent = goodForSeconds > 0 && goodForSeconds <= rememberedSeconds - 1;
  if (verdict.once === "" || !canBeSpent) {
    // A challenge that cannot be named or remembered cannot be spent: the door stays shut.
    throw new PorchlightError("ERR_CAPTCHA", { cause: { code: "UNKNOWN_CHALLENGE" } });
  }
  const once = await context.pseudonym("captcha", verdict.once);
  const perSeconds = rememberedSeconds;
  const spent = await payOnce(context, { key: `${once}:${open.id}`, perSeconds }, [
    { by: "registration", key: once, max: 1, perSeconds },
  ]);
  if (spent.ok) return { humanUntil: clock.now() + humanForMs };
  context.tell({ type: "captcha_replayed", ...about(open) });
  return failed;
}
