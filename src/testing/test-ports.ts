import { memoryLimiter } from "../limiter/memory.js";
import { memoryMailer } from "../mailer/memory.js";
import type { Hasher, Limiter, Mail, Mailer, Sms, Store, Texter } from "../ports.js";
import type { Keys } from "../secrets/keyring.js";
import { memoryStore } from "../store/memory.js";
import { memoryTexter } from "../texter/memory.js";
import { type ScriptedCaptcha, scriptedCaptcha } from "./captcha.js";
import { type FixedClock, fixedClock } from "./clock.js";
import { freeHasher } from "./free-hasher.js";
import { type Inbox, withInbox } from "./inbox.js";

/** Every port in memory. `mailer` and `texter` go into `channels`, the rest is spread into the options as it is. */
export interface TestPorts {
  readonly store: Store<undefined>;
  readonly hasher: Hasher;
  readonly limiter: Limiter;
  readonly captcha: ScriptedCaptcha;
  readonly clock: FixedClock;
  readonly keys: Keys;
  readonly mailer: Mailer & Inbox<Mail>;
  readonly texter: Texter & Inbox<Sms>;
  readonly delivery: "manual";
}

/**
 * Makes every port at once, in memory: a clock that stands, a hash that costs nothing, a captcha that takes `"pass"`,
 * inboxes that know the `last` message, `link` and `code` of an address. Nothing is sent before `deliver()`.
 *
 * @example
 * ```ts
 * import { createRegistrar } from "porchlight";
 * import { testPorts } from "porchlight/testing";
 * const { mailer, texter, ...ports } = testPorts();
 * const activationUrl = "https://app.example/activate#t={token}";
 * const registrar = createRegistrar({
 *   service: "Example", signInUrl: "https://app.example/login", channels: { email: { mailer, activationUrl } }, ...ports });
 * ```
 * @param at where the clock stands at first, in epoch milliseconds; default the start of 2026 (UTC)
 */
export function testPorts(at?: number): TestPorts {
  const clock = fixedClock(at);
  return {
    store: memoryStore(),
    hasher: freeHasher(),
    limiter: memoryLimiter({ clock }),
    captcha: scriptedCaptcha(clock),
    clock,
    keys: { seal: "test", known: [{ id: "test", secret: random() }], pseudonym: random() },
    mailer: withInbox(memoryMailer()),
    texter: withInbox(memoryTexter()),
    delivery: "manual",
  };
}

function random(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
