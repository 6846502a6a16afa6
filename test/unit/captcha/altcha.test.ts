import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type AltchaOptions, altchaCaptcha } from "../../../src/captcha/altcha.js";
import { fixedClock } from "../../../src/testing/clock.js";
import { altcha, challengeOf, type Payload, secretOf, solve, written } from "./altcha-visitor.js";

const about = { ip: undefined, action: "sign-up", id: "registration-1" } as const;
const failed = { passed: false };
const clock = fixedClock();
const start = clock.now();

const captchaWith = (options: Partial<AltchaOptions> = {}) =>
  altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, clock, ...options });
const captcha = captchaWith();

let solved: Payload;
let response = "";
beforeAll(async () => {
  solved = await solve(captcha);
  response = written(solved);
});
afterEach(() => {
  clock.set(start);
  vi.useRealTimers();
});

/** The payload with something else in it, as the widget would write it. */
const changed = (change: (payload: Payload) => object) => btoa(JSON.stringify(change(solved)));
const withParameters = (parameters: object) =>
  changed(({ challenge, solution }) => ({
    challenge: { ...challenge, parameters: { ...challenge.parameters, ...parameters } },
    solution,
  }));
const withSolution = (solution: object) =>
  changed((payload) => ({ ...payload, solution: { ...payload.solution, ...solution } }));

describe("a challenge", () => {
  it("has the format that the widget 3 solves, with work that is bundled with it", async () => {
    expect(await challengeOf(captcha)).toEqual({
      parameters: {
        algorithm: "PBKDF2/SHA-256",
        cost: 5_000,
        // The widget derives an AES key, which has 16, 24 or 32 bytes.
        keyLength: 32,
        keyPrefix: expect.stringMatching(/^[0-9a-f]{32}$/),
        nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
        salt: expect.stringMatching(/^[0-9a-f]{32}$/),
        data: { action: "sign-up", until: start + 300_000 },
        expiresAt: expect.any(Number),
      },
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("tells the browser its end by the wall clock, which is all that a browser has", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 5, 1) });
    const { parameters } = await challengeOf(captchaWith({ goodForSeconds: 60 }));
    expect(parameters.expiresAt).toBe(Date.UTC(2026, 5, 1) / 1000 + 60);
    expect(parameters.data?.until).toBe(start + 60_000);
  });

  it("takes at least half of the tries that the host set, and never more", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { counter } = (await solve(captcha)).solution;
      expect(counter).toBeGreaterThanOrEqual(50);
      expect(counter).toBeLessThanOrEqual(100);
    }
  });
});

describe("a solved challenge", () => {
  it("passes, named by its nonce, for the rest of its life", async () => {
    clock.advance(100_000);
    expect(await captcha.check(response, about)).toEqual({
      passed: true,
      once: solved.challenge.parameters.nonce,
      goodForSeconds: 200,
    });
  });

  it("passes in the last millisecond of its life and fails in the next", async () => {
    clock.advance(299_999);
    expect(await captcha.check(response, about)).toMatchObject({ passed: true, goodForSeconds: 0.001 });
    clock.advance(1);
    expect(await captcha.check(response, about)).toEqual(failed);
  });

  it("fails once it is old by the wall clock, though the host's clock stands", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 302_000 });
    expect(await captcha.check(response, about)).toEqual(failed);
  });

  it("is not revived by a clock that is set back", async () => {
    clock.advance(-60_000);
    expect(await captcha.check(response, about)).toMatchObject({ passed: true, goodForSeconds: 360 });
    clock.advance(-1);
    expect(await captcha.check(response, about)).toEqual(failed);
  });

  it("never passes by a clock that tells no time", async () => {
    const timeless = captchaWith({ clock: { now: () => Number.NaN } });
    expect(await timeless.check(response, about)).toEqual(failed);
    expect(await timeless.check(written(await solve(timeless)), about)).toEqual(failed);
  });

  it("fails for another action than the one that was signed, on either side", async () => {
    expect(await captcha.check(response, { ...about, action: "sign-in" })).toEqual(failed);
    const other = captchaWith({ action: "sign-in" });
    expect(await other.check(response, { ...about, action: "sign-in" })).toEqual(failed);
    expect(await other.check(response, about)).toEqual(failed);
  });

  it("passes while its secret is still listed, and not after", async () => {
    const rotated = captchaWith({ secrets: [secretOf(2), secretOf(1)] });
    expect(await rotated.check(response, about)).toMatchObject({ passed: true });
    expect(await captchaWith({ secrets: [secretOf(2)] }).check(response, about)).toEqual(failed);
    const fresh = written(await solve(rotated));
    expect(await captchaWith({ secrets: [secretOf(2)] }).check(fresh, about)).toMatchObject({ passed: true });
    expect(await captcha.check(fresh, about)).toEqual(failed);
  });
});

describe("one solved challenge, written anew,", () => {
  const spaced = (payload: Payload) => btoa(JSON.stringify(payload, null, 1));
  const reversed = ({ challenge, solution }: Payload) => {
    const parameters = Object.fromEntries(Object.entries(challenge.parameters).reverse());
    return btoa(JSON.stringify({ solution, challenge: { signature: challenge.signature, parameters } }));
  };
  it.each([
    ["without padding", (payload: Payload) => written(payload).replace(/=+$/, "")],
    ["with line breaks", (payload: Payload) => written(payload).replace(/.{76}/g, "$&\n")],
    ["as JSON with spaces", spaced],
    ["in another order", reversed],
    ["with members that nobody asked for", (payload: Payload) => written({ ...payload, ...{ extra: 1 } })],
    ["with another time that it took", (payload: Payload) => btoa(JSON.stringify({ ...payload, took: 1 }))],
    ["with an escaped letter", (payload: Payload) => btoa(JSON.stringify(payload).replace("nonce", "\\u006eonce"))],
    ["with a name given twice", (payload: Payload) => btoa(JSON.stringify(payload).replace("{", '{"challenge":0,'))],
  ])("%s has the same name", async (_, write) => {
    expect(await captcha.check(write(solved), about)).toMatchObject({
      passed: true,
      once: solved.challenge.parameters.nonce,
    });
  });
});

describe("what is no solved challenge fails:", () => {
  it.each([
    ["a challenge whose end was moved", () => withParameters({ data: { action: "sign-up", until: start + 310_000 } })],
    ["a challenge under a nonce of one's own", () => withParameters({ nonce: "0".repeat(32) })],
    ["a challenge made cheaper", () => withParameters({ cost: 1 })],
    ["a challenge with less to find", () => withParameters({ keyPrefix: "31" })],
    ["a challenge with a parameter more", () => withParameters({ parallelism: 1 })],
    ["another counter", () => withSolution({ counter: solved.solution.counter + 1 })],
    ["a counter beyond 32 bits", () => withSolution({ counter: solved.solution.counter + 2 ** 32 })],
    ["another key", () => withSolution({ derivedKey: "00".repeat(32) })],
    ["the prefix alone", () => withSolution({ derivedKey: solved.challenge.parameters.keyPrefix })],
    ["no solution", () => changed(({ challenge }) => ({ challenge, solution: null }))],
    [
      "no signature",
      () => changed(({ challenge, solution }) => ({ challenge: { ...challenge, signature: "" }, solution })),
    ],
    [
      "what the widget sends in its test mode",
      () => btoa(JSON.stringify({ challenge: null, solution: null, test: true })),
    ],
    [
      "a payload of the widget 2",
      () => btoa(JSON.stringify({ algorithm: "SHA-256", challenge: "", number: 1, salt: "", signature: "" })),
    ],
    ["JSON that nests deeply", () => btoa('{"challenge":{"parameters":'.repeat(50))],
    ["a list", () => btoa("[]")],
    ["JSON without base64", () => JSON.stringify(solved)],
    ["a response beyond 2,048 characters", () => response.padEnd(2_049, " ")],
  ])("%s", async (_, write) => {
    expect(await captcha.check(write(), about)).toEqual(failed);
  });

  it("an unsigned challenge that somebody made for himself", async () => {
    const own = { ...solved.challenge.parameters, cost: 1, keyPrefix: "0" };
    const unsigned = btoa(JSON.stringify({ challenge: { parameters: own }, solution: solved.solution }));
    expect(await captcha.check(unsigned, about)).toEqual(failed);
  });

  it("any change of one character, or it keeps the challenge's name", async () => {
    const other = fc.oneof(
      fc.constantFrom(...'ABCXYZabcxyz0189+/=-_ \n{}"\\'),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    const place = fc.nat(response.length - 1);
    await fc.assert(
      fc.asyncProperty(place, other, async (at, char) => {
        const tampered = response.slice(0, at) + char + response.slice(at + 1);
        const verdict = await captcha.check(tampered, about);
        if (verdict.passed) expect(verdict.once).toBe(solved.challenge.parameters.nonce);
      }),
      { numRuns: 2_000 },
    );
  });

  it("any change of one character of the JSON, or it keeps the challenge's name", async () => {
    const json = atob(response);
    for (let at = 0; at < json.length; at += 1) {
      for (const char of ["0", "a", '"', " "]) {
        const verdict = await captcha.check(btoa(json.slice(0, at) + char + json.slice(at + 1)), about);
        if (verdict.passed) expect(verdict.once).toBe(solved.challenge.parameters.nonce);
      }
    }
  });

  it("any JSON, and any text", async () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text).toString("base64"));
    await fc.assert(
      fc.asyncProperty(fc.oneof(json, fc.string({ unit: "binary" }), fc.base64String()), async (text) => {
        expect(await captcha.check(text, about)).toEqual(failed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("at start-up", () => {
  it.each([
    ["no secret", { secrets: [] }],
    ["three secrets", { secrets: [secretOf(1), secretOf(2), secretOf(3)] }],
    ["one secret twice", { secrets: [secretOf(1), secretOf(1)] }],
    ["a text as the secret", { secrets: ["a password of more than 32 characters"] }],
    ["a secret of 31 bytes", { secrets: [secretOf(1).subarray(1)] }],
    ["a secret of zeroes", { secrets: [new Uint8Array(32)] }],
    ["a word repeated", { secrets: [Buffer.from("changeme".repeat(8))] }],
    ["a short secret that retires", { secrets: [secretOf(1), new Uint8Array(16)] }],
    ["too little work", { difficulty: 99 }],
    ["too much work", { difficulty: 20_001 }],
    ["half a try", { difficulty: 100.5 }],
    ["a life beyond five minutes", { goodForSeconds: 301 }],
    ["a life that nobody can use", { goodForSeconds: 29 }],
    ["an action that a browser cannot write", { action: "registrácia" }],
    ["an empty action", { action: "" }],
  ])("%s is a TypeError", (_, options) => {
    expect(() => Reflect.apply(captchaWith, undefined, [options])).toThrow(TypeError);
  });

  it("so is a library without one of its three functions", () => {
    for (const name of Object.keys(altcha)) {
      const lacking = { ...altcha, [name]: undefined };
      expect(() => Reflect.apply(altchaCaptcha, undefined, [lacking, { secrets: [secretOf(1)] }])).toThrow(name);
    }
  });

  it("says nothing of a secret", () => {
    const weak = Buffer.from("changeme".repeat(8));
    expect(() => captchaWith({ secrets: [weak] })).toThrow(/^(?!.*(changeme|6368616e)).*$/);
  });

  it("a secret is copied, so that nobody wipes it by chance", async () => {
    const secret = secretOf(1);
    const own = captchaWith({ secrets: [secret] });
    secret.fill(0);
    expect(await own.check(response, about)).toMatchObject({ passed: true });
  });
});
