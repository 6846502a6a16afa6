import type { Hasher } from "../ports.js";
import { type Argon2Options, argon2idHasher } from "./argon2id.js";

export type { Argon2Options, Peppers } from "./argon2id.js";

/**
 * Hashes passwords with Argon2id, version 19, into PHC strings.
 *
 * At most `slots` hashes run at once, so memory stays below `slots` times `memoryKiB`; what finds no room in time throws
 * ERR_OVERLOADED. Parameters below the floor of OWASP and ASVS throw a TypeError at once. The `argon2` package is loaded
 * with the first hash. Passwords are taken as they are: to bring them to NFC is the caller's business.
 *
 * @example
 * ```ts
 * import { argon2Hasher } from "porchlight/hasher/argon2";
 * const hasher = argon2Hasher();
 * const encoded = await hasher.hash("correct horse battery staple");
 * await hasher.verify(encoded, "correct horse battery staple"); // true
 * ```
 * @see RFC 9106
 */
export function argon2Hasher(options: Argon2Options = {}): Hasher {
  return argon2idHasher(
    "argon2Hasher",
    async (password, { memoryKiB, passes, parallelism, salt, secret, length }) => {
      const { hash, argon2id } = await import("argon2");
      return hash(password, {
        raw: true,
        type: argon2id,
        version: 0x13,
        memoryCost: memoryKiB,
        timeCost: passes,
        parallelism,
        salt,
        hashLength: length,
        ...(secret && { secret }),
      });
    },
    options,
  );
}
