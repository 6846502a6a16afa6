import type { RefusalReason } from "../core/problem.js";
import type { Clock, Screen } from "../ports.js";
import { domainOf } from "./domain-of.js";

/** What is used of a `Resolver` of `node:dns/promises`. Rejects with a `code`: `ENOTFOUND`, `ENODATA`, or what went wrong. */
export interface MailResolver {
  resolveMx(domain: string): Promise<readonly { readonly exchange: string }[]>;
  resolve4(domain: string): Promise<readonly string[]>;
  resolve6(domain: string): Promise<readonly string[]>;
}

export interface MxOptions {
  /** How long all questions about one domain may take together, above 0 and up to 4: a screen has five. Default 3. */
  readonly seconds?: number | undefined;
  /** How long an answer is remembered, 1 to 86,400. Default 600: who mends his DNS can sign up soon. */
  readonly rememberSeconds?: number | undefined;
  /** Hears of each domain that nothing is known of, and so passed. Never of an address. */
  readonly onUnknown?: ((about: { readonly domain: string; readonly code: string }) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Domains that are remembered, the newest ones; each costs whoever fills this a part of a solved captcha. */
const mostDomains = 10_000;

/**
 * Refuses mail addresses whose domain takes no mail, with the reason `email_unreachable`: most of them are typos.
 *
 * Refused are a domain that does not exist, one that says by a null MX that it takes none (RFC 7505), and one with neither
 * MX nor address. A domain without MX but with an address takes mail there (RFC 5321 section 5.1), and passes. Where DNS
 * fails, or is too slow, everybody passes: that a mailbox exists is for the activation to show.
 *
 * Asks about A-labels only, and once for all who ask at the same time.
 *
 * @example
 * ```ts
 * import { Resolver } from "node:dns/promises";
 * import { mxScreen } from "porchlight/screen/mx";
 * const screen = mxScreen(new Resolver({ timeout: 1_000, tries: 2 }));
 * ```
 *
 * @throws TypeError for options that cannot work
 */
export function mxScreen(resolver: MailResolver, options: MxOptions = {}): Screen {
  const { seconds = 3, rememberSeconds = 600, onUnknown, clock = Date } = options;
  if (typeof resolver?.resolveMx !== "function")
    throw new TypeError("mxScreen: needs a resolver, such as `new Resolver()` of node:dns/promises.");
  if (!(seconds > 0 && seconds <= 4)) throw new TypeError("mxScreen: seconds must be above 0, and 4 at most.");
  if (!(rememberSeconds >= 1 && rememberSeconds <= 86_400))
    throw new TypeError("mxScreen: rememberSeconds must be 1 to 86,400.");

  const remembered = new Map<string, Remembered>();
  const rememberMs = rememberSeconds * 1000;

  /** Undefined where nobody knows. */
  function takesMail(domain: string): Promise<boolean | undefined> {
    const now = clock.now();
    const known = remembered.get(domain);
    // A clock that was set back makes nothing last longer.
    if (known !== undefined && now < known.until && known.until - now <= rememberMs) return known.answer;
    const answer = within(seconds, ask(resolver, domain)).catch((error: unknown) => {
      // Not remembered: the next one asks again.
      if (remembered.get(domain) === entry) remembered.delete(domain);
      tell(domain, codeOf(error));
      return undefined;
    });
    const entry = { answer, until: now + rememberMs };
    remembered.delete(domain);
    remembered.set(domain, entry);
    for (const [oldest] of remembered) {
      if (remembered.size <= mostDomains) break;
      remembered.delete(oldest);
    }
    return answer;
  }

  function tell(domain: string, code: string): void {
    try {
      onUnknown?.({ domain, code });
    } catch {
      // Best effort, as of any signal: a listener that throws keeps nobody out.
    }
  }

  const reason: RefusalReason = "email_unreachable";
  return async ({ identifier }) => {
    const domain = domainOf(identifier);
    if (domain === undefined || (await takesMail(domain)) !== false) return "pass";
    return { refuse: reason, field: identifier.channel };
  };
}

interface Remembered {
  readonly answer: Promise<boolean | undefined>;
  readonly until: number;
}

async function ask(resolver: MailResolver, domain: string): Promise<boolean> {
  const exchanges = await recordsOf(() => resolver.resolveMx(domain));
  // RFC 8020: where a name does not exist, it has no records of any kind.
  if (exchanges === undefined) return false;
  // RFC 7505 section 3: the root as the one exchange. Node gives it as an empty name.
  if (exchanges.length > 0) return exchanges.some(({ exchange }) => exchange !== "" && exchange !== ".");
  const addresses = await Promise.allSettled([
    recordsOf(() => resolver.resolve4(domain)),
    recordsOf(() => resolver.resolve6(domain)),
  ]);
  const found = addresses.some((one) => one.status === "fulfilled" && one.value !== undefined && one.value.length > 0);
  const lost = addresses.find((one) => one.status === "rejected");
  if (!found && lost !== undefined) throw lost.reason;
  return found;
}

/** Undefined where there is no such name, empty where it has no such records; anything else is thrown. */
async function recordsOf<T>(lookUp: () => Promise<readonly T[]>): Promise<readonly T[] | undefined> {
  try {
    return await lookUp();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOTFOUND") return undefined;
    if (code === "ENODATA") return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject({ code: "ETIMEDOUT" }), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
