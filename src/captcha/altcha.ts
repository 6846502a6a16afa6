import { randomInt } from "node:crypto";
import * as z from "zod";
import type { Captcha, Clock } from "../ports.js";

/**
 * The sliver of altcha-lib (2.8 and later) that is used, with the `deriveKey` of `altcha-lib/algorithms/pbkdf2`;
 * altcha-lib itself is never imported.
 */
export interface AltchaLib {
  createChallenge(options: {
    readonly algorithm: string;
    readonly cost: number;
    readonly counter: number;
    readonly data: Record<string, string | number>;
    readonly deriveKey: AltchaLib["deriveKey"];
    readonly expiresAt: number;
    readonly hmacSignatureSecret: string;
  }): Promise<object>;
  verifySolution(options: {
    readonly challenge: { readonly parameters: object; readonly signature?: string };
    readonly solution: { readonly counter: number; readonly derivedKey: string };
    readonly deriveKey: AltchaLib["deriveKey"];
    readonly hmacSignatureSecret: string;
  }): Promise<{ readonly verified: boolean }>;
  deriveKey(parameters: object, salt: Uint8Array, password: Uint8Array): Promise<{ readonly derivedKey: Uint8Array }>;
}

export interface AltchaOptions {
  /** The first signs, each verifies: a new one is put before the old, which leaves after `goodForSeconds`. 32 random bytes or more. */
  readonly secrets: readonly [secret: Uint8Array, retiring?: Uint8Array];
  /**
   * The most tries that a browser makes, 100 to 20,000; each derives a key by 5,000 rounds of PBKDF2. Default 1,000: of 20
   * challenges, altcha-lib solved the median in 1.2 s and the slowest in 1.9 s on one core of a server (AMD EPYC 2,
   * Node 20). The widget shares the tries among all cores of a device, so that four cores of half that speed need 1 s.
   */
  readonly difficulty?: number | undefined;
  /** How long a challenge is accepted, 30 to 300 seconds; default 300. */
  readonly goodForSeconds?: number | undefined;
  /** What is signed into each challenge, and alone accepted by `check`; default `"sign-up"`, the registrar's own. */
  readonly action?: string | undefined;
  readonly clock?: Clock | undefined;
}

// PBKDF2 is the widget's default, bundled with it; a check costs the server one such key, 2 ms.
const work = { algorithm: "PBKDF2/SHA-256", cost: 5_000 } as const;
// A response of the widget 3.2.2 has 700 characters; the registrar takes no more than this either.
const longestResponse = 2_048;
// Processes that share a secret keep their clocks within this, and one set back further revives no old challenge.
const clockSkewSeconds = 60;

/** What the widget sends, in base64. Everything among `parameters` is signed, so none of it may be lost here. */
const solved = z.object({
  challenge: z.object({
    parameters: z.looseObject({
      nonce: z.string().min(1),
      data: z.looseObject({ action: z.string(), until: z.number() }),
    }),
    signature: z.string(),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string() }),
});

/**
 * Keeps programs out by proof of work, on your own server: no third party sees a visitor.
 *
 * Challenges have the format of the widget 3 (`altcha` 3.2.2). Nothing is stored: a challenge carries its action and its
 * end, signed. `once` is its nonce, which no re-encoding of a response can change, so that the registrar's own limiter
 * refuses a replay. The port's `challenge()` names no action, hence the option: a `check` for another one fails, as does
 * one for a challenge that another host's secret signed.
 *
 * @example
 * ```ts
 * import { createChallenge, verifySolution } from "altcha-lib";
 * import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
 * import { altchaCaptcha } from "porchlight/captcha/altcha";
 * const secret = Buffer.from(process.env.ALTCHA_SECRET ?? "", "base64"); // openssl rand -base64 32
 * const captcha = altchaCaptcha({ createChallenge, verifySolution, deriveKey }, { secrets: [secret] });
 * ```
 * @throws TypeError where a secret is weak or an option is out of its bounds
 */
export function altchaCaptcha(altcha: AltchaLib, options: AltchaOptions): Captcha {
  const { createChallenge, verifySolution, deriveKey } = checkLibrary(altcha);
  const { difficulty = 1_000, goodForSeconds: lifetime = 300, action = "sign-up", clock = Date } = options;
  const [signing, ...retiring] = readSecrets(options.secrets);
  checkWhole("difficulty", difficulty, { least: 100, most: 20_000 });
  // As long as Turnstile accepts a token, and no longer.
  checkWhole("goodForSeconds", lifetime, { least: 30, most: 300 });
  // The widget's btoa takes Latin-1 only.
  if (!/^[\w/-]{1,64}$/.test(action)) throw new TypeError("action: takes 1 to 64 of A-Z a-z 0-9 _ - /.");

  return {
    challenge: () =>
      createChallenge({
        ...work,
        // At least half of the tries, so that nobody is through at once.
        counter: randomInt(Math.ceil(difficulty / 2), difficulty + 1),
        data: { action, until: clock.now() + lifetime * 1000 },
        deriveKey,
        // By this the widget asks to be solved anew, and altcha-lib refuses. Both go by the wall clock,
        // whatever the injected clock says.
        expiresAt: Math.ceil(Date.now() / 1000) + lifetime,
        hmacSignatureSecret: signing,
      }),

    async check(response, about) {
      const read = readResponse(response);
      if (read === undefined) return { passed: false };
      const { nonce, data } = read.challenge.parameters;
      const goodForSeconds = (data.until - clock.now()) / 1000;
      const inTime = goodForSeconds > 0 && goodForSeconds <= lifetime + clockSkewSeconds;
      if (!inTime || data.action !== action || about.action !== action) return { passed: false };
      for (const hmacSignatureSecret of [signing, ...retiring]) {
        const { verified } = await verifySolution({ ...read, deriveKey, hmacSignatureSecret });
        if (verified) return { passed: true, once: nonce, goodForSeconds };
      }
      return { passed: false };
    },
  };
}

function readResponse(response: string): z.output<typeof solved> | undefined {
  if (response.length > longestResponse) return undefined;
  try {
    const read = solved.safeParse(JSON.parse(atob(response)));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

function checkLibrary(altcha: AltchaLib): AltchaLib {
  for (const name of ["createChallenge", "verifySolution", "deriveKey"] as const) {
    if (typeof altcha?.[name] !== "function") throw new TypeError(`altchaCaptcha: needs ${name} of altcha-lib.`);
  }
  return altcha;
}

/** As altcha-lib takes them: text, here in hexadecimal. */
function readSecrets(secrets: AltchaOptions["secrets"]): readonly [string, ...string[]] {
  if (!Array.isArray(secrets) || secrets.length > 2) throw new TypeError("secrets: lists one secret, or two.");
  const [signing, ...retiring] = secrets.map(readSecret);
  if (signing === undefined) throw new TypeError("secrets: lists one secret, or two.");
  if (retiring.includes(signing)) throw new TypeError("secrets: names one secret twice.");
  return [signing, ...retiring];
}

function readSecret(secret: unknown): string {
  // Of 32 random bytes at least 16 differ, save once in 10^16; of zeroes or a short word repeated fewer do.
  if (!(secret instanceof Uint8Array) || secret.length < 32 || new Set(secret).size < 16) {
    throw new TypeError("secrets: a secret is a Uint8Array of at least 32 random bytes, never a password.");
  }
  return Buffer.from(secret).toString("hex");
}

function checkWhole(name: string, value: number, { least, most }: { readonly least: number; readonly most: number }) {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new TypeError(`${name}: must be a whole number, ${least} to ${most}.`);
  }
}
