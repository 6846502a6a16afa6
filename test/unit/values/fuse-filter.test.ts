import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildFuse } from "../../../scripts/blocklist/fuse.js";
import { fuseFilter, placesOf } from "../../../src/values/fuse-filter.js";

describe("a fuse filter", () => {
  it.each([
    ["", [14_960, 16_756, 19_429, 28_427]],
    ["a", [40_181, 41_343, 44_431, 53_666]],
    ["password", [36_975, 39_416, 41_751, 2_345]],
    ["пароль🐢", [25_274, 26_792, 30_329, 38_791]],
    ["correcthorsebatterystaple", [22_722, 25_836, 26_684, 36_388]],
  ])("looks for %j where it always did, so that one that was built before is read", (text, places) => {
    const { first, second, third, fingerprint } = placesOf(text, { seed: 1, segmentLength: 2_048, segments: 23 });
    expect([first, second, third, fingerprint]).toEqual(places);
  });

  it("depends on its seed and its shape", () => {
    const shape = { seed: 7, segmentLength: 64, segments: 5 };
    expect(placesOf("password", shape)).toEqual({ first: 21, second: 68, third: 131, fingerprint: 41_896 });
  });

  it("reads its slots from base64, 16 bits each, low byte first; a slot that is missing is zero", () => {
    const { first, second, third, fingerprint } = placesOf("a", { seed: 1, segmentLength: 4, segments: 1 });
    const bytes = new Uint8Array(2 * 12);
    new DataView(bytes.buffer).setUint16(2 * first, fingerprint ^ 0x1234, true);
    new DataView(bytes.buffer).setUint16(2 * second, 0x0234, true);
    new DataView(bytes.buffer).setUint16(2 * third, 0x1000, true);
    const has = (slots: Uint8Array) =>
      fuseFilter({ seed: 1, segmentLength: 4, segments: 1, slots: Buffer.from(slots).toString("base64") })("a");
    expect(has(bytes)).toBe(true);
    expect(has(bytes.toReversed())).toBe(false);
    expect(has(new Uint8Array(0))).toBe(false);
  });

  it("finds every text that was put in, whatever the texts and however many", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 300 }), (texts) => {
        const has = fuseFilter(buildFuse(texts));
        expect(texts.filter((text) => !has(text))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same for the same texts, be they given twice", () => {
    const texts = Array.from({ length: 1_000 }, (_, at) => `text ${at}`);
    expect(buildFuse([...texts, ...texts])).toEqual(buildFuse(texts));
  });

  it.each([10, 1_000, 10_000])("of %d texts finds one other in 65,536", (count) => {
    const has = fuseFilter(buildFuse(Array.from({ length: count }, (_, at) => `in ${at}`)));
    const others = Array.from({ length: 500_000 }, (_, at) => `out ${at}`);
    // 7.6 expected; 25 and more are met once in a million.
    expect(others.filter(has).length).toBeLessThan(25);
  });

  it("gives a text one slot in each of three segments", () => {
    const shape = { seed: 3, segmentLength: 64, segments: 5 };
    for (let at = 0; at < 10_000; at += 1) {
      const { first, second, third, fingerprint } = placesOf(`${at}`, shape);
      const segment = Math.floor(first / 64);
      expect(segment).toBeLessThan(5);
      expect([second, third].map((place) => Math.floor(place / 64))).toEqual([segment + 1, segment + 2]);
      expect(fingerprint).toBeLessThan(65_536);
    }
  });

  it("uses each slot and each bit of the fingerprint about as often as any other", () => {
    const shape = { seed: 1, segmentLength: 16, segments: 4 };
    const counts = { first: new Array(64).fill(0), second: new Array(16).fill(0), third: new Array(16).fill(0) };
    const bits = new Array(16).fill(0);
    const texts = 64_000;
    for (let at = 0; at < texts; at += 1) {
      const { first, second, third, fingerprint } = placesOf(`password${at}`, shape);
      counts.first[first] += 1;
      counts.second[second % 16] += 1;
      counts.third[third % 16] += 1;
      for (const bit of bits.keys()) bits[bit] += (fingerprint >> bit) & 1;
    }
    const chiSquared = (observed: readonly number[], expected: number) =>
      observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 63 and 15 degrees of freedom, one in a million each.
    expect(chiSquared(counts.first, texts / 64)).toBeLessThan(131);
    expect(chiSquared(counts.second, texts / 16)).toBeLessThan(57);
    expect(chiSquared(counts.third, texts / 16)).toBeLessThan(57);
    for (const count of bits) expect(Math.abs(count - texts / 2)).toBeLessThan(5 * Math.sqrt(texts / 4));
  });
});
