import type { OpenStep, Rules } from "../core/registration.js";
import { readRules } from "../rules.js";
import type { Channel } from "../values/identifier.js";
import { checkPorts } from "./check-ports.js";
import { Faults } from "./faults.js";
import type { Options } from "./options.js";

const names: Readonly<Record<keyof Options<Channel, unknown, unknown>, boolean>> = {
  service: true,
  signInUrl: true,
  keys: true,
  channels: true,
  store: true,
  hasher: true,
  limiter: true,
  captcha: true,
  profile: false,
  consents: false,
  screen: false,
  breach: false,
  accounts: false,
  onEvent: false,
  onSignal: false,
  delivery: false,
  waitUntil: false,
  messages: false,
  rules: false,
  unsafeSingleProcess: false,
  clock: false,
  newId: false,
};

/**
 * Checks a registrar's options and reads its rules.
 *
 * @throws TypeError that names every option that does not fit, and what would; never a secret
 */
export function checkOptions(options: Options<Channel, unknown, unknown>): Rules {
  const faults = new Faults();
  for (const name of Object.keys(options)) {
    const hint =
      name === "mailer"
        ? "; it belongs into channels.email"
        : name === "texter"
          ? "; it belongs into channels.phone"
          : "";
    faults.unless(Object.hasOwn(names, name), `${name}: there is no such option${hint}.`);
  }
  for (const [name, required] of Object.entries(names)) {
    const missing = required && Reflect.get(options, name) === undefined;
    faults.unless(!missing, name === "captcha" ? captchaMissing : `${name}: is missing.`);
  }
  // Nothing below can be read without these.
  faults.throwIfAny();
  checkTexts(options, faults);
  checkChannels(options, faults);
  checkPorts(options, faults);
  checkDocuments(options, faults);
  faults.throwIfAny();
  return rulesFor(options);
}

const captchaMissing = 'captcha: is missing; give a Captcha, or say "none" where something else keeps programs out.';

function checkTexts({ service, signInUrl, messages = {} }: Options<Channel, unknown, unknown>, faults: Faults): void {
  const named = typeof service === "string" && /^[^\p{Cc}]{1,64}$/u.test(service) && service.trim() !== "";
  faults.unless(named, "service: is the name that visitors know, in 1 to 64 printable characters.");
  faults.unless(isSafeUrl(signInUrl), "signInUrl: is an https URL (http only on localhost).");
  for (const tag of Object.keys(messages)) {
    faults.unless(isTag(tag), `messages: "${tag}" is no language tag (BCP 47), such as "en" or "zh-Hant".`);
  }
}

function checkChannels({ channels }: Options<Channel, unknown, unknown>, faults: Faults): void {
  const { email, phone }: Partial<typeof channels> = channels;
  faults.unless(email !== undefined || phone !== undefined, "channels: offers neither email nor phone.");
  if (email !== undefined) {
    const { activationUrl, by = ["link"], mailer } = email;
    faults.unless(typeof mailer?.send === "function", "channels.email.mailer: has no send().");
    const template = typeof activationUrl === "string" && /^[^{}?#]*[?#][^{}]*\{token\}[^{}]*$/.test(activationUrl);
    faults.unless(
      template && isSafeUrl(activationUrl.replace("{token}", "t")),
      'channels.email.activationUrl: is an https URL with "{token}" behind "?" or "#", such as https://app.example/activate#t={token}.',
    );
    const proofs = new Set<string>(by);
    const fits =
      by.length > 0 && proofs.size === by.length && [...proofs].every((one) => one === "link" || one === "code");
    faults.unless(fits, 'channels.email.by: lists "link", "code" or both.');
  }
  if (phone !== undefined) {
    const { countries, smsPerDay, texter, types } = phone;
    faults.unless(typeof texter?.send === "function", "channels.phone.texter: has no send().");
    const listed =
      Array.isArray(countries) && countries.length > 0 && countries.every((code) => /^[A-Z]{2}$/.test(code));
    faults.unless(listed, 'channels.phone.countries: lists ISO 3166 codes, such as ["DE", "CN"]; there is no "all".');
    faults.unless(
      Number.isSafeInteger(smsPerDay) && smsPerDay >= 1,
      "channels.phone.smsPerDay: is the most messages in 24 hours, at least 1; there is no default.",
    );
    const known = ["mobile", "mobile_or_landline", "voip"];
    const priced = types === undefined || (types.length > 0 && types.every((type) => known.includes(type)));
    faults.unless(priced, 'channels.phone.types: lists "mobile", "mobile_or_landline" or "voip".');
  }
}

/** Consents travel in the ticket, which must fit into a cookie. Bytes as JSON. */
const consentBytes = 400;

function checkDocuments({ consents = {}, profile }: Options<Channel, unknown, unknown>, faults: Faults): void {
  for (const [document, { version }] of Object.entries(consents)) {
    const fits =
      /^[\x21-\x7e]{1,64}$/.test(document) && typeof version === "string" && /^[\x21-\x7e]{1,64}$/.test(version);
    faults.unless(fits, "consents: ids and versions have 1 to 64 printable ASCII characters.");
  }
  const stored = Object.entries(consents).map(([document, { version }]) => ({
    document,
    version,
    locale: "zh-Hans",
    at: 1e12,
  }));
  faults.unless(
    JSON.stringify(stored).length <= consentBytes,
    `consents: take more than ${consentBytes} bytes; use shorter ids or fewer documents.`,
  );
  faults.unless(
    profile === undefined || profile["~standard"]?.version === 1,
    "profile: is a Standard Schema, version 1 (zod, valibot, arktype and others).",
  );
}

/** A page that nothing is asked on is no page; what a host lists must be what it asks for. */
function rulesFor({ rules: choices, captcha, profile, consents }: Options<Channel, unknown, unknown>): Rules {
  const rules = readRules(choices);
  const asked: Readonly<Record<OpenStep, boolean>> = {
    identifier: true,
    password: true,
    captcha: captcha !== "none",
    profile: profile !== undefined || consents !== undefined,
  };
  if (choices?.steps === undefined) return { ...rules, steps: rules.steps.filter((name) => asked[name]) };
  const faults = new Faults();
  for (const name of ["captcha", "profile"] as const) {
    const listed = rules.steps.includes(name);
    faults.unless(
      listed === asked[name],
      listed
        ? `rules.steps: names "${name}", which is not configured.`
        : `rules.steps: lacks "${name}", which is configured.`,
    );
  }
  faults.throwIfAny();
  return rules;
}

function isSafeUrl(text: unknown): boolean {
  if (typeof text !== "string" || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const local = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  return username === "" && password === "" && (protocol === "https:" || (protocol === "http:" && local));
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
