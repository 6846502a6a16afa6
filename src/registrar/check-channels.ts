import type { Channel } from "../values/identifier.js";
import type { Faults } from "./faults.js";
import type { Channels, Options } from "./options.js";

const emailNames = ["mailer", "activationUrl", "by", "smtpUtf8"];
const phoneNames = ["texter", "countries", "smsPerDay", "types"];

/** Checks what carries each channel, and by which rules. */
export function checkChannels({ channels }: Options<Channel, unknown, unknown>, faults: Faults): void {
  faults.unknownNames("channels", channels, ["email", "phone"]);
  const { email, phone }: Partial<Channels> = channels ?? {};
  const offered = Boolean(email) || Boolean(phone);
  faults.unless(offered, "channels: offers neither email nor phone.");
  if (email) checkEmail(email, faults);
  if (phone) checkPhone(phone, faults);
}

function checkEmail(email: Channels["email"], faults: Faults): void {
  faults.unknownNames("channels.email", email, emailNames);
  const { activationUrl, by = ["link"], mailer } = email;
  faults.unless(typeof mailer?.send === "function", "channels.email.mailer: has no send().");
  const template = typeof activationUrl === "string" && /^[^{}?#]*[?#][^{}]*\{token\}[^{}]*$/.test(activationUrl);
  faults.unless(
    template && isSafeUrl(activationUrl.replace("{token}", "t")),
    'channels.email.activationUrl: must be an https URL with "{token}" behind "?" or "#", such as https://app.example/activate#t={token}.',
  );
  const proofs = new Set<string>(by);
  const fits =
    by.length > 0 && proofs.size === by.length && [...proofs].every((one) => one === "link" || one === "code");
  faults.unless(fits, 'channels.email.by: must list "link", "code" or both.');
}

function checkPhone(phone: Channels["phone"], faults: Faults): void {
  faults.unknownNames("channels.phone", phone, phoneNames);
  const { countries, smsPerDay, texter, types } = phone;
  faults.unless(typeof texter?.send === "function", "channels.phone.texter: has no send().");
  const listed = Array.isArray(countries) && countries.length > 0;
  faults.unless(listed, 'channels.phone.countries: must list ISO 3166 codes, such as ["DE", "CN"]; there is no "all".');
  for (const code of listed ? countries : []) checkCountry(code, faults);
  faults.unless(
    Number.isSafeInteger(smsPerDay) && smsPerDay >= 1,
    "channels.phone.smsPerDay: must be the most messages in 24 hours, at least 1; there is no default.",
  );
  const known = ["mobile", "mobile_or_landline", "voip"];
  const priced = types === undefined || (types.length > 0 && types.every((type) => known.includes(type)));
  faults.unless(priced, 'channels.phone.types: must list "mobile", "mobile_or_landline" or "voip".');
}

/** A code that no number ever resolves to would let nobody sign up, and say nothing. */
function checkCountry(code: unknown, faults: Faults): void {
  const shaped = typeof code === "string" && /^[A-Z]{2}$/.test(code);
  const meant = shaped ? new Intl.Locale(`und-${code}`).region : undefined;
  const name = meant && new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(meant);
  const hint = meant !== undefined && meant !== code ? ` "${meant}" is meant.` : "";
  faults.unless(
    meant === code && name !== undefined,
    `channels.phone.countries: "${String(code).slice(0, 20)}" is no ISO 3166 code in capitals; there is no "all".${hint}`,
  );
}

/** What `URL` drops or mends in silence, and what is not seen: the address would lead elsewhere than it reads. */
const misread = /[\s\\\p{C}]/u;

/** https, or http on this very machine, spelt out; no name and no password in it. */
export function isSafeUrl(text: unknown): boolean {
  if (typeof text !== "string" || misread.test(text) || !/^https?:\/\/[^/@]+(?:[/?#]|$)/.test(text)) return false;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const local = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  return username === "" && password === "" && (protocol === "https:" || (protocol === "http:" && local));
}
