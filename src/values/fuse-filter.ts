/** What a filter is read from: the shape it was built in, and its slots, 16 bits each, low byte first, in base64. */
export interface FuseFilterData extends FuseShape {
  readonly slots: string;
}

/** Which slots a text may have: one in each of three segments that follow each other. */
export interface FuseShape {
  readonly seed: number;
  /** A power of two. */
  readonly segmentLength: number;
  /** In how many of them the first of the three slots may lie; there are two more. */
  readonly segments: number;
}

/**
 * A set of texts of which only fingerprints are kept: what is in it is always found, and one of 65,536 others besides.
 *
 * A binary fuse filter: the fingerprint of a text is the exclusive or of its three slots.
 *
 * @see Graf, Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", ACM JEA 27 (2022)
 */
export function fuseFilter(data: FuseFilterData): (text: string) => boolean {
  const slots = readSlots(data.slots);
  const at = (place: number) => slots[place] ?? 0;
  return (text) => {
    const { first, second, third, fingerprint } = placesOf(text, data);
    return (at(first) ^ at(second) ^ at(third)) === fingerprint;
  };
}

/** Where a text lies in a filter of this shape, and what its slots must give together. */
export function placesOf(
  text: string,
  { seed, segmentLength, segments }: FuseShape,
): { readonly first: number; readonly second: number; readonly third: number; readonly fingerprint: number } {
  const high = murmur(text, seed);
  // The seed's complement makes a second function of the first, so that two texts differ in 64 bits.
  const low = murmur(text, ~seed);
  const mask = segmentLength - 1;
  const first = Math.floor(((high >>> 0) / 2 ** 32) * segments * segmentLength);
  return {
    first,
    second: (first + segmentLength) ^ (low & mask),
    third: (first + 2 * segmentLength) ^ ((low >>> 16) & mask),
    fingerprint: scrambled(high ^ Math.imul(low, 0x9e37_79b1)) & 0xffff,
  };
}

/** MurmurHash3_x86_32 by Austin Appleby (public domain), with a UTF-16 unit as its block. */
function murmur(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    const block = Math.imul(text.charCodeAt(at), 0xcc9e_2d51);
    hash ^= Math.imul((block << 15) | (block >>> 17), 0x1b87_3593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe654_6b64) | 0;
  }
  return scrambled(hash ^ text.length);
}

/** Its finaliser, after which every bit depends on every other. */
function scrambled(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35);
  return twice ^ (twice >>> 16);
}

function readSlots(base64: string): Uint16Array {
  const bytes = atob(base64);
  return Uint16Array.from(
    { length: bytes.length / 2 },
    (_, slot) => bytes.charCodeAt(2 * slot) | (bytes.charCodeAt(2 * slot + 1) << 8),
  );
}
