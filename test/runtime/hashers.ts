import { deepEqual, equal } from "node:assert/strict";
import * as nodeRs from "@node-rs/argon2";
import * as argon2 from "argon2";
import { type Argon2Options, argon2Hasher } from "../../src/hasher/argon2.js";
import { nodeRsHasher } from "../../src/hasher/node-rs.js";
import { hasherContract } from "../../src/testing/hasher-contract.js";

/** Something that holds of the two hashers wherever they run; `check` throws where it does not. */
export interface HasherPromise {
  readonly promise: string;
  check(): Promise<void>;
}

const password = "harbour tulip nine cranes";
const hashers = {
  argon2Hasher,
  nodeRsHasher: (options?: Argon2Options) => nodeRsHasher(nodeRs, options),
} as const;
const both = Object.entries(hashers);
const pairs = both.flatMap((one) => both.filter((other) => other !== one).map((other) => [one, other] as const));

const sets: Readonly<Record<string, Argon2Options>> = {
  "the floor of OWASP": { memoryKiB: 19_456, passes: 2, parallelism: 1 },
  "the floor for one pass": { memoryKiB: 47_104, passes: 1, parallelism: 1 },
  "the floor for three": { memoryKiB: 12_288, passes: 3, parallelism: 1 },
  "the second recommendation of RFC 9106": { memoryKiB: 65_536, passes: 3, parallelism: 4 },
  "the most lanes, 8 KiB each": { memoryKiB: 2_040, passes: 1, parallelism: 255, unsafeTestParams: true },
  "memory that is no multiple of its lanes": { memoryKiB: 1_021, passes: 4, parallelism: 3, unsafeTestParams: true },
};
const cheap = { memoryKiB: 64, passes: 1, parallelism: 1, unsafeTestParams: true } as const;
const pepper = { seal: "p1", known: [{ id: "p1", secret: new Uint8Array(40).fill(7) }] };

// Written by the `argon2Sync` of node:crypto (Node 24.21, OpenSSL), which neither package is made from.
const foreign = [
  "$argon2id$v=19$m=19456,t=2,p=1$YSBzYWx0IG9mIDE2IGJ5dA$LtypHWET0vW+k3mQJuzLJhqmoRueald+CElnCCFguDw",
  "$argon2id$v=19$m=65536,t=3,p=4$YSBzYWx0IG9mIDE2IGJ5dA$739yeSkDu4nprksi0tjIUlZIW1O6A9MGqgcvmWKP0wM",
  "$argon2id$v=19$m=4096,t=3,p=1$OCBieXRlcyE$rxZLy8aSK+f3urEfTpca7A",
  "$argon2id$v=19$m=1024,t=1,p=2$YSBzYWx0IHRoYXQgdGFrZXMgdGhlIHdob2xlIG9mIGZvcnR5LWVpZ2h0IGJ5dGVz$PHjJgDHkTsk42iw+TNAuN8azzkBsnTjrMyjROEse9s6STAvirTn7dqMXi7bK8JmOX2pd6zzfk+l98eAIz5OcMw",
];

/** What each of the two has to keep, and what they have to keep towards each other and towards strangers. */
export const hasherPromises: readonly HasherPromise[] = [
  ...both.flatMap(([name, make]) =>
    hasherContract.map(({ promise, check }) => ({
      promise: `${name}: ${promise}`,
      check: () => check(async () => make(cheap)),
    })),
  ),

  ...pairs.flatMap(([[writer, write], [reader, read]]) => [
    ...Object.entries(sets).map(([set, options]) => ({
      promise: `${reader} verifies what ${writer} has hashed, with ${set}`,
      async check() {
        const encoded = await write(options).hash(password);
        const hasher = read(options);
        equal(await hasher.verify(encoded, password), true);
        equal(await hasher.verify(encoded, `${password}.`), false);
        equal(hasher.outdated(encoded), false);
      },
    })),
    {
      promise: `${reader} reads every kind of password as ${writer} does`,
      async check() {
        for (const typed of ["", " ", "a\0b", "密码🔥e\u0301", "\u00e9", "\ud800", "\ufeffx", "🔥".repeat(256)]) {
          equal(await read(cheap).verify(await write(cheap).hash(typed), typed), true, JSON.stringify(typed));
        }
      },
    },
    {
      promise: `${reader} verifies what ${writer} has hashed under a pepper, and not without it`,
      async check() {
        const encoded = await write({ ...cheap, pepper }).hash(password);
        equal(await read({ ...cheap, pepper }).verify(encoded, password), true);
        equal(read({ ...cheap, pepper }).outdated(encoded), false);
        equal(await read(cheap).verify(encoded, password), false);
      },
    },
  ]),

  ...both.flatMap(([name, make]) => [
    {
      promise: `${name} verifies what others have written, and finds it outdated where it differs`,
      async check() {
        const hasher = make();
        for (const encoded of foreign) {
          equal(await hasher.verify(encoded, password), true, encoded);
          equal(await hasher.verify(encoded, "harbour tulip nine crane"), false, encoded);
        }
        const outdated = foreign.map((encoded) => hasher.outdated(encoded));
        deepEqual(outdated, [true, false, true, true]);
      },
    },
    {
      promise: `${name} reads and writes what both packages do by themselves`,
      async check() {
        const theirs = [
          await argon2.hash(password, { memoryCost: 64, timeCost: 1, parallelism: 1 }),
          await nodeRs.hash(password, { memoryCost: 64, timeCost: 1, parallelism: 1 }),
        ];
        for (const encoded of theirs) equal(await make(cheap).verify(encoded, password), true, encoded);
        const ours = await make(cheap).hash(password);
        equal(await argon2.verify(ours, password), true);
        equal(await nodeRs.verify(ours, password), true);
      },
    },
    {
      promise: `${name} answers no to damaged strings and to kinds that it does not take`,
      async check() {
        const hasher = make(cheap);
        const own = await hasher.hash(password);
        const kinds = [
          await argon2.hash(password, { type: argon2.argon2i, memoryCost: 64, timeCost: 2, parallelism: 1 }),
          await argon2.hash(password, { version: 0x10, memoryCost: 64, timeCost: 2, parallelism: 1 }),
          ...[own.replace("m=64", "m=2097153"), own.replace("t=1", "t=41"), own.replace("p=1", "p=256")],
          ...[own.replace("p=1", "p=9"), own.replace("m=64,t=1,p=1", "p=1,t=1,m=64"), `${own}$`, own.slice(0, -30)],
        ];
        for (const encoded of kinds) {
          equal(await hasher.verify(encoded, password), false, encoded);
          equal(hasher.outdated(encoded), true, encoded);
        }
      },
    },
  ]),
];
