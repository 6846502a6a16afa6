import { placesOf } from "../../src/values/fuse-filter.js";

/** A Bloom filter, to be measured beside the one that was chosen: the place of every function is a sum of two hashes. */
export function bloomFilter(
  texts: readonly string[],
  size: { readonly bitsPerEntry: number; readonly functions: number },
): (text: string) => boolean {
  const length = texts.length * size.bitsPerEntry;
  const bits = new Uint8Array(length);
  // Kirsch, Mitzenmacher, "Less Hashing, Same Performance", 2006.
  const hash = (text: string, seed: number) => {
    const { first, fingerprint } = placesOf(text, { seed, segmentLength: 2 ** 16, segments: 2 ** 16 });
    return (first ^ fingerprint) >>> 0;
  };
  const placesIn = (text: string): readonly number[] => {
    const [start, step] = [hash(text, 1), hash(text, 2)];
    return Array.from({ length: size.functions }, (_, turn) => (start + turn * step) % length);
  };
  for (const text of texts) for (const place of placesIn(text)) bits[place] = 1;
  return (text) => placesIn(text).every((place) => bits[place] === 1);
}
