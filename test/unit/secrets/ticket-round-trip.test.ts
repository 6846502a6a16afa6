import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { openRegistration } from "../../../src/core/open.js";
import type { Open } from "../../../src/core/registration.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { openTicket, sealTicket, type Ticket } from "../../../src/secrets/ticket.js";
import { parseEmail } from "../../../src/values/email.js";
import { parsePhone } from "../../../src/values/phone.js";
import { subkeyByHand } from "./by-hand.js";

const secret = new Uint8Array(32).fill(1);
const ringOf = (id: string) =>
  createKeyring({ seal: id, known: [{ id, secret }], pseudonym: new Uint8Array(32).fill(9) });
const ring = ringOf("k1");
const key = subkeyByHand(secret, "porchlight ticket 1", 64);
const header = { alg: "dir", enc: "A256CBC-HS512", typ: "porchlight-ticket+jwe", kid: "k1" };

const blank = openRegistration({ id: "r1", at: 7, locale: "en", metadata: { plan: "free" } });
const openWith = (part: Partial<Open>): Ticket => ({ kind: "open", open: { ...blank, ...part } });

function identified(parsed: ReturnType<typeof parseEmail> | ReturnType<typeof parsePhone>): Ticket {
  if (!parsed.ok) throw new Error("The example is no address.");
  return openWith({ identifier: parsed.value });
}

const tickets: Readonly<Record<string, Ticket>> = {
  "a blank page": openWith({}),
  "an address": identified(parseEmail("Ada@Bücher.example.com")),
  "an address beyond ASCII": identified(parseEmail("Zoë@example.com", { smtpUtf8: true })),
  "a number": identified(parsePhone("+447400123461")),
  "all but the address": openWith({ password: "a hash", humanUntil: 9, profile: { name: "Ada" }, consents: [] }),
  "a stored registration": {
    kind: "pointer",
    id: "r1",
    expiresAt: 9e12,
    shown: { channel: "phone", masked: "+44***61", country: "GB" },
  },
};

async function contentOf(sealed: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, key);
  return JSON.parse(new TextDecoder().decode(plaintext));
}

function sealedByHand(content: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(content)).setProtectedHeader(header).encrypt(key);
}

const blankContent = JSON.stringify({ v: 1, ticket: { kind: "open", open: blank } });

describe("a ticket", () => {
  it.each(Object.entries(tickets))("holds %s and gives it back", async (_, ticket) => {
    expect(await openTicket(ring, await sealTicket(ring, ticket))).toEqual(ticket);
  });

  it("is a JWE of its own type, under the subkey for tickets of the key that it names", async () => {
    const sealed = await sealTicket(ring, openWith({}));
    expect(decodeProtectedHeader(sealed)).toEqual(header);
    expect(await contentOf(sealed)).toEqual({ v: 1, ticket: openWith({}) });
  });

  it("carries an address without its key, which follows from it, and a number whole", async () => {
    const address = "Ada@Bücher.example.com";
    expect(await contentOf(await sealTicket(ring, identified(parseEmail(address))))).toEqual({
      v: 1,
      ticket: { kind: "open", open: { ...blank, identifier: { channel: "email", address } } },
    });
    const number = identified(parsePhone("+447400123461"));
    expect(await contentOf(await sealTicket(ring, number))).toEqual({ v: 1, ticket: number });
  });

  it("is sealed by no key that the ring does not know", async () => {
    const empty = { ...ring, subkey: () => undefined };
    await expect(sealTicket(empty, openWith({}))).rejects.toThrow(new TypeError("keys.seal names no known key."));
  });
});

describe("a ticket that we did not write", () => {
  it("is opened where it is written as ours are: the counter-example of those below", async () => {
    expect(await openTicket(ring, await sealedByHand(blankContent))).toEqual(openWith({}));
  });

  it.each([
    ["of another version", JSON.stringify({ v: 2, ticket: { kind: "open", open: blank } })],
    ["of no version", JSON.stringify({ ticket: { kind: "open", open: blank } })],
    ["that is no JSON", "{"],
    ["that is null", "null"],
    [
      "whose address is none",
      JSON.stringify({
        v: 1,
        ticket: { kind: "open", open: { ...blank, identifier: { channel: "email", address: "a" } } },
      }),
    ],
  ])("is refused with a content %s", async (_, content) => {
    expect(await openTicket(ring, await sealedByHand(content))).toBeUndefined();
  });

  it.each([
    ["another type", { ...header, typ: "JWT" }, key],
    ["no type", { alg: "dir", enc: "A256CBC-HS512", kid: "k1" }, key],
    ["another key", { ...header, kid: "k2" }, key],
    ["no key", { alg: "dir", enc: "A256CBC-HS512", typ: header.typ }, key],
    ["another cipher", { ...header, enc: "A256GCM" }, key.subarray(0, 32)],
    ["one thing more", { ...header, cty: "JWT" }, key],
  ])("is refused where its header names %s", async (_, named, contentKey) => {
    const sealed = await new CompactEncrypt(new TextEncoder().encode(blankContent))
      .setProtectedHeader(named)
      .encrypt(contentKey);
    expect(await openTicket(ring, sealed)).toBeUndefined();
  });

  it("is refused in any other spelling of the same bytes", async () => {
    const sealed = await sealTicket(ring, openWith({}));
    const [head = "", , iv = "", text = "", tag = ""] = sealed.split(".");
    for (const spelling of [
      ` ${sealed}`,
      `${sealed}\n`,
      `${sealed}=`,
      `${sealed}.`,
      `.${sealed}`,
      [head, "AA", iv, text, tag].join("."),
      [head, " ", iv, text, tag].join("."),
      [head, "", ` ${iv}`, text, tag].join("."),
      [head, "", `${iv}==`, text, tag].join("."),
      [head, "", iv, ` ${text}`, tag].join("."),
      [head, "", iv, `${text}\n`, tag].join("."),
      [head, "", iv, text, ` ${tag}`].join("."),
      [head, iv, text, tag].join("."),
      [`${head}\n`, "", iv, text, tag].join("."),
      head,
      "",
    ]) {
      expect(await openTicket(ring, spelling), JSON.stringify(spelling)).toBeUndefined();
    }
    expect(await openTicket(ring, sealed)).toEqual(openWith({}));
  });
});

describe("the size of a ticket", () => {
  /** Names of several lengths move the header, padding moves the rest. */
  async function ofLength(wanted: number) {
    for (let name = 1; name <= 32; name += 1) {
      const one = ringOf("k".repeat(name));
      for (let pad = 4_000; pad < 4_400; pad += 16) {
        const sealed = await sealTicket(one, openWith({ metadata: { pad: "x".repeat(pad) } }));
        if (sealed.length === wanted) return openTicket(one, sealed);
      }
    }
    throw new Error(`There is no ticket of ${wanted} characters.`);
  }

  it("may be 6,000 characters and no more", async () => {
    expect(await ofLength(6_000)).toMatchObject({ kind: "open" });
    expect(await ofLength(6_001)).toBeUndefined();
  });
});
