import type { Argon2Package, HashName } from "./contender.js";

/** The same parameters for every contender: KiB, passes, lanes. */
export const parameters: Readonly<Record<Exclude<HashName, "none">, Parameters>> = {
  // OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
  owasp: { memoryKiB: 19_456, passes: 2, parallelism: 1 },
  // RFC 9106 section 4, second recommendation.
  rfc9106: { memoryKiB: 65_536, passes: 3, parallelism: 4 },
};

interface Parameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The bare package, as it is injected into better-auth and called by hand-written code. */
export interface RawHash {
  hash(password: string): Promise<string>;
  verify(encoded: string, password: string): Promise<boolean>;
}

export async function rawHash(name: HashName, from: Argon2Package): Promise<RawHash> {
  if (name === "none") return { hash: async () => "$none$", verify: async () => true };
  const { memoryKiB: memoryCost, passes: timeCost, parallelism } = parameters[name];
  if (from === "node-rs") {
    // Argon2id is its default.
    const { hash, verify } = await import("@node-rs/argon2");
    return { hash: (password) => hash(password, { memoryCost, timeCost, parallelism }), verify };
  }
  const { argon2id, hash, verify } = await import("argon2");
  return { hash: (password) => hash(password, { type: argon2id, memoryCost, timeCost, parallelism }), verify };
}
