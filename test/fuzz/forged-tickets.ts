/** A good ticket, and beside it another of the same house: what a forger may hold. */
export interface Loot {
  readonly ticket: string;
  readonly other: string;
  readonly link: string;
  readonly otherLink: string;
}

type Forgery = (loot: Loot) => string;

const base64url = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const bytes = (length: number, fill = 0): string => Buffer.alloc(length, fill).toString("base64url");

/** The five parts of a compact JWE (RFC 7516 section 7.1). */
interface Parts {
  readonly header: string;
  readonly key: string;
  readonly iv: string;
  readonly text: string;
  readonly tag: string;
}

function partsOf(ticket: string): Parts {
  const [header = "", key = "", iv = "", text = "", tag = ""] = ticket.split(".");
  return { header, key, iv, text, tag };
}

/** The ticket with these parts in place of its own. */
const withParts =
  (change: (own: Parts, other: Parts) => Partial<Parts>): Forgery =>
  ({ ticket, other }) => {
    const own = partsOf(ticket);
    const { header, key, iv, text, tag } = { ...own, ...change(own, partsOf(other)) };
    return [header, key, iv, text, tag].join(".");
  };

/** The ticket with this changed about its header. */
const withHeader = (change: object): Forgery =>
  withParts(({ header }) => ({ header: base64url({ ...headerOf(header), ...change }) }));

function headerOf(encoded: string): object {
  return JSON.parse(Buffer.from(encoded, "base64url").toString());
}

const claims = { v: 1, ticket: { kind: "pointer", id: "01", expiresAt: 9e15, shown: {} } };
const jws = (header: object, signature: string): string => [base64url(header), base64url(claims), signature].join(".");

/** Forgeries of a ticket by kind. Each must be `ticket_invalid`, and be looked up nowhere. */
export const forgedTickets: Readonly<Record<string, Forgery>> = {
  "algorithm none": withHeader({ alg: "none" }),
  "algorithm nOnE": withHeader({ alg: "nOnE" }),
  "algorithm A256KW": withHeader({ alg: "A256KW" }),
  "algorithm RSA-OAEP": withHeader({ alg: "RSA-OAEP" }),
  "algorithm ECDH-ES with a key of the forger": withHeader({
    alg: "ECDH-ES",
    epk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" },
  }),
  "a password of two billion rounds": withHeader({ alg: "PBES2-HS512+A256KW", p2c: 2_000_000_000, p2s: "AAAA" }),
  "encryption A128GCM": withHeader({ enc: "A128GCM" }),
  "encryption none": withHeader({ enc: "none" }),
  compression: withHeader({ zip: "DEF" }),
  "another key id": withHeader({ kid: "k2" }),
  "a key id that is a path": withHeader({ kid: "../../etc/hostname" }),
  "a key id that is SQL": withHeader({ kid: "' or 1=1--" }),
  "a key id that is __proto__": withHeader({ kid: "__proto__" }),
  "a key id that is a list": withHeader({ kid: ["test"] }),
  "no key id": withHeader({ kid: undefined }),
  "type JWT": withHeader({ typ: "JWT" }),
  "no type": withHeader({ typ: undefined }),
  "a type of a receipt": withHeader({ typ: "porchlight-receipt+jwt" }),
  "an unknown critical member": withHeader({ crit: ["exp"], exp: 1 }),
  "a jku": withHeader({ jku: "https://evil.example/keys" }),
  "a jwk": withHeader({ jwk: { kty: "oct", k: "AAAA" } }),
  "an x5u": withHeader({ x5u: "https://evil.example/cert" }),
  "an x5c": withHeader({ x5c: ["AAAA"] }),
  "a member twice": withParts(({ header }) => ({
    header: base64url(`{"alg":"none",${Buffer.from(header, "base64url").toString().slice(1)}`),
  })),
  "a header with spaces": withParts(({ header }) => ({ header: base64url(JSON.stringify(headerOf(header), null, 1)) })),
  "a header in another order": withParts(({ header }) => ({
    header: base64url(Object.fromEntries(Object.entries(headerOf(header)).reverse())),
  })),
  "a header that is a list": withParts(() => ({ header: base64url([]) })),
  "a header that is no JSON": withParts(() => ({ header: base64url("{") })),
  "no header": withParts(() => ({ header: "" })),
  "a key that is not there with dir": withParts(() => ({ key: bytes(64) })),
  "an IV of noughts": withParts(() => ({ iv: bytes(16) })),
  "a short IV": withParts(() => ({ iv: bytes(12) })),
  "the IV of another": withParts((_, { iv }) => ({ iv })),
  "no text": withParts(() => ({ text: "" })),
  "the text of another": withParts((_, { text }) => ({ text })),
  "a text without its last block": withParts(({ text }) => ({
    text: Buffer.from(text, "base64url").subarray(0, -16).toString("base64url"),
  })),
  "a text with a block too many": withParts(({ text }) => ({
    text: Buffer.concat([Buffer.from(text, "base64url"), Buffer.alloc(16)]).toString("base64url"),
  })),
  "a text that is one bit off": withParts(({ text }) => {
    const changed = Buffer.from(text, "base64url");
    changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
    return { text: changed.toString("base64url") };
  }),
  "a tag of noughts": withParts(() => ({ tag: bytes(32) })),
  "half a tag": withParts(({ tag }) => ({ tag: Buffer.from(tag, "base64url").subarray(0, 16).toString("base64url") })),
  "no tag": withParts(() => ({ tag: "" })),
  "the tag of another": withParts((_, { tag }) => ({ tag })),
  padding: ({ ticket }) => `${ticket}=`,
  "a line break behind": ({ ticket }) => `${ticket}\n`,
  "a space before": ({ ticket }) => ` ${ticket}`,
  "lower case": ({ ticket }) => ticket.toLowerCase(),
  "the alphabet of base64": ({ ticket }) => `${ticket.replaceAll("-", "+").replaceAll("_", "/")}+/`,
  "an encoded dot": ({ ticket }) => ticket.replaceAll(".", "%2E"),
  "a part too many": ({ ticket }) => `${ticket}.AAAA`,
  "a part too few": ({ ticket }) => ticket.slice(0, ticket.lastIndexOf(".")),
  "two tickets": ({ ticket, other }) => `${ticket}${other}`,
  "the ticket as JSON": ({ ticket }) => {
    const { header, iv, text, tag } = partsOf(ticket);
    return JSON.stringify({ protected: header, iv, ciphertext: text, tag });
  },
  "a JWS without a signature": () => jws({ alg: "none", typ: "JWT" }, ""),
  "a JWS under an empty key": () => jws({ alg: "HS256", typ: "porchlight-ticket+jwe" }, bytes(32)),
  "plain claims": () => base64url(claims),
  "a link": ({ link }) => link,
  "one character too many": ({ ticket }) => ticket + "A".repeat(6_001 - ticket.length),
  "100,000 characters": ({ ticket }) => ticket + "A".repeat(100_000),
  "100,000 dots": () => ".".repeat(100_000),
};

/** Forgeries of a link's token by kind. Each must be `link_invalid`, and be looked up nowhere. */
export const forgedLinks: Readonly<Record<string, Forgery>> = {
  "another key id": withToken(({ mac, id, nonce, serial }) => ["k2", id, nonce, mac, serial]),
  "the key id of every object": withToken(({ mac, id, nonce, serial }) => ["__proto__", id, nonce, mac, serial]),
  "no key id": withToken(({ mac, id, nonce, serial }) => ["", id, nonce, mac, serial]),
  "the id of another": withToken(({ kid, mac, nonce, serial }, { id }) => [kid, id, nonce, mac, serial]),
  "the nonce of another": withToken(({ kid, id, mac, serial }, { nonce }) => [kid, id, nonce, mac, serial]),
  "the MAC of another": withToken(({ kid, id, nonce, serial }, { mac }) => [kid, id, nonce, mac, serial]),
  "the next serial": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, mac, String(Number(serial) + 1)]),
  "serial nought": withToken(({ kid, id, nonce, mac }) => [kid, id, nonce, mac, "0"]),
  "a negative serial": withToken(({ kid, id, nonce, mac }) => [kid, id, nonce, mac, "-1"]),
  "a serial with a nought before": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, mac, `0${serial}`]),
  "a serial of full width": withToken(({ kid, id, nonce, mac }) => [kid, id, nonce, mac, "１"]),
  "a serial as a power": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, mac, `${serial}e0`]),
  "a MAC of noughts": withToken(({ kid, id, nonce, serial }) => [kid, id, nonce, bytes(32), serial]),
  "half a MAC": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, mac.slice(0, 21), serial]),
  "no MAC": withToken(({ kid, id, nonce, serial }) => [kid, id, nonce, "", serial]),
  "the spare bits of the MAC": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, spare(mac), serial]),
  "a part too few": withToken(({ kid, id, nonce, mac }) => [kid, id, nonce, mac]),
  "a part too many": withToken(({ kid, id, nonce, mac, serial }) => [kid, id, nonce, mac, serial, "1"]),
  "the parts in another order": withToken(({ kid, id, nonce, mac, serial }) => [serial, mac, nonce, id, kid]),
  "a line break behind": ({ link }) => `${link}\n`,
  "a space before": ({ link }) => ` ${link}`,
  "another case": ({ link }) => (link === link.toUpperCase() ? link.toLowerCase() : link.toUpperCase()),
  "the whole address": ({ link }) => `https://app.example/activate#t=${link}`,
  "an encoded dot": ({ link }) => link.replaceAll(".", "%2E"),
  "a ticket": ({ ticket }) => ticket,
  "two links": ({ link, otherLink }) => `${link}${otherLink}`,
  "161 characters": ({ link }) => link.padStart(161, "A"),
  "100,000 characters": ({ link }) => link.padStart(100_000, "A"),
};

interface Token {
  readonly kid: string;
  readonly id: string;
  readonly nonce: string;
  readonly mac: string;
  readonly serial: string;
}

function tokenOf(link: string): Token {
  const [kid = "", id = "", nonce = "", mac = "", serial = ""] = link.split(".");
  return { kid, id, nonce, mac, serial };
}

function withToken(parts: (own: Token, other: Token) => readonly string[]): Forgery {
  return ({ link, otherLink }) => parts(tokenOf(link), tokenOf(otherLink)).join(".");
}

/** The last of 43 characters carries two bits that no decoder looks at. */
function spare(mac: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return mac.slice(0, -1) + (alphabet[alphabet.indexOf(mac.slice(-1)) ^ 1] ?? "");
}
