import { deriveCode } from "../../../src/secrets/code.js";
import type { Keyring } from "../../../src/secrets/keyring.js";
import { pendingRegistration } from "../../../src/testing/index.js";

/** 9 degrees of freedom: a fair source goes past it once in a million positions (p = 8.8e-7). */
export const mostChiSquared = 45.1;

/** Derives a code for each nonce, and says how far the digits of each position are from even. */
export async function chiSquaredOfCodes(
  ring: Keyring,
  {
    digits,
    samples,
    nonce,
  }: { readonly digits: number; readonly samples: number; readonly nonce: (n: number) => string },
): Promise<readonly number[]> {
  const counts = Array.from({ length: digits }, () => new Float64Array(10));
  const pending = pendingRegistration();
  for (let n = 0; n < samples; n += 1) {
    const challenge = { ...pending.challenge, digits, nonce: nonce(n) };
    const code = (await deriveCode(ring, { ...pending, challenge }))?.reveal() ?? "";
    if (code.length !== digits) throw new Error(`"${code}" has not ${digits} digits.`);
    for (const [at, position] of counts.entries()) {
      const digit = code.charCodeAt(at) - 48;
      position[digit] = (position[digit] ?? Number.NaN) + 1;
    }
  }
  const even = samples / 10;
  return counts.map((position) => position.reduce((sum, count) => sum + (count - even) ** 2 / even, 0));
}
