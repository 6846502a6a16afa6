import { randomBytes } from "node:crypto";
import type { Kept } from "./kept.js";

// Accounts come one every 30 seconds, so that a million fill a year. Their keys begin in no order, as names do: 2654435761
// is odd, so that its multiples run through all numbers of 32 bits.
export const everyMs = 30_000;
export const factor = 2_654_435_761;
export const range = 4_294_967_296;

/** As long as a real one: Argon2id in PHC form with a salt of 16 and a hash of 32 bytes. */
export const encodedPassword: string = `$argon2id$v=19$m=19456,t=2,p=1$${"c".repeat(22)}$${"d".repeat(43)}`;

/**
 * How many accounts are there where their number is not the question. Not none: a server keeps the plans that it made
 * for an empty table until it has looked at the table again.
 */
export const someAccounts = 10_000;

/** When the first of so many accounts came; the last came a moment ago. */
export function firstAt(accounts: number): number {
  return Date.now() - (accounts + 1) * everyMs;
}

/** What `head` is to SQL as well: eight hexadecimal digits of the n-th account. */
function head(n: number): string {
  return ((n * factor) % range).toString(16).padStart(8, "0");
}

export function addressOf(n: number): string {
  return `${head(n)}.${n}@example.com`;
}

/** An address as those that are there: it may come anywhere among them. */
export function newAddress(): string {
  people += 1;
  return `${randomBytes(4).toString("hex")}.${people}@example.net`;
}
let people = 0;

/** Throws where the n-th account that was filled in by SQL is none to the store. */
export async function proveFilled({ store }: Pick<Kept, "store">, accounts: number): Promise<void> {
  for (const n of new Set([1, Math.ceil(accounts / 2), accounts])) {
    const found = await store.accountByKey(addressOf(n));
    if (found?.account.identifier.address !== addressOf(n)) throw new Error(`There is no account ${n}.`);
  }
}
