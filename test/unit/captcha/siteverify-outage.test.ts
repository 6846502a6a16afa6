import { createServer, type ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { siteverifyCaptcha } from "../../../src/captcha/siteverify.js";
import { PorchlightError } from "../../../src/errors.js";
import type { Captcha } from "../../../src/ports.js";
import { openPort } from "./open-port.js";
import { type ProviderDouble, providerDouble, secret } from "./provider-double.js";

const about = { ip: "192.0.2.1", action: "sign-up", id: "registration-1" } as const;

let double: ProviderDouble;
let captcha: Captcha;
beforeEach(async () => {
  double = await providerDouble("turnstile");
  captcha = siteverifyCaptcha(double.options);
});
afterEach(async () => {
  vi.useRealTimers();
  await double.close();
});

async function thrownBy(work: Promise<unknown>): Promise<PorchlightError> {
  const thrown = await work.then(
    (verdict) => expect.fail(`it answered ${JSON.stringify(verdict)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof PorchlightError)) throw thrown;
  expect(thrown.code).toBe("ERR_CAPTCHA");
  return thrown;
}

const good = (clock = double.clock) => ({
  success: true,
  challenge_ts: new Date(clock.now()).toISOString(),
  hostname: "app.example",
  action: "sign-up",
});
const sending = (status: number, body: string) => (response: ServerResponse) => response.writeHead(status).end(body);

describe("a provider that is down shuts the door:", () => {
  it("one that refuses the connection", async () => {
    const { port, close } = await openPort(createServer());
    await close();
    const gone = siteverifyCaptcha({ ...double.options, url: `http://127.0.0.1:${port}/siteverify` });
    expect((await thrownBy(gone.check("token", about))).cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("one that takes the request and says nothing for three seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = new Promise<void>((resolve) => double.answer(() => resolve()));
    const checked = captcha.check("token", about);
    const settled = vi.fn();
    checked.then(settled, settled);
    await asked;
    await vi.advanceTimersByTimeAsync(2_999);
    expect(settled).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect((await thrownBy(checked)).cause).toEqual({ code: "ETIMEDOUT" });
  });

  it("one that begins an answer and does not end it in three seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = new Promise<ServerResponse>((resolve) => double.answer(resolve));
    const fetched = vi.fn(globalThis.fetch);
    const checked = siteverifyCaptcha({ ...double.options, fetch: fetched }).check("token", about);
    (await asked).writeHead(200).write('{"success":');
    await fetched.mock.results[0]?.value;
    vi.advanceTimersByTime(3_000);
    expect((await thrownBy(checked)).cause).toEqual({ code: "ETIMEDOUT" });
  });

  it("one that hangs up in the middle of its answer", async () => {
    double.answer((response) => {
      response.writeHead(200, { "content-length": 100 }).write('{"success":true', () => response.destroy());
    });
    await thrownBy(captcha.check("token", about));
  });

  it("one that answers ten megabytes, of which it gets rid of few", async () => {
    let sent = 0;
    const hungUp = new Promise<void>((resolve) => {
      double.answer((response) => {
        response.once("close", resolve);
        const more = () => {
          while (sent < 10_000_000 && !response.destroyed) {
            sent += 50_000;
            if (!response.write(" ".repeat(50_000))) return response.once("drain", more);
          }
          return response.end(JSON.stringify(good()));
        };
        more();
      });
    });
    expect((await thrownBy(captcha.check("token", about))).cause).toEqual({ code: "ANSWER_TOO_LONG", status: 200 });
    await hungUp;
    expect(sent).toBeLessThan(10_000_000);
  });

  it("one that answers 500 without end, and is hung up on", async () => {
    double.answer((response) => response.writeHead(500).write(" "));
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetch = (...[url, init]: Parameters<typeof globalThis.fetch>) => {
      signals.push(init?.signal);
      return globalThis.fetch(url, init);
    };
    await thrownBy(siteverifyCaptcha({ ...double.options, fetch }).check("token", about));
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it("one that sends the request elsewhere, where nobody hears of it", async () => {
    const elsewhere = await providerDouble("turnstile");
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        double.answer((response) => response.writeHead(status, { location: elsewhere.options.url }).end());
        await thrownBy(captcha.check(elsewhere.issue(), about));
      }
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    ["500", 500, ""],
    ["503 with a yes", 503, "yes"],
    ["403 with a yes", 403, "yes"],
    ["429 without a verdict", 429, '{"error":"slow down"}'],
    ["a page of HTML", 200, "<!doctype html><title>Just a moment...</title>"],
    ["nothing", 200, ""],
    ["a list", 200, "[]"],
    ["null", 200, "null"],
    ["a yes in words", 200, '{"success":"true"}'],
    ["a yes without a time", 200, '{"success":true,"hostname":"app.example","action":"sign-up"}'],
    ["a time without a zone", 200, '{"success":true,"challenge_ts":"2026-01-01T00:00:00","hostname":"app.example"}'],
    ["a time that is none", 200, '{"success":true,"challenge_ts":"now","hostname":"app.example"}'],
    ["reasons that are no list", 200, '{"success":false,"error-codes":"invalid-input-response"}'],
  ])("one that answers %s", async (_, status, body) => {
    double.answer(sending(status, body === "yes" ? JSON.stringify(good()) : body));
    expect((await thrownBy(captcha.check("token", about))).cause).toEqual({ code: "UNKNOWN_ANSWER", status });
  });

  it.each([
    "missing-input-secret",
    "invalid-input-secret",
    "invalid-keys",
    "missing-remoteip",
    "bad-request",
    "internal-error",
    "a-code-of-tomorrow",
  ])("one that finds fault with more than the token: %s", async (code) => {
    double.answer(sending(200, JSON.stringify({ success: false, "error-codes": ["invalid-input-response", code] })));
    const { cause } = await thrownBy(captcha.check("token", about));
    expect(cause).toEqual({ code: code.replaceAll("-", "_"), status: 200 });
  });

  it("one that does not know the host's secret", async () => {
    const wrong = siteverifyCaptcha({ ...double.options, secret: "a-secret-of-somebody-else" });
    const { cause } = await thrownBy(wrong.check(double.issue(), about));
    expect(cause).toMatchObject({ code: "invalid_input_secret" });
  });
});

describe("an outage", () => {
  it("tells neither the secret nor the token nor the visitor's address", async () => {
    const telling = siteverifyCaptcha({ ...double.options, sendIp: true });
    const token = double.issue();
    double.answer((response, request) => response.writeHead(500).end(`${secret} ${token} ${request.url}`));
    const thrown = inspect(await thrownBy(telling.check(token, about)), { depth: 9 });
    for (const word of [secret, token, about.ip]) expect(thrown).not.toContain(word);
  });

  it.each(["turnstile", "hcaptcha"] as const)("that is over leaves a token of %s good", async (kind) => {
    const other = await providerDouble(kind);
    try {
      let isDown = true;
      const fetch = async (...request: Parameters<typeof globalThis.fetch>) => {
        if (isDown) throw new TypeError("fetch failed");
        return globalThis.fetch(...request);
      };
      const own = siteverifyCaptcha({ ...other.options, fetch });
      const token = other.issue();
      await thrownBy(own.check(token, about));
      isDown = false;
      expect(await own.check(token, about)).toMatchObject({ passed: true });
    } finally {
      await other.close();
    }
  });

  it("leaves no timer behind, nor does a verdict", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let status = 200;
    const fetch = async () => Response.json({ success: false }, { status });
    const own = siteverifyCaptcha({ ...double.options, fetch });
    expect(await own.check("token", about)).toEqual({ passed: false });
    status = 500;
    await thrownBy(own.check("token", about));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("keys of the other reCAPTCHA", () => {
  it.each([
    ["v3, judged as v2", "recaptcha-v3", { minScore: undefined }],
    ["v2, judged as v3", "recaptcha-v2", { minScore: 0.5 }],
  ] as const)("%s, let nobody in and say so", async (_, kind, choice) => {
    const other = await providerDouble(kind);
    try {
      const wrong = siteverifyCaptcha({ ...other.options, provider: "recaptcha", ...choice });
      const { cause } = await thrownBy(wrong.check(other.issue(), about));
      expect(cause).toEqual({ code: "OTHER_KIND_OF_RECAPTCHA_KEY" });
    } finally {
      await other.close();
    }
  });
});
