import { describe, expect, it } from "vitest";
import * as z from "zod";
import { nearestLocale } from "../../src/messages/locale.js";
import { callerName } from "../../src/registrar/caller-name.js";
import { fitsAsJson } from "../../src/registrar/plain-json.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import { readLinkToken } from "../../src/secrets/link-token.js";
import { openTicket } from "../../src/secrets/ticket.js";
import { readCode } from "../../src/values/code.js";
import { parseEmail } from "../../src/values/email.js";
import { parseIdentifier } from "../../src/values/parse-identifier.js";
import { checkPassword, readPassword } from "../../src/values/password.js";
import { parsePhone } from "../../src/values/phone.js";
import { codesOf, form, from, openHouse, password } from "./house.js";

const megabytes = (count: number, unit = "a") => unit.repeat(Math.ceil((count * 1_000_000) / unit.length));
const secret = new Uint8Array(32).fill(7);
const ring = createKeyring({ seal: "k", known: [{ id: "k", secret }], pseudonym: secret });

/** Everything that reads a text of a stranger's, with the length in UTF-16 units past which it looks no further. */
const readers: readonly (readonly [string, number, (typed: string) => unknown])[] = [
  ["parseEmail", 1_024, (typed) => parseEmail(typed, { smtpUtf8: true })],
  ["parsePhone", 64, (typed) => parsePhone(typed, { country: "GB" })],
  ["parseIdentifier", 1_024, (typed) => parseIdentifier(typed, { country: "GB" })],
  ["checkPassword", 1_024, (typed) => checkPassword(typed, { confirmation: typed })],
  ["readPassword", 1_024, readPassword],
  ["readCode", 64, readCode],
  ["a profile", 1_024, (typed) => fitsAsJson({ name: typed }, 1_024)],
  ["a ticket", 6_000, (typed) => openTicket(ring, typed)],
  ["a link", 160, (typed) => readLinkToken(ring, typed)],
  ["a language header", 1_024, (typed) => nearestLocale(["en", "de"], typed)],
  ["a caller's address", 64, callerName],
];

/** Microseconds of one call, by the quickest of some hundreds: so that a busy machine does not count. */
function costOf(read: (typed: string) => unknown, typed: string): number {
  const runs = Array.from({ length: 20 }, () => {
    const begun = performance.now();
    for (let n = 0; n < 20; n += 1) read(typed);
    return ((performance.now() - begun) * 1_000) / 20;
  });
  return Math.min(...runs);
}

describe("what is too long", () => {
  it.each(readers)("costs %s no more at 50 MB than just above its %i units (T13)", (_, cap, read) => {
    for (const unit of ["a", "@", " ", "é", "\u200b", ",", "😀"]) {
      const [long, huge] = [unit.repeat(cap + 1), megabytes(50, unit)];
      // The first look at a text that was just put together joins its parts.
      read(huge);
      const [above, far] = [costOf(read, long), costOf(read, huge)];
      // A pass over 50 MB takes 5,000 µs and more.
      expect(far, `${JSON.stringify(unit)}: ${above.toFixed(1)} µs became ${far.toFixed(1)} µs`).toBeLessThan(
        Math.max(500, above * 8),
      );
    }
  });

  const profile = z.object({ name: z.string() });
  const page = { ...form(), profile: { name: "Ada" }, consents: { terms: "1" } };
  const huge = megabytes(50);
  const fields: readonly (readonly [string, object])[] = [
    ["email", { ...page, email: huge }],
    ["email with an @", { ...page, email: `${huge}@example.com` }],
    ["phone", { ...page, email: "", phone: huge }],
    ["country", { ...page, email: "", phone: "07400 123456", country: huge }],
    ["password", { ...page, password: huge, confirmation: huge }],
    ["confirmation", { ...page, confirmation: huge }],
    ["captcha", { ...page, captcha: huge }],
    ["profile", { ...page, profile: { name: huge } }],
    ["profile's name", { ...page, profile: { [huge]: "Ada" } }],
    ["consents", { ...page, consents: { terms: huge } }],
    ["consents' name", { ...page, consents: { terms: "1", [huge]: "1" } }],
    ["an unknown field", { ...page, [huge]: "x" }],
  ];

  it.each(fields)("is refused without a hash or any port but the limiter: %s of 50 MB (T13)", async (_, given) => {
    const { registrar, calls } = openHouse({ profile, consents: { terms: { version: "1" } } });
    const answer = await Reflect.apply(registrar.start, registrar, [given, from]);
    expect(codesOf(answer).length).toBeGreaterThan(0);
    expect(calls.filter(({ port }) => port !== "limiter")).toEqual([]);
    expect(JSON.stringify(answer).length).toBeLessThan(10_000);
  });

  it.each([
    ["a ticket", (house: ReturnType<typeof openHouse>) => house.registrar.status(huge, from)],
    ["a link to inspect", (house: ReturnType<typeof openHouse>) => house.registrar.inspect(huge, {}, from)],
    ["a link to use", (house: ReturnType<typeof openHouse>) => house.registrar.activate(huge, { password }, from)],
    ["a link to disown", (house: ReturnType<typeof openHouse>) => house.registrar.disown(huge, from)],
    [
      "a password to sign in",
      (house: ReturnType<typeof openHouse>) =>
        house.registrar.signIn({ identifier: "ada@example.com", password: huge }, from),
    ],
    [
      "an identifier to sign in",
      (house: ReturnType<typeof openHouse>) => house.registrar.signIn({ identifier: huge, password }, from),
    ],
  ])("asks no port: %s of 50 MB (T13)", async (_, call) => {
    const house = openHouse();
    await call(house);
    expect(house.calls).toEqual([]);
  });
});
