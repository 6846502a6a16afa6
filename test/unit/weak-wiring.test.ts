import { explainRules, readRules } from "porchlight";
import { createHandler } from "porchlight/http";
import { memoryLimiter } from "porchlight/limiter/memory";
import { redisLimiter } from "porchlight/limiter/redis";
import { nodemailerMailer } from "porchlight/mailer/nodemailer";
import { describe, expect, it } from "vitest";
import { openHouse } from "./registrar/house.js";

/** Every number of the rules with its bounds, as the rules themselves explain them. */
const numbers = [...explainRules().matchAll(/^([a-zA-Z.]+) = \d+ .*?\((\d+) to (\d+), usually/gm)].map(
  ([, name = "", least, most]) => ({ name, least: Number(least), most: Number(most) }),
);

function choice(name: string, value: unknown): object {
  const [outer = "", inner] = name.split(".");
  return { [outer]: inner === undefined ? value : { [inner]: value } };
}

const read = (choices: object): unknown => Reflect.apply(readRules, undefined, [choices]);

describe.each(numbers)("the rule $name", ({ name, least, most }) => {
  it(`is ${least} to ${most}, a whole number, and nothing else (T30)`, () => {
    for (const good of [least, most]) expect(() => read(choice(name, good))).not.toThrow();
    const bad = [
      least - 1,
      most + 1,
      -1,
      0.5 + least,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      String(least),
      null,
      [least],
    ];
    for (const value of bad) {
      expect(() => read(choice(name, value)), String(value)).toThrow(TypeError);
      expect(() => read(choice(name, value))).toThrow(`rules.${name}: must be a whole number from ${least} to ${most}`);
    }
  });
});

it("every number of the rules is among them", () => {
  expect(numbers.length).toBeGreaterThanOrEqual(16);
  const { password, ...rules } = readRules();
  const named = [
    ...Object.keys(password).map((name) => `password.${name}`),
    ...Object.entries(rules).flatMap(([name, value]) => (typeof value === "number" ? [name] : [])),
  ];
  expect(numbers.map(({ name }) => name).sort()).toEqual(named.sort());
});

it.each(["passwordLifeDays", "password.maxAgeDays", "password.history", "password.uppercase", "hint"])(
  "there is no rule %s, as NIST SP 800-63B-4 section 3.1.1.2 and ASVS 6.2.5 and 6.2.10 ask",
  (name) => {
    expect(() => read(choice(name, 1))).toThrow(/there is no such rule/);
  },
);

it("the floors and ceilings are those of the sources (T30)", () => {
  const bounds = Object.fromEntries(numbers.map(({ name, least, most }) => [name, [least, most]]));
  expect(bounds).toMatchObject({
    // NIST SP 800-63B-4 section 3.1.1.2: 8 beside a second factor; at least 64 must be allowed.
    "password.minLength": [8, 64],
    "password.maxLength": [64, 256],
    // Section 3.1.3.2 and ASVS 6.5.4 and 6.5.5: six digits, ten minutes by SMS, 24 hours by mail.
    smsDigits: [6, 10],
    mailDigits: [6, 10],
    codeLifeSeconds: [120, 600],
    linkLifeSeconds: [300, 86_400],
    guessesPerCode: [1, 5],
    resendAfterSeconds: [60, 600],
    sendsPerRegistration: [1, 5],
    addressesPerRegistration: [1, 3],
  });
});

const canary = "canary-of-a-secret";
const call = (make: unknown, ...given: readonly unknown[]): unknown =>
  typeof make === "function" ? Reflect.apply(make, undefined, given) : undefined;
const transport = { sendMail: async () => undefined };

describe("an adapter that could not work safely", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a sender of two lines",
      () => nodemailerMailer(transport, { from: `a@app.example\r\nBcc: ${canary}@x.example` }),
      /line break/,
    ],
    ["a sender without an address", () => nodemailerMailer(transport, { from: canary }), /must end in an address/],
    ["a memory limiter of no keys", () => memoryLimiter({ maxKeys: 0 }), /maxKeys/],
    ["a memory limiter of endless keys", () => memoryLimiter({ maxKeys: Number.POSITIVE_INFINITY }), /maxKeys/],
    ["a Redis limiter without a client", () => call(redisLimiter, undefined), /./],
    ["a Redis limiter with a URL for a client", () => call(redisLimiter, `redis://:${canary}@localhost`), /./],
    [
      "routes below a path that ends in a slash",
      () => createHandler(openHouse().registrar, { caller: () => ({ ip: undefined }), basePath: "/registration/" }),
      /basePath/,
    ],
    [
      "an origin with a path",
      () =>
        createHandler(openHouse().registrar, {
          caller: () => ({ ip: undefined }),
          origin: `https://app.example/${canary}`,
        }),
      /origin/,
    ],
  ])("is refused at start-up, without saying a secret: %s (T30)", (_, make, says) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(says);
    expect(make).not.toThrow(canary);
  });

  it.each(["postgres", "mysql", "sqlite", "libsql"])(
    "is refused at start-up: the %s store with another time (T30)",
    async (name) => {
      const store: object = await import(`../../src/store/${name}.ts`);
      const make: unknown = Reflect.get(store, `${name}Store`);
      for (const timeoutSeconds of [0, 61, Number.NaN]) {
        expect(() => call(make, {}, { timeoutSeconds }), String(timeoutSeconds)).toThrow(TypeError);
      }
    },
  );
});
