import { domainToASCII } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEmail } from "../../src/values/email.js";
import { parsePhone } from "../../src/values/phone.js";
import { naughtyTexts } from "../fuzz/naughty-texts.js";
import { form, from, openHouse, password } from "./house.js";

const keyOf = (typed: string, smtpUtf8 = true): string | undefined => {
  const email = parseEmail(typed, { smtpUtf8 });
  return email.ok ? email.value.key : undefined;
};

/** Two spellings, and whether they are one mailbox, two, or the second is refused, without SMTPUTF8. */
const pairs: readonly (readonly [string, string, "one" | "two" | "refused", string])[] = [
  ["ada@example.com", "ADA@EXAMPLE.COM", "one", "case"],
  ["ada@example.com", " ada@example.com\u200b", "one", "what is not seen at an end"],
  ["ada@example.com", "ada@EXAMPLE。com", "one", "an ideographic full stop"],
  ["ada@example.com", "ada@ｅｘａｍｐｌｅ.com", "one", "a domain of full width"],
  ["ada@bücher.example.com", "ada@xn--bcher-kva.example.com", "one", "a U-label and its A-label"],
  ["ada@bücher.example.com", "ada@bu\u0308cher.example.com", "one", "a domain in NFC and NFD"],
  ["ada@example.com", "ada+news@example.com", "two", "a tag"],
  ["ab@gmail.com", "a.b@gmail.com", "two", "a dot of Gmail's"],
  ["ada@google.com", "ada@gооgle.com", "two", "Cyrillic letters in a domain"],
  ["ada@example.com", "ada@xn--exmple-cua.com", "two", "an accent in a domain"],
  ["ada@strasse.de", "ada@straße.de", "two", "a sharp s in a domain (UTS 46, nontransitional)"],
  ["kate@example.com", "\u212aate@example.com", "refused", "a Kelvin sign"],
  ["mike@example.com", "mıke@example.com", "refused", "a dotless i"],
  ["sara@example.com", "ſara@example.com", "refused", "a long s"],
  ["fiona@example.com", "ﬁona@example.com", "refused", "a ligature"],
  ["ada@example.com", "ａda@example.com", "refused", "a letter of full width"],
  ["ada@example.com", "аda@example.com", "refused", "a Cyrillic letter"],
  ["ada@example.com", "ada＠example.com", "refused", "an @ of full width"],
  ["ada@example.com", "ada@exam\u00adple.com", "refused", "a soft hyphen in a domain"],
  ["ada@example.com", "a\u200bda@example.com", "refused", "a space of no width"],
  ["ada@example.com", "ada@example.com.", "refused", "a final dot"],
];

describe("two spellings", () => {
  it.each(pairs)("%j and %j: %s, for %s (T11)", (one, other, verdict) => {
    const [first, second] = [keyOf(one, false), keyOf(other, false)];
    expect(first).toBeDefined();
    if (verdict === "refused") expect(second).toBeUndefined();
    else expect(second === first).toBe(verdict === "one");
  });

  it("with SMTPUTF8 are one mailbox in NFC and NFD and in either case, and two where a letter differs (T11)", () => {
    expect(keyOf("e\u0301ve@example.com")).toBe(keyOf("éve@example.com"));
    expect(keyOf("ÉVE@example.com")).toBe(keyOf("éve@example.com"));
    expect(keyOf("eve@example.com")).not.toBe(keyOf("éve@example.com"));
    expect(keyOf("аda@example.com")).not.toBe(keyOf("ada@example.com"));
    for (const typed of ["ſara@example.com", "ﬁona@example.com", "ａda@example.com"])
      expect(keyOf(typed)).toBeUndefined();
    // In NFC a Kelvin sign is a K, by Unicode itself: the mail goes to the mailbox that the key names.
    expect(parseEmail("\u212aate@example.com", { smtpUtf8: true })).toMatchObject({
      value: { address: "Kate@example.com", key: "kate@example.com" },
    });
  });

  it("of one mailbox never make two accounts (T11)", async () => {
    for (const [one, other] of pairs.filter(([, , verdict]) => verdict === "one")) {
      const { registrar, ports } = openHouse();
      const tickets = [];
      for (const typed of [one, other]) {
        tickets.push((await registrar.start(form("email", typed), from)).ticket);
        await registrar.deliver();
        ports.clock.advance(61_000);
      }
      const codes = ports.mailer.sent.flatMap((mail) => (mail.kind === "activation" ? [mail.code] : []));
      const answers = [];
      for (const [n, code] of codes.entries()) answers.push(await registrar.confirm(tickets[n], { code }, from));
      expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
      const known = await Promise.all(
        [one, other].map((identifier) => registrar.signIn({ identifier, password }, from)),
      );
      expect(new Set(known.map((outcome) => (outcome.ok ? outcome.accountId : undefined))).size).toBe(1);
      expect(known.every(({ ok }) => ok)).toBe(true);
    }
  });
});

const piece = fc.constantFrom(..."aAkK\u212aiIıİsSſßẞςσΣéÉ\u0301e.+-_жЖ٣ﬁａ");
const domain = fc.constantFrom(
  "example.com",
  "EXAMPLE。com",
  "Bücher.example.com",
  "bu\u0308cher.example.com",
  "xn--bcher-kva.example.com",
);
const typed = fc.oneof(
  fc.tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), domain).map(([local, at]) => `${local.join("")}@${at}`),
  fc.constantFrom(...naughtyTexts.map(({ text }) => text)),
);

/** Which mailbox it is, worked out another way: letter by letter, and the domain by Node's own parser. */
function mailboxOf(address: string): string {
  const at = address.lastIndexOf("@");
  const letters = Array.from(address.slice(0, at).normalize("NFC"), (letter) => letter.toLowerCase().replace("ς", "σ"));
  return `${letters.join("").normalize("NFC")}@${domainToASCII(address.slice(at + 1))}`;
}

describe("a key", () => {
  it("names one mailbox, and a mailbox has one key (T11)", () => {
    fc.assert(
      fc.property(typed, typed, (one, other) => {
        const [first, second] = [parseEmail(one, { smtpUtf8: true }), parseEmail(other, { smtpUtf8: true })];
        fc.pre(first.ok && second.ok);
        if (!first.ok || !second.ok) return;
        const sameBox = mailboxOf(first.value.address) === mailboxOf(second.value.address);
        expect(first.value.key === second.value.key, `${one} | ${other}`).toBe(sameBox);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is what its address and itself parse to, in mail and on the telephone (T11)", () => {
    fc.assert(
      fc.property(typed, (text) => {
        const email = parseEmail(text, { smtpUtf8: true });
        if (email.ok) {
          for (const again of [email.value.address, email.value.key]) expect(keyOf(again)).toBe(email.value.key);
        }
        const phone = parsePhone(text, { country: "GB" });
        if (phone.ok) expect(parsePhone(phone.value.key)).toEqual(phone);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["+447400123456", "07400 123456", "GB"],
    ["+447400123456", "+44 (0) 7400-123456", "DE"],
    ["+447400123456", "00447400123456", "DE"],
    ["+447400123456", "٠٧٤٠٠ ١٢٣٤٥٦", "GB"],
    ["+447400123456", "＋４４ ７４００ １２３４５６", undefined],
    ["+447400123456", "tel:+44-7400-123456", undefined],
    ["+447400123456", "+44\u200b7400123456", undefined],
  ])("%s is that of %j too (T11)", (key, spelling, country) => {
    const phone = parsePhone(spelling, { country });
    expect(phone.ok && phone.value.key).toBe(key);
  });
});
