import type { Captcha } from "../ports.js";
import type { Clause } from "./clause.js";
import { expectEqual, expectThat } from "./expect.js";

/** A captcha with the means to stand in for its visitors. */
export interface CaptchaUnderTest {
  readonly captcha: Captcha;
  /** A response to a fresh challenge, solved for `action`. */
  solve(action: string): Promise<string>;
  /** Lets every challenge solved so far grow too old. */
  expire(): Promise<void>;
}

const about = { ip: "192.0.2.1", action: "register", id: "registration-1" } as const;

async function passed({
  captcha,
  solve,
}: CaptchaUnderTest): Promise<{ response: string; once: string; goodForSeconds: number }> {
  const response = await solve(about.action);
  const answer = await captcha.check(response, about);
  expectThat(answer.passed, "a solved challenge did not pass");
  return { response, once: answer.once, goodForSeconds: answer.goodForSeconds };
}

/** What every captcha promises. An outage is not among it: not every captcha has a service that can be down. */
export const captchaContract: readonly Clause<CaptchaUnderTest>[] = [
  {
    promise: "a solved challenge passes, is named, and says how long it is good for",
    async check(make) {
      const { once, goodForSeconds } = await passed(await make());
      expectThat(once !== "", "once was empty");
      expectThat(goodForSeconds > 0 && goodForSeconds < 600, `goodForSeconds was ${goodForSeconds}`);
    },
  },
  {
    promise: "the name of a challenge is not the response text",
    async check(make) {
      const { once, response } = await passed(await make());
      expectThat(!once.includes(response), "once contained the response");
    },
  },
  {
    promise: "two challenges have two names",
    async check(make) {
      const subject = await make();
      const first = await passed(subject);
      const second = await passed(subject);
      expectThat(first.once !== second.once, `both were named ${first.once}`);
    },
  },
  {
    promise: "the same response passes again for the same registration, under the same name",
    async check(make) {
      const subject = await make();
      const { response, once } = await passed(subject);
      const again = await subject.captcha.check(response, about);
      expectThat(again.passed, "the second check did not pass");
      expectEqual(again.once, once, "the name of the challenge");
    },
  },
  {
    promise: "for another registration the same response fails, or passes under the same name",
    async check(make) {
      const subject = await make();
      const { response, once } = await passed(subject);
      const other = await subject.captcha.check(response, { ...about, id: "registration-2" });
      if (other.passed) expectEqual(other.once, once, "the name of the challenge");
    },
  },
  {
    promise: "a response that solves nothing fails without throwing",
    async check(make) {
      const { captcha } = await make();
      for (const response of ["", "no", "null", "{}", "\0", "🔥", "x".repeat(2048)]) {
        expectEqual(await captcha.check(response, about), { passed: false }, `the answer to ${response.slice(0, 9)}`);
      }
    },
  },
  {
    promise: "a challenge solved for another action fails",
    async check(make) {
      const { captcha, solve } = await make();
      const response = await solve("comment");
      expectEqual(await captcha.check(response, about), { passed: false }, "the answer");
    },
  },
  {
    promise: "a challenge that is too old fails",
    async check(make) {
      const { captcha, solve, expire } = await make();
      const response = await solve(about.action);
      await expire();
      expectEqual(await captcha.check(response, about), { passed: false }, "the answer");
    },
  },
];
