import { createHmac, hash } from "node:crypto";

/** What a thief has of a database: every value of every column, and what each may stand for. */
export interface Loot {
  /** Whether these bytes lie in any value: as text, or behind hex, base64, base64url or percent signs. */
  holds(secret: string | Uint8Array): boolean;
  /** Whether a digest, or its first 8 bytes, lies in any value. */
  holdsDigest(digest: Buffer): boolean;
  /** How many different values there are. */
  readonly size: number;
}

/** A code in a text stands alone: six digits inside a time are none. */
const digits = /^\d+$/;

export function lootOf(dump: unknown): Loot {
  const readings = [...new Set(valuesIn(dump))].flatMap(readingsOf);
  const beginnings = new Set<number>();
  for (const reading of readings) {
    for (let at = 0; at + 8 <= reading.length; at += 1) beginnings.add(reading.readUIntBE(at, 6));
  }
  return {
    size: readings.length,
    holds(secret) {
      const wanted = Buffer.from(secret);
      const text = wanted.toString("latin1");
      if (!digits.test(text)) return readings.some((reading) => reading.includes(wanted));
      const alone = new RegExp(`(?<!\\d)${text}(?!\\d)`);
      return readings.some((reading) => alone.test(reading.toString("latin1")));
    },
    holdsDigest(digest) {
      // Six bytes first, by the million; then eight, which no two digests share by chance.
      if (!beginnings.has(digest.readUIntBE(0, 6))) return false;
      const beginning = digest.subarray(0, 8);
      return readings.some((reading) => reading.includes(beginning));
    },
  };
}

function valuesIn(dump: unknown): readonly (string | Uint8Array)[] {
  if (typeof dump === "string" || dump instanceof Uint8Array) return [dump];
  if (typeof dump === "bigint") return [String(dump), eightBytes(dump)];
  if (typeof dump === "number") return [String(dump), eightBytes(BigInt(Math.trunc(dump)))];
  if (typeof dump !== "object" || dump === null) return [];
  return Object.entries(dump).flatMap(([name, part]) => [name, ...valuesIn(part)]);
}

function eightBytes(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return bytes;
}

function readingsOf(value: string | Uint8Array): readonly Buffer[] {
  if (typeof value !== "string") return [Buffer.from(value)];
  const words = value.split(/[^A-Za-z0-9+/=_%-]+/);
  const coded = words.flatMap((word) => [
    Buffer.from(word, "base64"),
    ...(/^([0-9a-f]{2}){4,}$/i.test(word) ? [Buffer.from(word, "hex")] : []),
    ...(word.includes("%") ? [Buffer.from(unescape(word))] : []),
  ]);
  return [Buffer.from(value), ...coded];
}

/** What stands beside a code in its row, and so may have gone into a digest of it. */
export interface Salts {
  readonly id: string;
  readonly serial: string;
  readonly nonce: string;
  readonly keyId: string;
  readonly address: string;
}

/** A way to turn a code into something that would be stored, by what the database holds alone. */
export type Digest = (code: string) => Buffer;

/** The few that one would try first, each a microsecond. */
export function usualDigests({ id, serial, nonce }: Salts): Readonly<Record<string, Digest>> {
  return {
    "sha1(code)": (code) => hash("sha1", code, "buffer"),
    "sha256(code)": (code) => hash("sha256", code, "buffer"),
    "sha256(nonce, code)": (code) => hash("sha256", nonce + code, "buffer"),
    "sha256(id, serial, code)": (code) => hash("sha256", id + serial + code, "buffer"),
    "hmac(nonce, code)": (code) => createHmac("sha256", nonce).update(code).digest(),
  };
}

/** Every hash of every order of the code and up to two columns beside it, joined in every usual way, and keyed by them. */
export function allDigests(salts: Salts): Readonly<Record<string, Digest>> {
  const columns = { ...salts, nonceBytes: Buffer.from(salts.nonce, "base64url").toString("latin1") };
  const names = Object.entries(columns);
  const pairs = names.flatMap(([one, a]) =>
    names.filter(([two]) => two !== one).map(([two, b]) => ({ name: `${one}, ${two}`, parts: [a, b] })),
  );
  const beside = [{ name: "nothing", parts: [] }, ...names.map(([name, part]) => ({ name, parts: [part] })), ...pairs];
  const made: [string, Digest][] = [];
  for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
    for (const { name, parts } of beside) {
      for (const glue of ["", ".", ":", "|", "\0"]) {
        for (const at of [0, parts.length]) {
          const joined = (code: string) => Buffer.from(parts.toSpliced(at, 0, code).join(glue), "latin1");
          made.push([
            `${algorithm} with ${name} by "${glue}", code at ${at}`,
            (code) => hash(algorithm, joined(code), "buffer"),
          ]);
        }
        const key = Buffer.from(parts.join(glue), "latin1");
        made.push([
          `hmac-${algorithm} under ${name} by "${glue}"`,
          (code) => createHmac(algorithm, key).update(code).digest(),
        ]);
      }
    }
  }
  return Object.fromEntries(made);
}
