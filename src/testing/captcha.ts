import { PorchlightError } from "../errors.js";
import type { Captcha, Clock } from "../ports.js";

/** A captcha that a test solves, ages and switches off. */
export interface ScriptedCaptcha extends Captcha {
  /**
   * Gives the response to a solved challenge. One name given twice is one challenge with two responses, as a proof of
   * work can be re-encoded. It passes for `goodForSeconds` (default 300) from now; where `action` is given, for it only.
   */
  solve(about?: {
    readonly challenge?: string | undefined;
    readonly goodForSeconds?: number | undefined;
    readonly action?: string | undefined;
  }): string;
  /** From now on `check` throws; default ERR_CAPTCHA. */
  goDown(error?: Error): void;
  comeBack(): void;
}

// As long as Turnstile accepts a token.
const usualSeconds = 300;

/**
 * Makes a captcha that takes the text `"pass"`, and whatever `solve` gave; every other response fails.
 *
 * `"pass"` is a fresh challenge for each registration, so that many visitors may use it in one test. To spend one
 * challenge twice, take a response from `solve`.
 *
 * @example
 * ```ts
 * import { fixedClock, scriptedCaptcha } from "porchlight/testing";
 * const captcha = scriptedCaptcha(fixedClock());
 * const response = captcha.solve({ challenge: "the only one", goodForSeconds: 60 });
 * ```
 * @param clock by which a response ages
 */
export function scriptedCaptcha(clock: Clock): ScriptedCaptcha {
  const solved = new Map<
    string,
    { readonly once: string; readonly until: number; readonly action: string | undefined }
  >();
  let outage: Error | undefined;
  return {
    async check(response, { action, id }) {
      if (outage !== undefined) throw outage;
      if (response === "pass") return { passed: true, once: `challenge of ${id}`, goodForSeconds: usualSeconds };
      const found = solved.get(response);
      if (found === undefined || (found.action ?? action) !== action) return { passed: false };
      const goodForSeconds = Math.ceil((found.until - clock.now()) / 1000);
      return goodForSeconds > 0 ? { passed: true, once: found.once, goodForSeconds } : { passed: false };
    },
    solve({ challenge, goodForSeconds = usualSeconds, action } = {}) {
      const response = `response ${solved.size + 1}`;
      const once = challenge ?? `challenge ${solved.size + 1}`;
      solved.set(response, { once, until: clock.now() + goodForSeconds * 1000, action });
      return response;
    },
    goDown(error = new PorchlightError("ERR_CAPTCHA")) {
      outage = error;
    },
    comeBack() {
      outage = undefined;
    },
  };
}
