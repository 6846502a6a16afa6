import type { Hasher } from "../ports.js";
import { type Argon2Options, argon2idHasher } from "./argon2id.js";

export type { Argon2Options, Peppers } from "./argon2id.js";

/** The sliver of @node-rs/argon2 (2.2.1 and later) that is used; the package itself is never imported. */
export interface NodeRsArgon2 {
  hashRaw(
    password: string,
    options: {
      /** Its number for Argon2id. */
      readonly algorithm: 2;
      /** Its number for version 19. */
      readonly version: 1;
      readonly memoryCost: number;
      readonly timeCost: number;
      readonly parallelism: number;
      readonly outputLen: number;
      readonly salt: Uint8Array;
      readonly secret?: Uint8Array;
    },
  ): Promise<Buffer>;
}

/**
 * Hashes passwords with Argon2id, version 19, into PHC strings, by the package @node-rs/argon2.
 *
 * Takes the options of `argon2Hasher` and keeps its promises; each verifies what the other has hashed, so that a host may
 * change from one to the other at any time. `docs/passwords.md` says which one when.
 *
 * @example
 * ```ts
 * import * as nodeRs from "@node-rs/argon2";
 * import { nodeRsHasher } from "porchlight/hasher/node-rs";
 * const hasher = nodeRsHasher(nodeRs);
 * const encoded = await hasher.hash("correct horse battery staple");
 * await hasher.verify(encoded, "correct horse battery staple"); // true
 * ```
 * @see RFC 9106
 */
export function nodeRsHasher(nodeRs: NodeRsArgon2, options: Argon2Options = {}): Hasher {
  if (typeof nodeRs?.hashRaw !== "function") {
    throw new TypeError("nodeRsHasher: needs hashRaw of @node-rs/argon2 (npm install @node-rs/argon2).");
  }
  return argon2idHasher(
    "nodeRsHasher",
    (password, { memoryKiB, passes, parallelism, salt, secret, length }) =>
      nodeRs.hashRaw(password, {
        algorithm: 2,
        version: 1,
        memoryCost: memoryKiB,
        timeCost: passes,
        parallelism,
        outputLen: length,
        salt,
        ...(secret && { secret }),
      }),
    options,
  );
}
