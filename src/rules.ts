import type { OpenStep, Rules } from "./core/registration.js";
import type { PasswordRules } from "./values/password.js";

/** What a host may choose; what is left out keeps its default. In `steps`, captcha before password hashes for no bot. */
export type RuleChoices = { readonly [R in keyof Omit<Rules, "password">]?: Rules[R] | undefined } & {
  readonly password?: Partial<PasswordRules> | undefined;
};

/** One number of the rules: what it is without a choice, between what it may lie, and who says so. */
interface NumberRule {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly source: string;
}

type NumberName = { [R in keyof Rules]: Rules[R] extends number ? R : never }[keyof Rules];

const passwordTable: Readonly<Record<keyof PasswordRules, NumberRule>> = {
  minLength: {
    usual: 15,
    least: 8,
    most: 64,
    unit: "code points after NFC",
    source: "NIST SP 800-63B-4 §3.1.1.2: 15 as the only factor, 8 beside a second one",
  },
  maxLength: {
    usual: 256,
    least: 64,
    most: 256,
    unit: "code points after NFC",
    source: "NIST SP 800-63B-4 §3.1.1.2: at least 64; the cap keeps hashing cheap",
  },
};

const table: Readonly<Record<NumberName, NumberRule>> = {
  smsDigits: {
    usual: 6,
    least: 6,
    most: 10,
    unit: "digits",
    source: "NIST SP 800-63B-4 §3.1.3.2 and ASVS 6.5.4: at least 6",
  },
  mailDigits: {
    usual: 8,
    least: 6,
    most: 10,
    unit: "digits",
    source: "NIST SP 800-63B-4 §3.1.3.2: at least 6; 8 because a mailed code lives for hours",
  },
  guessesPerCode: {
    usual: 5,
    least: 1,
    most: 5,
    unit: "guesses",
    source: "OWASP Transaction Authorization 2.4; ASVS 6.6.3",
  },
  callsPerHour: {
    usual: 60,
    least: 1,
    most: 100_000,
    unit: "calls of one caller before the captcha, an hour",
    source: "OWASP Bot Management; offices and mobile networks share addresses",
  },
  pendingsPerHour: {
    usual: 20,
    least: 1,
    most: 100_000,
    unit: "registrations of one caller after the captcha, an hour",
    source: "OWASP Bot Management",
  },
  hashesPerHour: {
    usual: 30,
    least: 1,
    most: 100_000,
    unit: "password hashes for one caller, an hour",
    source: "ASVS 2.4.1 and 15.1.3: bound costly functions",
  },
  smsPerPrefixPerHour: {
    usual: 20,
    least: 1,
    most: 10_000,
    unit: "messages to numbers that differ in the last four digits only, an hour",
    source: "SMS providers' guidance against pumping of sequential ranges",
  },
  smsPerCountryPerDay: {
    usual: 500,
    least: 1,
    most: 10_000_000,
    unit: "messages to one country, a day",
    source: "SMS providers' guidance against pumping; a host's own budget",
  },
  breachThreshold: {
    usual: 1,
    least: 1,
    most: 1_000,
    unit: "sightings in breaches from which a password is refused",
    source: "NIST SP 800-63B-4 §3.1.1.2: compromised values are refused",
  },
  sendsPerRegistration: {
    usual: 5,
    least: 1,
    most: 5,
    unit: "messages of one registration",
    source: "SMS providers' guidance: 3 in 10 minutes",
  },
  addressesPerRegistration: {
    usual: 3,
    least: 1,
    most: 3,
    unit: "addresses of one registration",
    source: "a typo and a change of mind; more is a scan",
  },
  resendAfterSeconds: {
    usual: 60,
    least: 60,
    most: 600,
    unit: "seconds between two messages of one registration",
    source: "SMS providers' guidance: 30 to 60 s",
  },
  linkLifeSeconds: {
    usual: 28_800,
    least: 300,
    most: 86_400,
    unit: "seconds that a mailed link or code is good for",
    source: "NIST SP 800-63B-4 §3.1.3.2: at most 24 hours",
  },
  codeLifeSeconds: {
    usual: 600,
    least: 120,
    most: 600,
    unit: "seconds that a texted code is good for",
    source: "NIST SP 800-63B-4 §3.1.3.2 and ASVS 6.5.5: at most 10 minutes",
  },
};

const everyStep: readonly OpenStep[] = ["identifier", "password", "captcha", "profile"];
const proofsOfALink: readonly Rules["activation"][] = ["ticket_or_password", "password", "anyone_with_the_link"];

/**
 * Reads a host's choices into complete {@link Rules}; weak, unknown or contradictory ones throw.
 *
 * Defaults, with unit, bounds and source, are what {@link explainRules} prints.
 *
 * @example
 * ```ts
 * import { readRules } from "porchlight";
 * const rules = readRules({ linkLifeSeconds: 3_600 });
 * console.log(rules.guessesPerCode); // 5
 * ```
 *
 * @throws TypeError naming every choice that does not pass, and what would
 */
export function readRules(choices: RuleChoices = {}): Rules {
  // By hand: whoever imports a registrar loads this, and zod would take longer to load than all the rest (bench/README.md).
  const faults: string[] = [];
  const rule = readerOf(faults, "rules", choices);
  const password = readerOf(faults, "rules.password", choices?.password);
  const rules: Rules = {
    steps: [...rule.one("steps", everyStep, isSteps, `a list of ${quoted(everyStep)}`)],
    password: {
      minLength: password.number("minLength", passwordTable.minLength),
      maxLength: password.number("maxLength", passwordTable.maxLength),
    },
    activation: rule.one("activation", "ticket_or_password", isProofOfALink, `one of ${quoted(proofsOfALink)}`),
    smsDigits: rule.number("smsDigits", table.smsDigits),
    mailDigits: rule.number("mailDigits", table.mailDigits),
    guessesPerCode: rule.number("guessesPerCode", table.guessesPerCode),
    callsPerHour: rule.number("callsPerHour", table.callsPerHour),
    pendingsPerHour: rule.number("pendingsPerHour", table.pendingsPerHour),
    hashesPerHour: rule.number("hashesPerHour", table.hashesPerHour),
    smsPerPrefixPerHour: rule.number("smsPerPrefixPerHour", table.smsPerPrefixPerHour),
    smsPerCountryPerDay: rule.number("smsPerCountryPerDay", table.smsPerCountryPerDay),
    breaker: rule.one("breaker", false, isBoolean, "a boolean"),
    breachThreshold: rule.number("breachThreshold", table.breachThreshold),
    sendsPerRegistration: rule.number("sendsPerRegistration", table.sendsPerRegistration),
    addressesPerRegistration: rule.number("addressesPerRegistration", table.addressesPerRegistration),
    resendAfterSeconds: rule.number("resendAfterSeconds", table.resendAfterSeconds),
    linkLifeSeconds: rule.number("linkLifeSeconds", table.linkLifeSeconds),
    codeLifeSeconds: rule.number("codeLifeSeconds", table.codeLifeSeconds),
  };
  rule.noneBut(rules);
  password.noneBut(rules.password);
  if (new Set(rules.steps).size < rules.steps.length) faults.push("rules.steps: names a step twice.");
  for (const name of ["identifier", "password"] as const) {
    if (!rules.steps.includes(name)) faults.push(`rules.steps: lacks "${name}".`);
  }
  if (faults.length > 0) throw new TypeError(`These rules cannot be used.\n  ${faults.join("\n  ")}`);
  return rules;
}

/** Reads one choice after the other: what is left out keeps its default, what does not pass is a fault. */
function readerOf(faults: string[], path: string, choices: unknown = {}) {
  if (!isObject(choices)) faults.push(`${path}: must be an object.`);
  const given = isObject(choices) ? choices : {};

  function one<T>(name: string, usual: T, passes: (value: unknown) => value is T, wanted: string): T {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined) return usual;
    if (passes(value)) return value;
    faults.push(`${path}.${name}: must be ${wanted}.`);
    return usual;
  }

  return {
    one,
    number(name: string, { usual, least, most, unit, source }: NumberRule): number {
      const fits = (value: unknown): value is number => isWhole(value) && value >= least && value <= most;
      return one(name, usual, fits, `a whole number from ${least} to ${most} ${unit} (${source})`);
    },
    noneBut(known: object): void {
      const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
      faults.push(...unknown.map((name) => `${path}.${name}: there is no such rule.`));
    },
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isWhole = (value: unknown): value is number => Number.isInteger(value);
const isStep = (value: unknown): value is OpenStep => everyStep.some((step) => step === value);
// A hole in a list is seen by an iterator alone.
const isSteps = (value: unknown): value is readonly OpenStep[] => Array.isArray(value) && [...value].every(isStep);
const isProofOfALink = (value: unknown): value is Rules["activation"] => proofsOfALink.some((proof) => proof === value);
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Guesses at short codes that one address pays for in 30 days; past them its codes have ten digits (design: Budgets). */
const guessesPerMonth = 30;

/** What text messages can come to: `channels.phone`, and what one costs. */
interface PhoneCosts {
  readonly smsPerDay: number;
  readonly countries?: readonly string[] | undefined;
  readonly pricePerSms?: number | undefined;
}

/**
 * Says in plain text what the rules imply: every number with its unit, bounds and source, the chance of guessing a
 * code, and, where `phone` is given, the most that SMS can cost in a day.
 *
 * @example
 * ```ts
 * import { explainRules } from "porchlight";
 * console.log(explainRules({}, { smsPerDay: 1_000, countries: ["DE"], pricePerSms: 0.07 }));
 * ```
 *
 * @param phone `smsPerDay` and `countries` as in `channels.phone`; `pricePerSms` in whatever currency
 */
export function explainRules(choices: RuleChoices = {}, phone?: PhoneCosts): string {
  const rules = readRules(choices);
  const line = (name: string, value: number, { unit, least, most, usual, source }: NumberRule) =>
    `${name} = ${value} ${unit} (${least} to ${most}, usually ${usual}; ${source})`;
  const odds = (guesses: number, digits: number) => `1 in ${Math.floor(10 ** digits / guesses).toLocaleString("en")}`;
  return [
    `steps = ${rules.steps.join(", ")}`,
    `activation = ${rules.activation}`,
    line("password.minLength", rules.password.minLength, passwordTable.minLength),
    line("password.maxLength", rules.password.maxLength, passwordTable.maxLength),
    ...numberNames.map((name) => line(name, rules[name], table[name])),
    `breaker = ${rules.breaker} (usually false; SMS providers' guidance: under 20 % of codes entered is an attack)`,
    "",
    `The chance to guess one texted code is at most ${odds(rules.guessesPerCode, rules.smsDigits)},`,
    `one mailed code ${odds(rules.guessesPerCode, rules.mailDigits)},`,
    `any texted code of one number within 30 days ${odds(guessesPerMonth, rules.smsDigits)}.`,
    ...(phone === undefined ? [] : ["", ...spending(rules, phone)]),
  ].join("\n");
}

const numberNames: readonly NumberName[] = [
  "smsDigits",
  "mailDigits",
  "guessesPerCode",
  "callsPerHour",
  "pendingsPerHour",
  "hashesPerHour",
  "smsPerPrefixPerHour",
  "smsPerCountryPerDay",
  "breachThreshold",
  "sendsPerRegistration",
  "addressesPerRegistration",
  "resendAfterSeconds",
  "linkLifeSeconds",
  "codeLifeSeconds",
];

function spending(rules: Rules, { smsPerDay, countries, pricePerSms }: PhoneCosts): readonly string[] {
  const number = (value: number) => value.toLocaleString("en");
  const { smsPerCountryPerDay, guessesPerCode, smsDigits } = rules;
  const allCountries = countries === undefined ? smsPerDay : countries.length * smsPerCountryPerDay;
  const most = Math.min(smsPerDay, allCountries);
  const price = pricePerSms === undefined ? "" : `, which cost at most ${(most * pricePerSms).toFixed(2)}`;
  return [
    `At most ${number(most)} text messages, of every kind, are decided upon in any 24 hours${price}:`,
    `the lesser of smsPerDay (${number(smsPerDay)}) and of smsPerCountryPerDay (${number(smsPerCountryPerDay)}) times countries${countries === undefined ? "" : ` (${countries.length})`}.`,
    `Were each of them guessed at, one code would be guessed in ${number(Math.floor(10 ** smsDigits / (guessesPerCode * most)))} days.`,
  ];
}
