import { afterEach, describe, it } from "vitest";
import { siteverifyCaptcha } from "../../src/captcha/siteverify.js";
import { captchaContract } from "../../src/testing/captcha-contract.js";
import {
  type Kind,
  type ProviderDouble,
  providerDouble,
  sitekey,
  type Token,
} from "../unit/captcha/provider-double.js";

let double: ProviderDouble | undefined;
afterEach(() => double?.close());

/** What ties a response to an action: the widget's word where the provider passes it on, or else a key of its own. */
const solvedFor: Readonly<Record<Kind, (action: string) => Token>> = {
  turnstile: (action) => ({ action }),
  "recaptcha-v3": (action) => ({ action }),
  hcaptcha: (action) => ({ sitekey: action === "register" ? sitekey : `the key of ${action}` }),
  "recaptcha-v2": (action) => ({ sitekey: action === "register" ? sitekey : `the key of ${action}` }),
};

describe.each(["turnstile", "hcaptcha", "recaptcha-v2", "recaptcha-v3"] as const)(
  "siteverifyCaptcha with %s",
  (kind) => {
    const subject = async () => {
      double = await providerDouble(kind);
      const { options, issue, clock } = double;
      return {
        captcha: siteverifyCaptcha(options),
        solve: async (action: string) => issue(solvedFor[kind](action)),
        expire: async () => clock.advance(300_000),
      };
    };
    for (const { promise, check } of captchaContract)
      it(`keeps the contract of a captcha: ${promise}`, () => check(subject));
  },
);
