import { describe, it } from "vitest";
import { altchaCaptcha } from "../../src/captcha/altcha.js";
import { captchaContract } from "../../src/testing/captcha-contract.js";
import { fixedClock } from "../../src/testing/clock.js";
import { altcha, secretOf, solve, written } from "../unit/captcha/altcha-visitor.js";

const subject = async () => {
  const clock = fixedClock();
  const captchaFor = (action: string) =>
    altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, action, clock });
  return {
    captcha: captchaFor("register"),
    solve: async (action: string) => written(await solve(captchaFor(action))),
    expire: async () => clock.advance(300_000),
  };
};

describe("altchaCaptcha keeps the contract of a captcha:", () => {
  for (const { promise, check } of captchaContract) it(promise, () => check(subject));
});
