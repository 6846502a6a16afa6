import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { lengthPrefixed, sameText } from "../../../src/secrets/bytes.js";
import { createKeyring, type Purpose } from "../../../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../../../src/secrets/link-token.js";
import { pseudonym } from "../../../src/secrets/pseudonym.js";
import { timeOrderedId } from "../../../src/secrets/random.js";
import { Secret } from "../../../src/secrets/secret.js";
import { openTicket, sealTicket } from "../../../src/secrets/ticket.js";
import { macByHand, subkeyByHand } from "./by-hand.js";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const keys = {
  seal: "k1",
  known: [
    { id: "k1", secret: bytes(1) },
    { id: "k2", secret: bytes(2) },
  ],
  pseudonym: bytes(1),
} as const;
const pointer = {
  kind: "pointer",
  id: "a-registration-of-ours",
  expiresAt: 9e12,
  shown: { channel: "email", masked: "a***@example.com" },
} as const;

describe("a keyring", () => {
  it("derives a subkey of its own for each purpose and each key, even from one secret", async () => {
    const ring = createKeyring(keys);
    const purposes: readonly Purpose[] = ["ticket", "link", "code"];
    const derived = [await ring.pseudonymKey()];
    for (const id of ring.ids)
      for (const purpose of purposes) derived.push((await ring.subkey(id, purpose)) ?? new Secret(new Uint8Array()));
    const firsts = derived.map((key) => Buffer.from(key.reveal().subarray(0, 32)).toString("hex"));
    expect(new Set(firsts).size).toBe(7);
    expect(firsts).not.toContain(Buffer.from(bytes(1)).toString("hex"));
    expect(derived.every((key) => key.reveal().length >= 32)).toBe(true);
  });

  it("derives by HKDF-SHA-256 under a label for each purpose, as long as its algorithm takes", async () => {
    const ring = createKeyring(keys);
    const lengths = { ticket: 64, link: 32, code: 32 } as const;
    for (const purpose of ["ticket", "link", "code"] as const) {
      const derived = await ring.subkey("k2", purpose);
      const byHand = subkeyByHand(bytes(2), `porchlight ${purpose} 1`, lengths[purpose]);
      expect(Buffer.from(derived?.reveal() ?? []).toString("hex")).toBe(byHand.toString("hex"));
    }
    const pseudonymKey = (await ring.pseudonymKey()).reveal();
    const byHand = subkeyByHand(bytes(1), "porchlight pseudonym 1", 32);
    expect(Buffer.from(pseudonymKey).toString("hex")).toBe(byHand.toString("hex"));
  });

  it("derives each subkey once", async () => {
    const ring = createKeyring(keys);
    expect(ring.subkey("k1", "link")).toBe(ring.subkey("k1", "link"));
    expect(ring.pseudonymKey()).toBe(ring.pseudonymKey());
  });

  it("names the key that seals, and all that it knows", () => {
    expect(createKeyring({ ...keys, seal: "k2" })).toMatchObject({ seal: "k2", ids: ["k1", "k2"] });
  });

  it("knows no key of another name, the names of prototypes among them", () => {
    const ring = createKeyring(keys);
    for (const id of ["k3", "", "__proto__", "constructor", "toString"])
      expect(ring.subkey(id, "link")).toBeUndefined();
  });

  it("keeps a copy: a host may wipe its own", async () => {
    const own = bytes(7);
    const ring = createKeyring({ seal: "k", known: [{ id: "k", secret: own }], pseudonym: bytes(8) });
    own.fill(0);
    const other = createKeyring({ seal: "k", known: [{ id: "k", secret: bytes(7) }], pseudonym: bytes(8) });
    expect((await ring.subkey("k", "link"))?.reveal()).toEqual((await other.subkey("k", "link"))?.reveal());
  });
});

describe("a keyring that is refused at start-up", () => {
  const good = { id: "k1", secret: bytes(1) };
  const unnamed = "keys.known: an id has 1 to 32 of the characters A-Z a-z 0-9 _ -.";
  const short = (name: string) => `${name}: a secret is a Uint8Array of at least 32 random bytes, never a password.`;

  it.each<[string, unknown, string]>([
    ["is no list", { ...keys, known: good }, "keys.known: lists the keys, each with an id and a secret."],
    ["has a key without a name", { ...keys, known: [good, { ...good, id: "" }] }, unnamed],
    ["has a key with a long name", { ...keys, known: [{ ...good, id: "k".repeat(33) }] }, unnamed],
    ["has a key with a dot before its name", { ...keys, known: [{ ...good, id: ".k1" }] }, unnamed],
    ["has a key with a dot behind its name", { ...keys, known: [{ ...good, id: "k1." }] }, unnamed],
    ["names a key twice", { ...keys, known: [good, good] }, 'keys.known: the id "k1" stands twice.'],
    ["has a short secret", { ...keys, known: [{ ...good, secret: new Uint8Array(31) }] }, short('keys.known, "k1"')],
    ["has a secret of letters", { ...keys, known: [{ ...good, secret: "k".repeat(32) }] }, short('keys.known, "k1"')],
    ["has a short pseudonym", { ...keys, pseudonym: new Uint8Array(31) }, short("keys.pseudonym")],
    ["seals with a key it does not know", { ...keys, seal: "k3" }, "keys.seal: is not the id of any of keys.known."],
  ])("%s", (_, wrong, message) => {
    expect(() => Reflect.apply(createKeyring, undefined, [wrong])).toThrow(new TypeError(message));
  });

  it("is made of 32 bytes and a name of 32 characters", () => {
    const id = "k".repeat(32);
    expect(createKeyring({ seal: id, known: [{ id, secret: bytes(1) }], pseudonym: bytes(2) }).ids).toEqual([id]);
  });
});

describe("a secret of one kind", () => {
  it("never passes as another: a ticket is no link, a link no ticket", async () => {
    const ring = createKeyring(keys);
    const ticket = await sealTicket(ring, pointer);
    const link =
      (
        await deriveLinkToken(ring, pointer.id, { keyId: "k1", serial: 1, nonce: "AAAAAAAAAAAAAAAAAAAAAA" })
      )?.reveal() ?? "";
    expect(await openTicket(ring, ticket)).toEqual(pointer);
    expect(await readLinkToken(ring, ticket)).toBeUndefined();
    expect(await openTicket(ring, link)).toBeUndefined();
  });

  it("is opened by its own key only, whatever other key is known", async () => {
    const sealedBy2 = await sealTicket(createKeyring({ ...keys, seal: "k2" }), pointer);
    expect(await openTicket(createKeyring(keys), sealedBy2)).toEqual(pointer);
    const only1 = createKeyring({ ...keys, known: [keys.known[0]] });
    expect(await openTicket(only1, sealedBy2)).toBeUndefined();
  });
});

describe("parts behind their lengths", () => {
  it("give the same bytes for no two lists of parts", () => {
    const lists = [
      ["ab", "c"],
      ["a", "bc"],
      ["abc"],
      ["abc", ""],
      ["", "abc"],
      ["a", "b", "c"],
      [],
      [""],
      ["", ""],
      ["\0\0\0\u0001a"],
      ["a\0\0\0\u0001b"],
    ];
    const seen = new Set(lists.map((parts) => Buffer.from(lengthPrefixed(parts)).toString("hex")));
    expect(seen.size).toBe(lists.length);
  });

  it("are their lengths in four bytes, big end first, and their UTF-8", () => {
    const long = "x".repeat(258);
    expect(Buffer.from(lengthPrefixed(["é", "", long])).toString("latin1")).toBe(
      `\0\0\0\u0002\u00c3\u00a9\0\0\0\0\0\0\u0001\u0002${long}`,
    );
  });
});

describe("sameText", () => {
  it("reads every character, wherever the first difference is", () => {
    const reads: number[] = [];
    const text = "a".repeat(64);
    for (const at of [0, 31, 63]) {
      let read = 0;
      const other = `${text.slice(0, at)}b${text.slice(at + 1)}`;
      const counting = Object.assign(new String(other), {
        charCodeAt: (n: number) => {
          read += 1;
          return other.charCodeAt(n);
        },
      });
      expect(Reflect.apply(sameText, undefined, [text, counting])).toBe(false);
      reads.push(read);
    }
    expect(reads).toEqual([64, 64, 64]);
    expect(sameText(text, text)).toBe(true);
    expect(sameText(text, `${text}a`)).toBe(false);
    expect(sameText("", "")).toBe(true);
  });
});

describe("a pseudonym", () => {
  it("names a thing without saying it, differs by kind, and does not change with the other keys", async () => {
    const name = await pseudonym(createKeyring(keys), "address", "ada@example.com");
    expect(name).toMatch(/^address:[\w-]{22}$/);
    expect(await pseudonym(createKeyring({ ...keys, seal: "k2" }), "address", "ada@example.com")).toBe(name);
    const caller = await pseudonym(createKeyring(keys), "caller", "ada@example.com");
    expect(caller.split(":")[1]).not.toBe(name.split(":")[1]);
    const rotated = await pseudonym(createKeyring({ ...keys, pseudonym: bytes(5) }), "address", "ada@example.com");
    expect(rotated).not.toBe(name);
  });
});

describe("a pseudonym, by hand", () => {
  it("is the first 16 bytes of the MAC of kind and value", async () => {
    const mac = macByHand(subkeyByHand(bytes(1), "porchlight pseudonym 1", 32), "address", "ada@example.com");
    expect(await pseudonym(createKeyring(keys), "address", "ada@example.com")).toBe(
      `address:${mac.subarray(0, 16).toString("base64url")}`,
    );
  });
});

describe("an id", () => {
  it("sorts by its time and carries 128 random bits behind it", () => {
    const early = Array.from({ length: 1_000 }, () => timeOrderedId(1_000));
    expect(new Set(early).size).toBe(1_000);
    expect(early.every((id) => /^[0-9a-f]{12}[\w-]{22}$/.test(id))).toBe(true);
    expect(timeOrderedId(1_999.9).slice(0, 12)).toBe("0000000007cf");
    expect([timeOrderedId(2_000), timeOrderedId(1_999), timeOrderedId(-5)].sort().map((id) => id.slice(0, 12))).toEqual(
      ["000000000000", "0000000007cf", "0000000007d0"],
    );
  });
});

describe("a secret", () => {
  it("prints as redacted wherever it is written, and gives itself away by one word only", () => {
    const secret = new Secret("canary");
    const shown = [
      `${secret}`,
      String(secret),
      JSON.stringify([secret]),
      inspect(secret),
      inspect({ secret }, { showHidden: true, depth: 9 }),
    ];
    const redacted = "[redacted]";
    expect(shown).toEqual([redacted, redacted, `["${redacted}"]`, redacted, `{ secret: ${redacted} }`]);
    expect(Object.keys(secret)).toEqual([]);
    expect(() => structuredClone(secret)).not.toThrow();
    expect(JSON.stringify(structuredClone(secret))).not.toContain("canary");
    expect(secret.reveal()).toBe("canary");
  });
});
