import type { Hasher } from "../ports.js";

/**
 * Makes a hasher that costs nothing: for tests alone, since its hashes fall to any guess.
 *
 * It keeps the hasher's contract: two hashes of one password differ, and none contains the password.
 *
 * @example
 * ```ts
 * import { freeHasher } from "porchlight/testing";
 * const hasher = freeHasher();
 * const encoded = await hasher.hash("correct horse battery staple");
 * ```
 */
export function freeHasher(): Hasher {
  const encode = async (salt: string, password: string): Promise<string> =>
    `$free$${salt}$${hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(salt + password))))}`;
  return {
    hash: (password) => encode(hex(crypto.getRandomValues(new Uint8Array(16))), password),
    async verify(encoded, password) {
      const [, name, salt] = encoded.split("$");
      return name === "free" && salt !== undefined && encoded === (await encode(salt, password));
    },
    outdated: (encoded) => !/^\$free\$[0-9a-f]{32}\$[0-9a-f]{64}$/.test(encoded),
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
