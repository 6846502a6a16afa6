import { randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Hasher } from "../ports.js";
import { hashGate } from "./gate.js";
import { formatPhc, isBearable, type Phc, parsePhc } from "./phc.js";

/** Keys of the keyed step: `seal` names the one for new hashes, the others only verify. */
export interface Peppers {
  readonly seal: string;
  /** `id`: 1 to 8 of `A-Z a-z 0-9 _ -` (the `keyid` of a PHC string holds 8 bytes). `secret`: at least 32 bytes. */
  readonly known: readonly { readonly id: string; readonly secret: Uint8Array }[];
}

/** Each number has a default from RFC 9106 section 4 or from measurements; none may fall below the OWASP and ASVS floor. */
export interface Argon2Options {
  /** Memory of one hash in KiB; default 65,536 (RFC 9106 section 4, second recommendation), at most 2,097,152. */
  readonly memoryKiB?: number | undefined;
  /** Passes over the memory; default 3 (as above), at most 40. */
  readonly passes?: number | undefined;
  /** Lanes; default 4 (as above), at most 255. */
  readonly parallelism?: number | undefined;
  /** NIST SP 800-63B-4 section 3.1.1.2 advises a keyed step whose key lies apart from the hashes. Default none. */
  readonly pepper?: Peppers | undefined;
  /** Hashes at once; default 2, or 1 where the machine or the pool is small; below `UV_THREADPOOL_SIZE` (4 unless set). */
  readonly slots?: number | undefined;
  /** How many wait for a slot; default 32, half of them kept for `verify`. */
  readonly queue?: number | undefined;
  /** How long one waits, in milliseconds; default and maximum 2,000. */
  readonly waitMs?: number | undefined;
  /** Takes parameters below the floor. For tests only. */
  readonly unsafeTestParams?: true | undefined;
}

// RFC 9106 section 4: a salt of 128 bits and a tag of 256 bits.
const saltBytes = 16;
const tagBytes = 32;
// ASVS 5.0 appendix C and the OWASP Password Storage Cheat Sheet: least KiB for one pass, two, and three or more.
const floorKiB = { one: 47_104, two: 19_456, more: 12_288 } as const;
// As long as the tag, so that the key is not the weaker of the two.
const leastPepperBytes = 32;

/** What one computation of Argon2id, version 19, is made from besides the password: parameters, salt, key, length in bytes. */
export interface TagInput extends Omit<Phc, "pepperId" | "tag"> {
  readonly secret: Buffer | undefined;
  readonly length: number;
}

/**
 * The hasher behind each package's own: bounds, salts, peppers, PHC strings and the gate, over the one function of a
 * package that computes a tag. It must do so on the pool of libuv, by which the gate's slots are counted.
 *
 * @param name whose name a TypeError says
 */
export function argon2idHasher(
  name: string,
  tagOf: (password: string, input: TagInput) => Promise<Buffer>,
  options: Argon2Options,
): Hasher {
  const { memoryKiB = 65_536, passes = 3, parallelism = 4 } = options;
  checkParameters(name, { memoryKiB, passes, parallelism }, options.unsafeTestParams === true);
  const peppers = readPeppers(options.pepper);
  const pepperId = options.pepper?.seal;
  const gate = hashGate(readGate(options));

  const tag = (password: string, { pepperId: id, ...phc }: Omit<Phc, "tag">, length: number): Promise<Buffer> =>
    tagOf(password, { ...phc, secret: id === undefined ? undefined : peppers.get(id), length });

  return {
    hash: (password) =>
      gate("hash", async () => {
        const plan = { memoryKiB, passes, parallelism, pepperId, salt: randomBytes(saltBytes) };
        return formatPhc({ ...plan, tag: await tag(password, plan, tagBytes) });
      }),

    async verify(encoded, password) {
      const phc = parsePhc(encoded);
      if (phc === undefined || (phc.pepperId !== undefined && !peppers.has(phc.pepperId))) {
        // What cannot be read costs what a hash costs, so that its account does not answer sooner than others.
        const plan = { memoryKiB, passes, parallelism, pepperId, salt: randomBytes(saltBytes) };
        return gate("verify", async () => (await tag(password, plan, tagBytes)).length === 0);
      }
      return gate("verify", async () => timingSafeEqual(await tag(password, phc, phc.tag.length), phc.tag));
    },

    outdated(encoded) {
      const phc = parsePhc(encoded);
      return (
        phc?.memoryKiB !== memoryKiB ||
        phc.passes !== passes ||
        phc.parallelism !== parallelism ||
        phc.pepperId !== pepperId
      );
    },
  };
}

function checkParameters(
  name: string,
  asked: Pick<Phc, "memoryKiB" | "passes" | "parallelism">,
  unsafe: boolean,
): void {
  if (!isBearable(asked)) {
    throw new TypeError(
      `${name} takes whole numbers: parallelism 1 to 255, passes 1 to 40, memoryKiB 8 x parallelism to 2,097,152.`,
    );
  }
  const least = asked.passes === 1 ? floorKiB.one : asked.passes === 2 ? floorKiB.two : floorKiB.more;
  if (!unsafe && asked.memoryKiB < least) {
    throw new TypeError(`${name} with passes ${asked.passes} takes memoryKiB of at least ${least} (OWASP, ASVS).`);
  }
}

/** Copies, so that a host may wipe its own. */
function readPeppers(pepper: Peppers | undefined): ReadonlyMap<string, Buffer> {
  const known = new Map<string, Buffer>();
  for (const { id, secret } of pepper?.known ?? []) {
    if (!/^[A-Za-z0-9_-]{1,8}$/.test(id)) throw new TypeError("A pepper's id is 1 to 8 of A-Z a-z 0-9 _ -.");
    if (known.has(id)) throw new TypeError("Two peppers have one id; each needs its own.");
    if (!(secret instanceof Uint8Array) || secret.length < leastPepperBytes) {
      throw new TypeError(`A pepper's secret is a Uint8Array of at least ${leastPepperBytes} bytes.`);
    }
    known.set(id, Buffer.from(secret));
  }
  if (pepper !== undefined && !known.has(pepper.seal)) {
    throw new TypeError("pepper.seal must name one of pepper.known.");
  }
  return known;
}

function readGate(options: Argon2Options): Parameters<typeof hashGate>[0] {
  // libuv: a pool of 4 threads unless the environment says otherwise; one is left to files and DNS.
  const spare = Math.max(1, (Number(process.env.UV_THREADPOOL_SIZE) || 4) - 1);
  const { slots = Math.min(2, availableParallelism(), spare), queue = 32, waitMs = 2000 } = options;
  if (!Number.isSafeInteger(slots) || slots < 1 || slots > spare) {
    throw new TypeError(`slots takes 1 to ${spare} here; a larger UV_THREADPOOL_SIZE allows more.`);
  }
  if (!Number.isSafeInteger(queue) || queue < 0) throw new TypeError("queue takes a whole number of at least 0.");
  if (!(waitMs > 0 && waitMs <= 2000)) throw new TypeError("waitMs takes more than 0 and at most 2,000.");
  return { slots, queue, waitMs };
}
