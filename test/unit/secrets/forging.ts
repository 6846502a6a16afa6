import { createCipheriv, createHmac, randomBytes } from "node:crypto";

type Bytes = Uint8Array<ArrayBuffer>;
/** Makes a signature over the two parts before it. */
export type Signer = (input: Bytes) => Promise<Uint8Array> | Uint8Array;
/** JSON as it is, or a text that stands for it, well-formed or not. */
export type Json = string | object | number | null;

export const encoded = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");
export const decoded = (text: string): Bytes => new Uint8Array(Buffer.from(text, "base64url"));
const written = (json: Json): string => (typeof json === "string" ? json : JSON.stringify(json));

/** A compact JWS (RFC 7515 §7.1) of whatever is given, by no library that could refuse to write it. */
export async function jws(header: Json, payload: Json | Uint8Array, sign: Signer): Promise<string> {
  const body = payload instanceof Uint8Array ? payload : written(payload);
  const input = `${encoded(written(header))}.${encoded(body)}`;
  return `${input}.${encoded(await sign(new Uint8Array(Buffer.from(input))))}`;
}

export const signedBy =
  (key: CryptoKeyPair["privateKey"]): Signer =>
  async (input) => {
    const { name } = key.algorithm;
    return new Uint8Array(await crypto.subtle.sign({ name, hash: "SHA-256", saltLength: 32 }, key, input));
  };
export const macedBy =
  (hash: "sha256" | "sha384" | "sha512", key: string | Uint8Array): Signer =>
  (input) =>
    createHmac(hash, key).update(input).digest();

type CryptoKeyPair = Extract<Awaited<ReturnType<typeof crypto.subtle.generateKey>>, { readonly publicKey: unknown }>;

/** A compact JWE of `dir` and A256CBC-HS512 (RFC 7518 §5.2.5), with what is authenticated in place of its header, if asked. */
export function jwe(
  header: Json,
  plaintext: string | Uint8Array,
  key: Uint8Array,
  { aad, iv = randomBytes(16) }: { readonly aad?: string; readonly iv?: Uint8Array } = {},
): string {
  const first = encoded(written(header));
  const cipher = createCipheriv("aes-256-cbc", key.subarray(32), iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [first, "", encoded(iv), encoded(ciphertext), encoded(tagOf(aad ?? first, iv, ciphertext, key))].join(".");
}

/** The authentication tag: half of the MAC over header, IV, ciphertext and the header's length in bits. */
export function tagOf(aad: string, iv: Uint8Array, ciphertext: Uint8Array, key: Uint8Array): Uint8Array {
  return fullTagOf(aad, iv, ciphertext, key).subarray(0, 32);
}

export function fullTagOf(aad: string, iv: Uint8Array, ciphertext: Uint8Array, key: Uint8Array): Uint8Array {
  const bits = Buffer.alloc(8);
  bits.writeBigUInt64BE(BigInt(aad.length) * 8n);
  return createHmac("sha512", key.subarray(0, 32)).update(aad).update(iv).update(ciphertext).update(bits).digest();
}

/** Other letters for what a token may say, or for nothing: no parser may take one of them for the token itself. */
export function misspellings(token: string): Readonly<Record<string, string>> {
  const parts = token.split(".");
  const [header = "", ...others] = parts;
  return {
    "an empty text": "",
    "a dot": ".",
    "dots alone": token.replace(/[^.]/g, ""),
    "no dots": token.replaceAll(".", ""),
    "one part less": parts.slice(0, -1).join("."),
    "one part more": `${token}.AAAA`,
    "an empty part more": `${token}.`,
    "a dot in front": `.${token}`,
    padding: `${token}=`,
    "double padding": `${token}==`,
    "a padded header": [`${header}=`, ...others].join("."),
    "a line break at the end": `${token}\n`,
    "a Windows line break at the end": `${token}\r\n`,
    "a line break in front": `\n${token}`,
    "a blank in front": ` ${token}`,
    "a blank inside": `${token.slice(0, 20)} ${token.slice(20)}`,
    "a line break inside": `${token.slice(0, 20)}\n${token.slice(20)}`,
    "NUL at the end": `${token}\0`,
    "a byte order mark": `\ufeff${token}`,
    "a zero-width space": `${token.slice(0, 20)}\u200b${token.slice(20)}`,
    "a scheme in front": `Bearer ${token}`,
    "quotes around": `"${token}"`,
    "itself twice": token + token,
    "itself twice, with a comma": `${token},${token}`,
    "upper case": token.toUpperCase(),
    "letters of full width": token.replace(/[A-Za-z0-9]/g, (one) => String.fromCodePoint(one.charCodeAt(0) + 0xfee0)),
    "dots of full width": token.replaceAll(".", "．"),
    "dots in percent": token.replaceAll(".", "%2E"),
    "plain base64": `${Buffer.from(header, "base64url").toString("base64")}/+.${others.join(".")}`,
    "a letter outside ASCII": token.replace(/.$/, "Ａ"),
    "no last letter": token.slice(0, -1),
    "a last letter more": `${token}A`,
    "JSON, flattened": JSON.stringify({ protected: header, payload: others[0], signature: others.at(-1) }),
    "JSON, general": JSON.stringify({
      payload: others[0],
      signatures: [{ protected: header, signature: others.at(-1) }],
    }),
    "JSON of a JWE": JSON.stringify({ protected: header, iv: others[1], ciphertext: others[2], tag: others[3] }),
    "100 kB of letters": "A".repeat(100_000),
    "100 kB of dots": ".".repeat(100_000),
    "itself, with 100 kB in the middle": [header, "A".repeat(100_000), ...others.slice(1)].join("."),
    "50 MB": "x".repeat(50_000_000),
  };
}

/** The same bytes, with a bit set that the last letter of a part has to spare; a strict reader refuses it. */
export function withSpareBit(part: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const spare = { 2: 4, 3: 2 }[part.length % 4];
  if (spare === undefined) throw new Error("A part of whole triples has no bit to spare.");
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.slice(-1)) ^ 1];
}
