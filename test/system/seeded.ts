/** Numbers from 0 up to 1, the same for the same seed: for an order that nobody chose. The generator of ISO C's example of `rand`. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    // The product is past 2^53, which a number holds exactly.
    state = Number((BigInt(state) * 1_103_515_245n + 12_345n) % 2_147_483_648n);
    return state / 2_147_483_648;
  };
}
