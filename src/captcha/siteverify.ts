import { createHash } from "node:crypto";
import type { Captcha, Clock } from "../ports.js";
import { askSiteverify, failure, type SiteverifyAnswer } from "./siteverify-answer.js";

/** `provider` decides what else is needed. */
export type SiteverifyOptions = {
  /** As the provider gives it, 20 characters or more. */
  readonly secret: string;
  /** Where your page is served, such as `"app.example"`: a response solved on any other host fails. */
  readonly hostnames: readonly [string, ...string[]];
  /** Whether the provider is told the visitor's address. Default false. */
  readonly sendIp?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** For a proxy on the way out, or a test. It must heed `redirect` and `signal`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Another of the provider's hosts, such as `www.recaptcha.net`; https, save on localhost. */
  readonly url?: string | undefined;
} & (
  | { readonly provider: "turnstile" }
  /** Its answers name no action; `sitekey`, which the provider compares, must then belong to the sign-up alone. */
  | { readonly provider: "hcaptcha"; readonly sitekey: string }
  /** `minScore`, above 0 and up to 1, for keys of v3 and left out for v2. v2 names no action: take keys of its own. */
  | { readonly provider: "recaptcha"; readonly minScore?: number | undefined }
);

/** Where each is asked, and how many characters its tokens may have. */
const services = {
  turnstile: { url: "https://challenges.cloudflare.com/turnstile/v0/siteverify", longest: 2_048 },
  // No maximum is documented; tokens of 2,500 and of 4,000 characters are known.
  hcaptcha: { url: "https://api.hcaptcha.com/siteverify", longest: 8_192 },
  recaptcha: { url: "https://www.google.com/recaptcha/api/siteverify", longest: 8_192 },
} as const;

// Turnstile's documents; hCaptcha and reCAPTCHA refuse a token after 120 s themselves.
const longestLifeSeconds = 300;
/** How far the provider's clock may be ahead of ours. */
const clockSkewSeconds = 60;

/**
 * Asks Turnstile, hCaptcha or reCAPTCHA about a response: one POST, three seconds at most.
 *
 * A response passes that was solved on one of `hostnames`, in the last 300 seconds, and for the action of the `check`
 * (`data-action="sign-up"` on Turnstile's widget; `sign_up` in reCAPTCHA v3, whose actions have no hyphen). Where the
 * provider cannot be reached, answers something else or finds fault with the host's own secret, `check` throws
 * ERR_CAPTCHA with a code as its cause.
 *
 * `once` is a digest of the token. Providers judge a token once; the second click of a double click is answered as the
 * first one was. Turnstile does that itself by an idempotency key, derived from the registration's id and the token. For
 * the others this process remembers what passed, so that behind several processes the second click may have to solve
 * again.
 *
 * @example
 * ```ts
 * import { siteverifyCaptcha } from "porchlight/captcha/siteverify";
 * const secret = process.env.TURNSTILE_SECRET ?? "";
 * const captcha = siteverifyCaptcha({ provider: "turnstile", secret, hostnames: ["app.example"] });
 * ```
 * @throws TypeError where an option is missing or cannot work
 */
export function siteverifyCaptcha(options: SiteverifyOptions): Captcha {
  checkOptions(options);
  const { provider, secret, sendIp = false, clock = Date, fetch = globalThis.fetch } = options;
  const { longest, url } = { ...services[provider], ...(options.url !== undefined && { url: options.url }) };
  const hostnames = new Set(options.hostnames.map((name) => name.toLowerCase()));
  const remembered = provider === "turnstile" ? undefined : passes(clock);

  return {
    async check(token, { ip, action, id }) {
      // Printable and not empty: nothing else is a token, and nothing else is sent.
      if (token.length > longest || !/^[\x21-\x7e]+$/.test(token)) return { passed: false };
      const pass = digest(JSON.stringify([id, token]));
      const form = new URLSearchParams({ secret, response: token });
      if (provider === "turnstile") form.set("idempotency_key", asUuid(pass));
      if (provider === "hcaptcha") form.set("sitekey", options.sitekey);
      if (sendIp && ip !== undefined) form.set("remoteip", ip);
      const ask = () => askSiteverify(url, form, fetch);
      const answer = await (remembered === undefined ? ask() : remembered(pass, ask));
      if (answer === undefined) return { passed: false };

      const goodForSeconds = (answer.solvedAt + longestLifeSeconds * 1000 - clock.now()) / 1000;
      const inTime = goodForSeconds > 0 && goodForSeconds <= longestLifeSeconds + clockSkewSeconds;
      const here = hostnames.has(answer.hostname?.toLowerCase() ?? "");
      const passed = isGood(options, answer, action) && inTime && here;
      return passed ? { passed, once: digest(token), goodForSeconds } : { passed: false };
    },
  };
}

/** Whether action and score are right, as far as the provider tells them. */
function isGood(options: SiteverifyOptions, { action, score }: SiteverifyAnswer, asked: string): boolean {
  switch (options.provider) {
    case "turnstile":
      return action === asked;
    case "hcaptcha":
      return true;
    case "recaptcha": {
      const { minScore } = options;
      // v3 gives a good answer to every program, with a low score: judged as v2, it would keep nobody out.
      if ((score === undefined) !== (minScore === undefined)) throw failure({ code: "OTHER_KIND_OF_RECAPTCHA_KEY" });
      if (score === undefined || minScore === undefined) return true;
      // reCAPTCHA v3, "Actions": letters, digits, slashes and underscores.
      return action === asked.replace(/[^A-Za-z0-9/_]/g, "_") && score >= minScore;
    }
  }
}

/** Each costs a solved challenge. */
const mostPasses = 10_000;

type Ask = () => Promise<SiteverifyAnswer | undefined>;

/** Remembers the answers that passed or are awaited, by registration and token, as long as the token may be good. */
function passes(clock: Clock) {
  const known = new Map<string, { readonly at: number; readonly answer: ReturnType<Ask> }>();
  return async (pass: string, ask: Ask): ReturnType<Ask> => {
    const earlier = known.get(pass);
    if (earlier !== undefined) return earlier.answer;
    const at = clock.now();
    for (const [oldest, entry] of known) {
      if (at - entry.at < (longestLifeSeconds + clockSkewSeconds) * 1000 && known.size < mostPasses) break;
      known.delete(oldest);
    }
    const answer = ask();
    known.set(pass, { at, answer });
    const forget = () => known.delete(pass);
    answer.then((found) => found ?? forget(), forget);
    return answer;
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** RFC 9562 section 5.8: version 8, whose other bits are one's own. */
function asUuid(hex: string): string {
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join("-");
}

function checkOptions(options: SiteverifyOptions): void {
  const { provider, secret, hostnames, url = services.turnstile.url } = options;
  const unless = (fits: boolean, otherwise: string) => {
    if (!fits) throw new TypeError(`siteverifyCaptcha: ${otherwise}`);
  };
  unless(Object.hasOwn(services, provider), 'provider must be "turnstile", "hcaptcha" or "recaptcha".');
  const isSecret = typeof secret === "string" && /^[\x21-\x7e]{20,}$/.test(secret);
  unless(isSecret, "secret must be the provider's, 20 characters or more without a space.");
  const areNamed = Array.isArray(hostnames) && hostnames.length > 0 && hostnames.every(isHostname);
  unless(areNamed, 'hostnames must list at least one, such as "app.example": no scheme, port or wildcard.');
  unless(isSafeUrl(url), "url must be an https URL (http only on localhost).");
  if (provider === "hcaptcha") {
    const { sitekey } = options;
    unless(
      typeof sitekey === "string" && /^[\x21-\x7e]+$/.test(sitekey),
      "sitekey must be the one of the sign-up page.",
    );
  }
  if (provider === "recaptcha") {
    const { minScore = 1 } = options;
    const isScore = typeof minScore === "number" && minScore > 0 && minScore <= 1;
    unless(isScore, "minScore must be above 0 and at most 1.");
  }
}

function isHostname(name: unknown): boolean {
  return typeof name === "string" && /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(name);
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}
