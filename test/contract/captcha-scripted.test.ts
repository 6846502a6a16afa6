import { describe, it } from "vitest";
import { scriptedCaptcha } from "../../src/testing/captcha.js";
import { captchaContract } from "../../src/testing/captcha-contract.js";
import { fixedClock } from "../../src/testing/clock.js";

const subject = async () => {
  const clock = fixedClock();
  const captcha = scriptedCaptcha(clock);
  return {
    captcha,
    solve: async (action: string) => captcha.solve({ action }),
    expire: async () => clock.advance(300_000),
  };
};

describe("scriptedCaptcha keeps the contract of a captcha:", () => {
  for (const { promise, check } of captchaContract) it(promise, () => check(subject));
});
