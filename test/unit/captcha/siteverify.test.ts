import { afterEach, describe, expect, it } from "vitest";
import { siteverifyCaptcha } from "../../../src/captcha/siteverify.js";
import { fixedClock } from "../../../src/testing/clock.js";
import { type Kind, type ProviderDouble, providerDouble, secret, sitekey, type Token } from "./provider-double.js";

const about = { ip: "192.0.2.1", action: "sign-up", id: "registration-1" } as const;
const other = { ...about, id: "registration-2" } as const;
const failed = { passed: false };
const kinds = ["turnstile", "hcaptcha", "recaptcha-v2", "recaptcha-v3"] as const;

const doubles: ProviderDouble[] = [];
afterEach(async () => {
  for (const double of doubles.splice(0)) await double.close();
});

async function setUp(kind: Kind, choices: object = {}) {
  // The double leaves a token's age to the adapter.
  const double = await providerDouble(kind, { patient: true });
  doubles.push(double);
  return { ...double, captcha: siteverifyCaptcha({ ...double.options, ...choices }) };
}

describe("the question to a provider", () => {
  it.each([
    ["turnstile", { idempotency_key: expect.any(String) }],
    ["hcaptcha", { sitekey }],
    ["recaptcha-v2", {}],
    ["recaptcha-v3", {}],
  ] as const)("is one form, to %s", async (kind, more) => {
    const { captcha, issue, requests } = await setUp(kind);
    const token = issue();
    expect(await captcha.check(token, about)).toMatchObject({ passed: true });
    expect(requests.map(({ method, type, form }) => [method, type.split(";")[0], Object.fromEntries(form)])).toEqual([
      ["POST", "application/x-www-form-urlencoded", { secret, response: token, ...more }],
    ]);
  });

  it("tells a visitor's address only where the host says so, and where it is known", async () => {
    const { captcha, issue, requests } = await setUp("turnstile", { sendIp: true });
    await captcha.check(issue(), about);
    await captcha.check(issue(), { ...about, ip: undefined });
    expect(requests.map(({ form }) => form.get("remoteip"))).toEqual(["192.0.2.1", null]);
  });

  it("carries an idempotency key that is a UUID of this registration and this token", async () => {
    const { captcha, issue, requests } = await setUp("turnstile");
    const [one, two] = [issue(), issue()];
    await captcha.check(one, about);
    await captcha.check(one, about);
    await captcha.check(one, other);
    await captcha.check(two, about);
    const keys = requests.map(({ form }) => form.get("idempotency_key") ?? "");
    for (const key of keys)
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
  });

  it.each([
    ["turnstile", 2_048],
    ["hcaptcha", 8_192],
    ["recaptcha-v2", 8_192],
  ] as const)("is never asked of %s about what cannot be a token", async (kind, longest) => {
    const { captcha, requests } = await setUp(kind);
    const texts = ["", " ", "a b", "a\n", "\0", "\ud800", "é", "🔥", "x".repeat(longest + 1)];
    for (const text of texts) expect(await captcha.check(text, about)).toEqual(failed);
    expect(requests).toEqual([]);
    expect(await captcha.check("x".repeat(longest), about)).toEqual(failed);
    expect(requests).toHaveLength(1);
  });

  it("goes to the provider's own host unless the host names another", async () => {
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request) => {
      asked.push(String(url));
      return Response.json({ success: false });
    };
    const common = { secret, hostnames: ["app.example"], fetch } as const;
    await siteverifyCaptcha({ ...common, provider: "turnstile" }).check("token", about);
    await siteverifyCaptcha({ ...common, provider: "hcaptcha", sitekey }).check("token", about);
    await siteverifyCaptcha({ ...common, provider: "recaptcha" }).check("token", about);
    const url = "https://www.recaptcha.net/recaptcha/api/siteverify";
    await siteverifyCaptcha({ ...common, provider: "recaptcha", url }).check("token", about);
    expect(asked).toEqual([
      "https://challenges.cloudflare.com/turnstile/v0/siteverify",
      "https://api.hcaptcha.com/siteverify",
      "https://www.google.com/recaptcha/api/siteverify",
      url,
    ]);
  });
});

describe("a token", () => {
  it.each(kinds)("passes with %s for the rest of 300 seconds, named by a digest", async (kind) => {
    const { captcha, issue, clock } = await setUp(kind);
    const token = issue();
    clock.advance(100_000);
    const verdict = await captcha.check(token, about);
    expect(verdict).toEqual({ passed: true, once: expect.stringMatching(/^[0-9a-f]{64}$/), goodForSeconds: 200 });
    const next = await captcha.check(issue(), about);
    expect(next).not.toMatchObject({ once: verdict.passed && verdict.once });
  });

  const refused: readonly [string, Kind, Token][] = [
    ["was solved on another host", "turnstile", { hostname: "evil.example" }],
    ["was solved on a host beneath", "hcaptcha", { hostname: "www.app.example" }],
    ["was solved on no host", "recaptcha-v2", { hostname: "" }],
    ["was solved for another action", "turnstile", { action: "sign-in" }],
    ["was solved for no action", "turnstile", { action: "" }],
    ["was solved for another action of v3", "recaptcha-v3", { action: "sign_in" }],
    ["names an action that v3 does not know", "recaptcha-v3", { action: "sign-up" }],
    ["was solved under another sitekey", "hcaptcha", { sitekey: "10000000-ffff-ffff-ffff-000000000002" }],
    ["has a low score", "recaptcha-v3", { score: 0.49 }],
    ["is 300 seconds old", "turnstile", { solvedIn: -300_000 }],
    ["comes from more than a minute ahead", "turnstile", { solvedIn: 60_001 }],
  ];
  it.each(refused)("fails that %s", async (_, kind, token) => {
    const { captcha, issue } = await setUp(kind);
    expect(await captcha.check(issue(token), about)).toEqual(failed);
  });

  const taken: readonly [string, Kind, Token, number][] = [
    ["is hardly younger than 300 seconds", "turnstile", { solvedIn: -299_999 }, 0.001],
    ["comes from a provider whose clock is a minute ahead", "turnstile", { solvedIn: 60_000 }, 360],
    ["has just the score", "recaptcha-v3", { score: 0.5 }, 300],
    ["names the host in capitals", "turnstile", { hostname: "APP.example" }, 300],
  ];
  it.each(taken)("passes that %s", async (_, kind, token, goodForSeconds) => {
    const { captcha, issue } = await setUp(kind, { hostnames: ["other.example", "App.Example"] });
    expect(await captcha.check(issue(token), about)).toMatchObject({ passed: true, goodForSeconds });
  });

  it("fails that names no host at all, as one that was solved in an app", async () => {
    const { captcha, answer, clock } = await setUp("recaptcha-v2");
    const challenge_ts = new Date(clock.now()).toISOString();
    answer((response) =>
      response.end(JSON.stringify({ success: true, challenge_ts, apk_package_name: "app.example" })),
    );
    expect(await captcha.check("token", about)).toEqual(failed);
  });

  it.each([
    "missing-input-response",
    "invalid-input-response",
    "timeout-or-duplicate",
    "expired-input-response",
    "already-seen-response",
    "invalid-or-already-seen-response",
    "sitekey-secret-mismatch",
    "not-using-dummy-passcode",
    "browser-error",
  ])("fails that the provider refuses with %s, also under the status 400", async (code) => {
    const { captcha, answer } = await setUp("turnstile");
    for (const status of [200, 400]) {
      answer((response) => response.writeHead(status).end(JSON.stringify({ success: false, "error-codes": [code] })));
      expect(await captcha.check("token", about)).toEqual(failed);
    }
  });

  it("fails that the provider refuses without a reason", async () => {
    const { captcha, answer } = await setUp("recaptcha-v2");
    answer((response) => response.end('{"success":false}'));
    expect(await captcha.check("token", about)).toEqual(failed);
  });
});

describe("the same token again", () => {
  it.each(kinds)("passes with %s for the same registration, and for no other", async (kind) => {
    const { captcha, issue, clock } = await setUp(kind);
    const token = issue();
    const first = await captcha.check(token, about);
    expect(await captcha.check(token, other)).toEqual(failed);
    clock.advance(10_000);
    expect(await captcha.check(token, about)).toEqual({ ...first, goodForSeconds: 290 });
  });

  it.each(kinds)("passes with %s in a double click", async (kind) => {
    const { captcha, issue } = await setUp(kind);
    const token = issue();
    const [first, second] = await Promise.all([captcha.check(token, about), captcha.check(token, about)]);
    expect(first).toMatchObject({ passed: true });
    expect(second).toEqual(first);
  });

  it("passes with Turnstile in another process too", async () => {
    const { captcha, issue, options } = await setUp("turnstile");
    const token = issue();
    const first = await captcha.check(token, about);
    expect(await siteverifyCaptcha(options).check(token, about)).toEqual(first);
    expect(await siteverifyCaptcha(options).check(token, other)).toEqual(failed);
  });

  it("is not asked about again where this process remembers it, and is judged anew", async () => {
    const { captcha, issue, requests, clock } = await setUp("recaptcha-v3");
    const token = issue();
    await captcha.check(token, about);
    expect(await captcha.check(token, { ...about, action: "sign-in" })).toEqual(failed);
    clock.advance(300_000);
    expect(await captcha.check(token, about)).toEqual(failed);
    expect(requests).toHaveLength(1);
  });

  it("is asked about again where it failed", async () => {
    const { captcha, requests } = await setUp("hcaptcha");
    expect(await captcha.check("token", about)).toEqual(failed);
    expect(await captcha.check("token", about)).toEqual(failed);
    expect(requests).toHaveLength(2);
  });

  it("is forgotten when it cannot be good any more", async () => {
    const { captcha, issue, requests, clock } = await setUp("hcaptcha");
    const token = issue();
    await captcha.check(token, about);
    clock.advance(359_999);
    await captcha.check(issue(), other);
    await captcha.check(token, about);
    expect(requests).toHaveLength(2);
    clock.advance(1);
    await captcha.check(issue(), other);
    await captcha.check(token, about);
    expect(requests).toHaveLength(4);
  });
});

describe("what is remembered", () => {
  it("has an end: the ten thousand tokens that passed last", async () => {
    const clock = fixedClock();
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return Response.json({ success: true, challenge_ts: "2026-01-01T00:00:00Z", hostname: "app.example" });
    };
    const captcha = siteverifyCaptcha({ provider: "recaptcha", secret, hostnames: ["app.example"], clock, fetch });
    for (let token = 0; token <= 10_000; token += 1) await captcha.check(`token-${token}`, about);
    await captcha.check("token-1", about);
    expect(asked).toBe(10_001);
    await captcha.check("token-0", about);
    expect(asked).toBe(10_002);
  });
});

describe("at start-up", () => {
  const right = { provider: "turnstile", secret, hostnames: ["app.example"] };
  it.each([
    ["no provider", { provider: undefined }],
    ["an unknown provider", { provider: "toString" }],
    ["no secret", { secret: undefined }],
    ["an empty secret", { secret: "" }],
    ["the text of an unset variable", { secret: "undefined" }],
    ["a secret with its line break", { secret: `${secret}\n` }],
    ["no host", { hostnames: undefined }],
    ["an empty list of hosts", { hostnames: [] }],
    ["an empty host", { hostnames: ["app.example", ""] }],
    ["a URL in place of a host", { hostnames: ["https://app.example"] }],
    ["a port", { hostnames: ["app.example:443"] }],
    ["a wildcard", { hostnames: ["*.app.example"] }],
    ["a URL without TLS", { url: "http://proxy.example/siteverify" }],
    ["no URL", { url: "siteverify" }],
    ["hCaptcha without its sitekey", { provider: "hcaptcha" }],
    ["hCaptcha with an empty sitekey", { provider: "hcaptcha", sitekey: "" }],
    ["a score that everybody has", { provider: "recaptcha", minScore: 0 }],
    ["a score that nobody has", { provider: "recaptcha", minScore: 1.1 }],
    ["a score that is text", { provider: "recaptcha", minScore: "0.5" }],
  ])("%s is a TypeError that does not tell the secret", (_, wrong) => {
    const wire = () => Reflect.apply(siteverifyCaptcha, undefined, [{ ...right, ...wrong }]);
    expect(wire).toThrow(TypeError);
    expect(wire).toThrow(/^(?!.*a-secret-of).*$/);
  });

  it("takes http on the same machine", () => {
    for (const host of ["localhost", "127.0.0.1:8080", "[::1]"]) {
      const url = `http://${host}/siteverify`;
      expect(() => siteverifyCaptcha({ provider: "turnstile", secret, hostnames: ["localhost"], url })).not.toThrow();
    }
  });
});
