import { type FuseFilterData, type FuseShape, placesOf } from "../../src/values/fuse-filter.js";

/** Builds the filter that `src/values/fuse-filter.ts` reads. The same texts give the same filter. */
export function buildFuse(texts: readonly string[]): FuseFilterData {
  const distinct = [...new Set(texts)];
  // A shape fails for about one seed in a hundred.
  for (let seed = 1; seed <= 100; seed += 1) {
    const shape = { ...sizeFor(distinct.length), seed };
    const slots = fill(distinct, shape);
    if (slots !== undefined) return { ...shape, slots: toBase64(slots) };
  }
  throw new Error(`No seed of 100 made a filter of ${distinct.length} texts.`);
}

/** Graf, Lemire (2022), section 4: the sizes that they found by trial, for three slots. */
function sizeFor(count: number): Omit<FuseShape, "seed"> {
  const segmentLength = 2 ** Math.floor(Math.log(Math.max(2, count)) / Math.log(3.33) + 2.25);
  const slots = count * Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(Math.max(2, count)));
  return { segmentLength, segments: Math.max(1, Math.ceil(slots / segmentLength) - 2) };
}

/** Peels off text after text that has a slot to itself, then fills these slots from the last text to the first. */
function fill(texts: readonly string[], shape: FuseShape): Uint16Array | undefined {
  const length = (shape.segments + 2) * shape.segmentLength;
  const places = texts.map((text) => placesOf(text, shape));
  const slotsOf = (text: number): readonly number[] => {
    const { first = 0, second = 0, third = 0 } = places[text] ?? {};
    return [first, second, third];
  };

  /** Which texts lie in a slot: how many, and the exclusive or of their numbers, which names the last one left. */
  const counts = new Int32Array(length);
  const names = new Int32Array(length);
  const toggle = (text: number, by: 1 | -1) => {
    for (const slot of slotsOf(text)) {
      counts[slot] = (counts[slot] ?? 0) + by;
      names[slot] = (names[slot] ?? 0) ^ text;
    }
  };
  for (const text of texts.keys()) toggle(text, 1);

  const peeled: { readonly text: number; readonly slot: number }[] = [];
  const alone = [...counts.keys()].filter((slot) => counts[slot] === 1);
  for (let slot = alone.pop(); slot !== undefined; slot = alone.pop()) {
    if (counts[slot] !== 1) continue;
    const text = names[slot] ?? 0;
    peeled.push({ text, slot });
    toggle(text, -1);
    alone.push(...slotsOf(text).filter((other) => counts[other] === 1));
  }
  if (peeled.length < texts.length) return undefined;

  const slots = new Uint16Array(length);
  for (const { text, slot } of peeled.reverse()) {
    const others = slotsOf(text).reduce((sum, other) => sum ^ (slots[other] ?? 0), slots[slot] ?? 0);
    slots[slot] = others ^ (places[text]?.fingerprint ?? 0);
  }
  return slots;
}

function toBase64(slots: Uint16Array): string {
  const bytes = Buffer.alloc(2 * slots.length);
  for (const [at, slot] of slots.entries()) bytes.writeUInt16LE(slot, 2 * at);
  return bytes.toString("base64");
}
