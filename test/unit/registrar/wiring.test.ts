import { describe, expect, it } from "vitest";
import { argon2Hasher } from "../../../src/hasher/argon2.js";
import { createRegistrar } from "../../../src/registrar/registrar.js";
import { testPorts } from "../../../src/testing/index.js";

const secret = new Uint8Array(32).fill(0xab);
const shortSecret = new TextEncoder().encode("canary-of-31-bytes-not-one-more");

/** A wiring that works, as a JavaScript host would write it: untyped. */
function wiring(): Record<string, unknown> {
  const { mailer, texter, ...ports } = testPorts();
  return {
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer, activationUrl: "https://app.example/activate#t={token}" },
      phone: { texter, countries: ["GB"], smsPerDay: 100 },
    },
    ...ports,
  };
}

function channel(name: "email" | "phone", change: object): object {
  const { channels } = wiring();
  if (typeof channels !== "object" || channels === null) throw new Error("no channels");
  return { channels: { ...channels, [name]: { ...Reflect.get(channels, name), ...change } } };
}

/** A port that works, with this changed about it. */
function port(name: "store" | "limiter" | "captcha", change: object): object {
  const { [name]: works } = wiring();
  if (typeof works !== "object" || works === null) throw new Error(`no ${name}`);
  return { [name]: { ...works, ...change } };
}

const create = (options: object): unknown => Reflect.apply(createRegistrar, undefined, [options]);

function refusal(change: object): TypeError {
  try {
    create({ ...wiring(), ...change });
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
  throw new Error("The wiring was taken.");
}

const schema = { "~standard": { version: 1, vendor: "host", validate: (value: unknown) => ({ value }) } };

describe("createRegistrar", () => {
  it("takes Date for a clock, which is a function with a verb", () => {
    expect(create({ ...wiring(), clock: Date })).toHaveProperty("signIn");
  });

  it("takes a wiring that works", () => {
    expect(create(wiring())).toHaveProperty("signIn");
  });

  it.each<[string, object, RegExp]>([
    // What is missing.
    ["no captcha", { captcha: undefined }, /captcha: is missing.*"none"/],
    ["no store", { store: undefined }, /store: is missing/],
    ["no hasher", { hasher: undefined }, /hasher: is missing/],
    ["no limiter", { limiter: undefined }, /limiter: is missing/],
    ["no keys", { keys: undefined }, /keys: is missing/],
    ["no service", { service: undefined }, /service: is missing/],
    ["no channels", { channels: {} }, /channels: offers neither email nor phone/],
    ["an option that is not there", { mailer: {} }, /mailer: there is no such option; it belongs into channels\.email/],
    ["a misspelt option", { onSignals: () => undefined }, /onSignals: there is no such option/],
    // Ports that are none.
    ["a store without verbs", { store: {} }, /store: /],
    ["a hasher without verbs", { hasher: {} }, /hasher: /],
    ["a limiter without verbs", { limiter: {} }, /limiter: /],
    ["a captcha that is switched off by another word", { captcha: "off" }, /captcha: /],
    ["a captcha without check()", { captcha: {} }, /captcha: /],
    ["a breach check without count()", { breach: {} }, /breach: /],
    ["a clock without now()", { clock: {} }, /clock: /],
    ["a store whose ready is no function", port("store", { ready: true }), /store\.ready: must be a function/],
    ["a limiter whose purge is no function", port("limiter", { purge: 100 }), /limiter\.purge: must be a function/],
    ["a captcha whose challenge is data", port("captcha", { challenge: {} }), /captcha\.challenge: must be a function/],
    ["a store with no time", port("store", { timeoutSeconds: 0 }), /store\.timeoutSeconds: must be 1 to 60/],
    ["a store with an hour", port("store", { timeoutSeconds: 3_600 }), /store\.timeoutSeconds: must be 1 to 60/],
    ["a store with a time that is no number", port("store", { timeoutSeconds: "5" }), /store\.timeoutSeconds/],
    ["a store with endless time", port("store", { timeoutSeconds: Number.NaN }), /store\.timeoutSeconds/],
    ["a screen that is no function", { screen: "pass" }, /screen: /],
    ["a listener that is no function", { onEvent: "log" }, /onEvent: /],
    ["a mailer without send()", channel("email", { mailer: {} }), /channels\.email\.mailer: has no send/],
    ["a texter without send()", channel("phone", { texter: {} }), /channels\.phone\.texter: has no send/],
    // Addresses of pages.
    [
      "a link without TLS",
      channel("email", { activationUrl: "http://app.example/a#t={token}" }),
      /activationUrl: must be an https URL/,
    ],
    [
      "a link without the token",
      channel("email", { activationUrl: "https://app.example/a" }),
      /activationUrl: .*\{token\}/,
    ],
    ["a token in the path", channel("email", { activationUrl: "https://app.example/{token}" }), /activationUrl/],
    ["two tokens", channel("email", { activationUrl: "https://app.example/a?t={token}#t={token}" }), /activationUrl/],
    ["a link of another scheme", channel("email", { activationUrl: "javascript:alert(1)#t={token}" }), /activationUrl/],
    ["a sign-in page without TLS", { signInUrl: "http://app.example/login" }, /signInUrl: must be an https URL/],
    ["a sign-in page with a password in it", { signInUrl: "https://user:pass@app.example/" }, /signInUrl/],
    // Money.
    ["no countries", channel("phone", { countries: [] }), /countries: must list ISO 3166/],
    ["all countries", channel("phone", { countries: ["all"] }), /there is no "all"/],
    ["no budget of SMS", channel("phone", { smsPerDay: undefined }), /smsPerDay: .*no default/],
    ["a budget of none", channel("phone", { smsPerDay: 0 }), /smsPerDay/],
    ["an endless budget", channel("phone", { smsPerDay: Number.POSITIVE_INFINITY }), /smsPerDay/],
    ["a type of number that costs more", channel("phone", { types: ["premium_rate"] }), /channels\.phone\.types/],
    ["proofs that are none", channel("email", { by: [] }), /channels\.email\.by/],
    ["an unknown proof", channel("email", { by: ["sms"] }), /channels\.email\.by/],
    // Rules.
    ["a short shortest password", { rules: { password: { minLength: 7 } } }, /rules\.password\.minLength/],
    ["a texted code that lives 601 s", { rules: { codeLifeSeconds: 601 } }, /rules\.codeLifeSeconds/],
    ["a link that lives longer than a day", { rules: { linkLifeSeconds: 86_401 } }, /rules\.linkLifeSeconds/],
    ["codes of five digits", { rules: { smsDigits: 5 } }, /rules\.smsDigits/],
    ["six guesses", { rules: { guessesPerCode: 6 } }, /rules\.guessesPerCode/],
    ["no guesses", { rules: { guessesPerCode: 0 } }, /rules\.guessesPerCode/],
    ["six messages", { rules: { sendsPerRegistration: 6 } }, /rules\.sendsPerRegistration/],
    ["a resend after 59 s", { rules: { resendAfterSeconds: 59 } }, /rules\.resendAfterSeconds/],
    ["a rule in quotes", { rules: { smsDigits: "6" } }, /rules\.smsDigits/],
    ["a rule that there is not", { rules: { digits: 6 } }, /digits/],
    ["another way to activate", { rules: { activation: "anyone" } }, /rules\.activation/],
    ["steps without a password", { rules: { steps: ["identifier", "captcha"] } }, /lacks "password"/],
    [
      "steps without the captcha that is wired",
      { rules: { steps: ["identifier", "password"] } },
      /rules\.steps: lacks "captcha"/,
    ],
    [
      "a captcha step without a captcha",
      { captcha: "none", rules: { steps: ["identifier", "password", "captcha"] } },
      /names "captcha"/,
    ],
    [
      "a profile step without a profile",
      { rules: { steps: ["identifier", "password", "captcha", "profile"] } },
      /names "profile"/,
    ],
    // Keys.
    [
      "a short key",
      { keys: { seal: "k", known: [{ id: "k", secret: shortSecret }], pseudonym: secret } },
      /keys\.known, "k": .*32/,
    ],
    [
      "a password for a key",
      { keys: { seal: "k", known: [{ id: "k", secret: "canary-".repeat(9) }], pseudonym: secret } },
      /never a password/,
    ],
    [
      "a short pseudonym key",
      { keys: { seal: "k", known: [{ id: "k", secret }], pseudonym: shortSecret } },
      /keys\.pseudonym/,
    ],
    [
      "a seal that nobody knows",
      { keys: { seal: "x", known: [{ id: "k", secret }], pseudonym: secret } },
      /keys\.seal/,
    ],
    [
      "two keys of one id",
      {
        keys: {
          seal: "k",
          known: [
            { id: "k", secret },
            { id: "k", secret },
          ],
          pseudonym: secret,
        },
      },
      /twice/,
    ],
    [
      "a key id of other letters",
      { keys: { seal: "a b", known: [{ id: "a b", secret }], pseudonym: secret } },
      /id has 1 to 32/,
    ],
    ["no key at all", { keys: { seal: "k", known: [], pseudonym: secret } }, /keys\.seal/],
    ["keys that are a text", { keys: "canary" }, /keys/],
    // The rest.
    ["another way to deliver", { delivery: "auto" }, /delivery: must be "automatic" or "manual"/],
    ["ids that repeat", { newId: () => "a-fixed-id-of-20-ch." }, /newId/],
    ["ids that are short", { newId: () => Math.random().toString(36).slice(2, 8) }, /newId/],
    ["a service of two lines", { service: "Example\r\nBcc: eve@example.com" }, /service: must be the name/],
    ["a language that is none", { messages: { "not a tag": {} } }, /"not a tag" is no language tag/],
    ["a profile that is no schema", { profile: { parse: () => undefined } }, /profile: must be a Standard Schema/],
    ["a schema of another version", { profile: { "~standard": { ...schema["~standard"], version: 2 } } }, /profile/],
    ["a consent without a version", { consents: { terms: {} } }, /consents: ids and versions/],
    ["a consent of odd letters", { consents: { "terms\n": { version: "1" } } }, /consents/],
    [
      "more consents than a ticket holds",
      {
        consents: Object.fromEntries(
          [1, 2, 3, 4, 5, 6].map((n) => [`document-number-${n}`, { version: "2026-01-01" }]),
        ),
      },
      /consents: take more than 400 bytes/,
    ],
  ])("refuses %s by a TypeError that says what to change (T30)", (_, change, says) => {
    const error = refusal(change);
    expect(error.message).toMatch(says);
    expect(`${error.message}${error.stack}`).not.toMatch(/canary/);
    expect(error.message).not.toMatch(/Cannot read|undefined \(reading|is not a function|not iterable/);
  });

  it("refuses the memory limiter beside a store that many processes share, unless told (T30)", () => {
    const { store, ...others } = wiring();
    if (typeof store !== "object" || store === null) throw new Error("no store");
    const { singleProcess: _, ...durable }: { singleProcess?: unknown } = { ...store };
    expect(refusal({ ...others, store: durable }).message).toMatch(
      /limiter: counts for one process only.*unsafeSingleProcess/,
    );
    expect(create({ ...others, store: durable, unsafeSingleProcess: true })).toHaveProperty("start");
  });

  it.each([1, 2.5, 60, undefined])("takes a store whose verbs may take %s seconds", (timeoutSeconds) => {
    expect(create({ ...wiring(), ...port("store", { timeoutSeconds }) })).toHaveProperty("start");
  });

  it("names all faults at once", () => {
    const { message } = refusal({ service: "", signInUrl: "nowhere", delivery: "never" });
    expect(message).toMatch(/service: /);
    expect(message).toMatch(/signInUrl: /);
    expect(message).toMatch(/delivery: /);
  });

  it("takes http on localhost only", () => {
    for (const host of ["localhost:3000", "127.0.0.1", "[::1]:8080"]) {
      const change = {
        signInUrl: `http://${host}/login`,
        ...channel("email", { activationUrl: `http://${host}/a?t={token}` }),
      };
      expect(create({ ...wiring(), ...change })).toHaveProperty("start");
    }
    expect(refusal({ signInUrl: "http://localhost.evil.example/" }).message).toMatch(/signInUrl/);
  });

  it("takes a key of 32 bytes", () => {
    expect(
      create({ ...wiring(), keys: { seal: "k", known: [{ id: "k", secret }], pseudonym: secret } }),
    ).toHaveProperty("start");
  });
});

describe("argon2Hasher", () => {
  it.each([
    [1, 47_103],
    [2, 19_455],
    [3, 12_287],
    [5, 12_287],
  ])("refuses %i passes over %i KiB at start-up (T30)", (passes, memoryKiB) => {
    expect(() => argon2Hasher({ passes, memoryKiB, parallelism: 1 })).toThrow(TypeError);
    expect(() => argon2Hasher({ passes, memoryKiB: memoryKiB + 1, parallelism: 1 })).not.toThrow();
  });

  it("refuses a pepper shorter than 32 bytes, without saying it (T30)", () => {
    const make = () => argon2Hasher({ pepper: { seal: "p", known: [{ id: "p", secret: shortSecret }] } });
    expect(make).toThrow(/at least 32 bytes/);
    expect(make).not.toThrow(/canary/);
  });
});
