import type { OpenStep, Rules } from "../core/registration.js";
import { readRules } from "../rules.js";
import { createKeyring } from "../secrets/keyring.js";
import { checkReceiptKey } from "../secrets/receipt-key.js";
import type { Channel } from "../values/identifier.js";
import { checkChannels, isSafeUrl } from "./check-channels.js";
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
  receipts: false,
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
  for (const name of Object.keys(options ?? {})) {
    const hint = hints[name] === undefined ? "" : `; it belongs into ${hints[name]}`;
    faults.unless(Object.hasOwn(names, name), `${name}: there is no such option${hint}.`);
  }
  for (const [name, required] of Object.entries(names)) {
    const missing = required && Reflect.get(options ?? {}, name) === undefined;
    faults.unless(!missing, name === "captcha" ? captchaMissing : `${name}: is missing.`);
  }
  // Nothing below can be read without these.
  faults.throwIfAny();
  checkTexts(options, faults);
  checkChannels(options, faults);
  checkPorts(options, faults);
  checkDocuments(options, faults);
  faults.unknownNames("accounts", options.accounts, ["owner", "insert"]);
  faults.during(() => createKeyring(options.keys));
  const { receipts } = options;
  faults.unknownNames("receipts", receipts, ["id", "alg", "privateKey", "issuer", "audience"]);
  if (receipts !== undefined) faults.during(() => checkReceiptKey(receipts));
  const rules = faults.during(() => rulesFor(options, faults));
  faults.throwIfAny();
  return rules ?? readRules();
}

/** Where a spread of `testPorts()` ends up, more often than not. */
const hints: Readonly<Record<string, string>> = { mailer: "channels.email", texter: "channels.phone" };

const captchaMissing = 'captcha: is missing; give a Captcha, or say "none" where something else keeps programs out.';

function checkTexts({ service, signInUrl, messages = {} }: Options<Channel, unknown, unknown>, faults: Faults): void {
  const named = typeof service === "string" && /^[^\p{Cc}]{1,64}$/u.test(service) && service.trim() !== "";
  faults.unless(named, "service: must be the name that visitors know, in 1 to 64 printable characters.");
  faults.unless(isSafeUrl(signInUrl), "signInUrl: must be an https URL (http only on localhost).");
  for (const tag of Object.keys(messages)) {
    faults.unless(isTag(tag), `messages: "${tag}" is no language tag (BCP 47), such as "en" or "zh-Hant".`);
    for (const kind of ["activation", "already_registered", "activated"] as const) {
      const words = messages[tag]?.[kind] ?? {};
      faults.unknownNames(`messages.${tag}.${kind}`, words, ["subject", "text", "html", "sms"]);
      const functions = Object.values(words).every((word) => typeof word === "function");
      faults.unless(
        functions,
        `messages.${tag}.${kind}: must hold functions of the words, such as subject: ({ service }) => ….`,
      );
    }
  }
}

/** Consents travel in the ticket, which must fit into a cookie. Bytes as JSON. */
const consentBytes = 400;

function checkDocuments(options: Options<Channel, unknown, unknown>, faults: Faults): void {
  const { consents = {}, profile } = options;
  const empty = options.consents !== undefined && Object.keys(consents).length === 0;
  faults.unless(!empty, "consents: names no document; leave it out where nothing is to be agreed to.");
  for (const [document, consent] of Object.entries(consents)) {
    faults.unknownNames(`consents.${document}`, consent, ["version", "required"]);
    const version = consent?.version;
    const fits =
      /^[\x21-\x7e]{1,64}$/.test(document) && typeof version === "string" && /^[\x21-\x7e]{1,64}$/.test(version);
    faults.unless(fits, "consents: ids and versions have 1 to 64 printable ASCII characters.");
  }
  const stored = Object.entries(consents).map(([document, consent]) => ({
    document,
    version: consent?.version,
    locale: "zh-Hans",
    at: 1e12,
  }));
  faults.unless(
    JSON.stringify(stored).length <= consentBytes,
    `consents: take more than ${consentBytes} bytes; use shorter ids or fewer documents.`,
  );
  faults.unless(
    profile === undefined || profile["~standard"]?.version === 1,
    "profile: must be a Standard Schema, version 1 (zod, valibot, arktype and others).",
  );
}

/** A page that nothing is asked on is no page; what a host lists must be what it asks for. */
function rulesFor(options: Options<Channel, unknown, unknown>, faults: Faults): Rules {
  const { rules: choices, captcha, profile, consents } = options;
  const rules = readRules(choices);
  const asked: Readonly<Record<OpenStep, boolean>> = {
    identifier: true,
    password: true,
    captcha: captcha !== "none",
    profile: profile !== undefined || consents !== undefined,
  };
  if (choices?.steps === undefined) return { ...rules, steps: rules.steps.filter((name) => asked[name]) };
  for (const name of ["captcha", "profile"] as const) {
    const listed = rules.steps.includes(name);
    faults.unless(
      listed === asked[name],
      listed
        ? `rules.steps: names "${name}", which is not configured.`
        : `rules.steps: lacks "${name}", which is configured.`,
    );
  }
  return rules;
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
