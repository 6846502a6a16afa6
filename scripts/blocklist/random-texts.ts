/** Printable ASCII, 15 to 40 characters; the same texts at each call (xorshift32, Marsaglia 2003). */
export function* randomTexts(count: number, seed = 2_463_534_242): Generator<string> {
  let state = seed;
  const below = (bound: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
  for (let made = 0; made < count; made += 1) {
    const length = 15 + below(26);
    yield String.fromCharCode(...Array.from({ length }, () => 0x20 + below(95)));
  }
}
