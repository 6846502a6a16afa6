import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { SiteverifyOptions } from "../../../src/captcha/siteverify.js";
import { type FixedClock, fixedClock } from "../../../src/testing/clock.js";
import { openPort } from "./open-port.js";

// The protocols as the providers' documents had them in November 2026:
// - Cloudflare Docs, Turnstile, "Server-side validation" (parameters, idempotency, answers, error codes);
// - hCaptcha, "Developer Guide", "Verify the User Response Server Side" and "Siteverify Error Codes Table";
// - Google, reCAPTCHA, "Verifying the user's response" and "reCAPTCHA v3".
// Of each, what an honest caller and a dishonest visitor get to see.

/** v2 and v3 differ in what they tell. */
export type Kind = "turnstile" | "hcaptcha" | "recaptcha-v2" | "recaptcha-v3";

export const secret = "a-secret-of-the-provider-0123456789";
export const sitekey = "10000000-ffff-ffff-ffff-000000000001";

export interface Token {
  readonly hostname?: string | undefined;
  readonly action?: string | undefined;
  readonly score?: number | undefined;
  readonly sitekey?: string | undefined;
  /** In milliseconds from now. */
  readonly solvedIn?: number | undefined;
}

export interface ProviderDouble {
  readonly clock: FixedClock;
  readonly requests: readonly { readonly method: string; readonly type: string; readonly form: URLSearchParams }[];
  /** What a host says to be judged by this double. */
  readonly options: SiteverifyOptions;
  /** What the widget of a page hands to a visitor who solved it. */
  issue(token?: Token): string;
  /** From now on every request is answered like this. */
  answer(how: (response: ServerResponse, request: IncomingMessage) => void): void;
  close(): Promise<void>;
}

/** How long a token is good for, in seconds, and the words for one that is not, and for one that was judged before. */
const rules = {
  turnstile: { seconds: 300, expired: "timeout-or-duplicate", seen: "timeout-or-duplicate" },
  hcaptcha: { seconds: 120, expired: "expired-input-response", seen: "already-seen-response" },
  "recaptcha-v2": { seconds: 120, expired: "timeout-or-duplicate", seen: "timeout-or-duplicate" },
  "recaptcha-v3": { seconds: 120, expired: "timeout-or-duplicate", seen: "timeout-or-duplicate" },
} as const;

/** Starts a provider on loopback. `patient` leaves it to the caller to judge a token's age. */
export async function providerDouble(kind: Kind, { patient = false } = {}): Promise<ProviderDouble> {
  const clock = fixedClock();
  const tokens = new Map<string, { readonly token: Token; readonly solvedAt: number; judgedFor?: string }>();
  const requests: { method: string; type: string; form: URLSearchParams }[] = [];
  let answerOtherwise: ((response: ServerResponse, request: IncomingMessage) => void) | undefined;

  const judge = (form: URLSearchParams): object => {
    const refuse = (code: string) => ({ success: false, "error-codes": [code] });
    if (form.get("secret") !== secret)
      return refuse(form.has("secret") ? "invalid-input-secret" : "missing-input-secret");
    const found = tokens.get(form.get("response") ?? "");
    if (found === undefined) return refuse("invalid-input-response");
    const { token, solvedAt } = found;
    if (kind === "hcaptcha" && (token.sitekey ?? sitekey) !== form.get("sitekey"))
      return refuse("invalid-input-response");
    // A key pair of reCAPTCHA v2 knows no tokens of another.
    if (kind === "recaptcha-v2" && (token.sitekey ?? sitekey) !== sitekey) return refuse("invalid-input-response");
    if (!patient && clock.now() - solvedAt >= rules[kind].seconds * 1000) return refuse(rules[kind].expired);
    const key = form.get("idempotency_key") ?? "";
    if (found.judgedFor !== undefined && (key === "" || key !== found.judgedFor)) return refuse(rules[kind].seen);
    found.judgedFor = key;
    const { hostname = "app.example", action = kind === "recaptcha-v3" ? "sign_up" : "sign-up", score = 0.9 } = token;
    const challenge_ts = stampOf(kind, solvedAt);
    if (kind === "turnstile") return { success: true, "error-codes": [], challenge_ts, hostname, action, cdata: "" };
    if (kind === "recaptcha-v3") return { success: true, challenge_ts, hostname, score, action };
    return kind === "hcaptcha"
      ? { success: true, challenge_ts, hostname, credit: false }
      : { success: true, challenge_ts, hostname };
  };

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const form = new URLSearchParams(body);
    requests.push({ method: request.method ?? "", type: request.headers["content-type"] ?? "", form });
    if (answerOtherwise !== undefined) return answerOtherwise(response, request);
    response.setHeader("content-type", "application/json").end(JSON.stringify(judge(form)));
  });
  const { port, close } = await openPort(server);

  return {
    clock,
    requests,
    options: {
      ...choices[kind],
      secret,
      hostnames: ["app.example"],
      clock,
      url: `http://127.0.0.1:${port}/siteverify`,
    },
    issue(token = {}) {
      const text = `0.${tokens.size}-${"x".repeat(500)}`;
      tokens.set(text, { token, solvedAt: clock.now() + (token.solvedIn ?? 0) });
      return text;
    },
    answer(how) {
      answerOtherwise = how;
    },
    close,
  };
}

const choices = {
  turnstile: { provider: "turnstile" },
  hcaptcha: { provider: "hcaptcha", sitekey },
  "recaptcha-v2": { provider: "recaptcha" },
  "recaptcha-v3": { provider: "recaptcha", minScore: 0.5 },
} as const;

/** Each writes moments in its own way. */
function stampOf(kind: Kind, at: number): string {
  const text = new Date(at).toISOString();
  if (kind === "turnstile") return text;
  return kind === "hcaptcha" ? text.replace("Z", "000Z") : text.replace(/\.\d+Z/, "Z");
}
