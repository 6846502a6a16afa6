import { afterEach, describe, expect, it } from "vitest";
import { altchaCaptcha } from "../../../src/captcha/altcha.js";
import { siteverifyCaptcha } from "../../../src/captcha/siteverify.js";
import { testPorts } from "../../../src/testing/index.js";
import { ada, caller, openHouse, password } from "../registrar/house.js";
import { altcha, secretOf, solve, written } from "./altcha-visitor.js";
import { type ProviderDouble, providerDouble } from "./provider-double.js";

const page = (name: string, captcha: string) => ({
  email: `${name}@example.com`,
  password,
  confirmation: password,
  captcha,
});
const captchaFailed = { ok: false, problems: [{ code: "captcha_failed", field: "captcha", facts: {} }] };

describe("a sign-up behind altchaCaptcha", () => {
  const ports = testPorts();
  const { registrar } = openHouse({
    ports,
    captcha: altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, clock: ports.clock }),
  });

  it("takes one registration for one solved challenge, however the second response is written", async () => {
    const solved = await solve({
      check: async () => ({ passed: false }),
      challenge: async () => (await registrar.challenge(ada)) ?? {},
    });
    const blank = await registrar.start({}, ada);
    const first = await registrar.submit(blank.ticket, page("ada", written(solved)), ada);
    expect(first).toMatchObject({ ok: true, registration: { step: "pending" } });

    const anew = btoa(JSON.stringify({ ...solved, note: "another text" }));
    expect(await registrar.start(page("eve", anew), caller(1))).toMatchObject(captchaFailed);
    // The same form twice is a double click, also with the response written anew.
    expect(await registrar.submit(blank.ticket, page("ada", anew), ada)).toMatchObject({ ok: true });
  });

  it("asks again where the work was not done", async () => {
    expect(await registrar.start(page("eve", "nothing done"), caller(2))).toMatchObject(captchaFailed);
  });
});

describe("a sign-up behind siteverifyCaptcha", () => {
  let double: ProviderDouble | undefined;
  afterEach(() => double?.close());

  it.each(["turnstile", "hcaptcha", "recaptcha-v2", "recaptcha-v3"] as const)(
    "takes one registration for one token of %s, and a double click for one",
    async (kind) => {
      double = await providerDouble(kind);
      const { registrar } = openHouse({ captcha: siteverifyCaptcha(double.options) });
      const token = double.issue();
      const { ticket } = await registrar.start({}, ada);
      const clicks = await Promise.all([1, 2].map(() => registrar.submit(ticket, page("ada", token), ada)));
      for (const answer of clicks) expect(answer).toMatchObject({ ok: true, registration: { step: "pending" } });
      expect(await registrar.start(page("eve", token), caller(1))).toMatchObject(captchaFailed);
    },
  );

  it("stays shut while the provider is down", async () => {
    double = await providerDouble("turnstile");
    const { registrar, commits } = openHouse({ captcha: siteverifyCaptcha(double.options) });
    double.answer((response) => response.writeHead(500).end());
    const submitted = registrar.start(page("ada", double.issue()), ada);
    await expect(submitted).rejects.toMatchObject({ code: "ERR_CAPTCHA", cause: { status: 500 } });
    expect(commits).toEqual([]);
  });
});
