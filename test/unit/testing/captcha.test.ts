import { describe, expect, it } from "vitest";
import { scriptedCaptcha } from "../../../src/testing/captcha.js";
import { fixedClock } from "../../../src/testing/clock.js";

const about = (id: string, action = "register") => ({ ip: undefined, action, id });

describe("scriptedCaptcha", () => {
  it("takes pass as a fresh challenge for each registration, the same one for the same registration", async () => {
    const captcha = scriptedCaptcha(fixedClock());
    const one = await captcha.check("pass", about("1"));
    expect(one).toEqual({ passed: true, once: "challenge of 1", goodForSeconds: 300 });
    expect(await captcha.check("pass", about("1"))).toEqual(one);
    expect(await captcha.check("pass", about("2"))).toMatchObject({ once: "challenge of 2" });
  });

  it("fails every other text", async () => {
    const captcha = scriptedCaptcha(fixedClock());
    for (const text of ["", "Pass", " pass", "response 1"]) {
      expect(await captcha.check(text, about("1"))).toEqual({ passed: false });
    }
  });

  it("gives one challenge two responses", async () => {
    const captcha = scriptedCaptcha(fixedClock());
    const responses = [captcha.solve({ challenge: "c" }), captcha.solve({ challenge: "c" })];
    expect(new Set(responses).size).toBe(2);
    for (const response of responses) expect(await captcha.check(response, about("1"))).toMatchObject({ once: "c" });
  });

  it("lets a response age to its end", async () => {
    const clock = fixedClock();
    const captcha = scriptedCaptcha(clock);
    const response = captcha.solve({ goodForSeconds: 60 });
    clock.advance(59_999);
    expect(await captcha.check(response, about("1"))).toMatchObject({ passed: true, goodForSeconds: 1 });
    clock.advance(1);
    expect(await captcha.check(response, about("1"))).toEqual({ passed: false });
  });

  it("throws while it is down, and answers when it is back", async () => {
    const captcha = scriptedCaptcha(fixedClock());
    captcha.goDown();
    await expect(captcha.check("pass", about("1"))).rejects.toMatchObject({ code: "ERR_CAPTCHA" });
    captcha.comeBack();
    expect(await captcha.check("pass", about("1"))).toMatchObject({ passed: true });
  });
});
