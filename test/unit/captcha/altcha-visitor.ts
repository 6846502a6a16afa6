import { type Challenge, createChallenge, type Solution, solveChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import type { Captcha } from "../../../src/ports.js";

/** What a host hands over. */
export const altcha = { createChallenge, verifySolution, deriveKey };

/** What the widget hands in, before it is written in base64. */
export interface Payload {
  readonly challenge: Required<Pick<Challenge, "parameters" | "signature">>;
  readonly solution: Solution;
}

export function secretOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (seed * 31 + index * 7) % 256);
}

/** A challenge as it arrives at a page. */
export async function challengeOf(captcha: Captcha): Promise<Payload["challenge"]> {
  return JSON.parse(JSON.stringify(await captcha.challenge?.()));
}

/** Fetches a challenge and solves it, as the widget does. */
export async function solve(captcha: Captcha): Promise<Payload> {
  const challenge = await challengeOf(captcha);
  const solution = await solveChallenge({ challenge, deriveKey });
  if (solution === null) throw new Error("altcha-lib did not solve its own challenge.");
  return { challenge, solution };
}

/** As the widget 3.2.2 writes it: `btoa(JSON.stringify({ challenge: { parameters, signature }, solution }))`. */
export function written({ challenge: { parameters, signature }, solution }: Payload): string {
  return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));
}
