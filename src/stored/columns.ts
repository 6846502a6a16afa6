import type { Row } from "../sql/database.js";

/** How many bytes of UTF-8 the bounded columns hold; what is longer is refused before SQL. */
export const widths = {
  id: 40,
  accountId: 128,
  key: 320,
  address: 320,
  password: 1024,
  document: 64,
  version: 64,
  locale: 64,
} as const;

/**
 * Whether a text could ever be found in its column: no NUL, no lone surrogate, not too long, and without the mark at its
 * front that decoders take for their own.
 */
export function fits(text: string, column: keyof typeof widths): boolean {
  return (
    text.length <= widths[column] &&
    // Whose bytes need not be counted: an id is asked for again and again.
    (/^[\x01-\x7f]*$/.test(text) || isKept(text, column))
  );
}

function isKept(text: string, column: keyof typeof widths): boolean {
  return (
    text.isWellFormed() &&
    !text.includes("\0") &&
    !text.startsWith("\uFEFF") &&
    utf8.encode(text).length <= widths[column]
  );
}

const utf8 = new TextEncoder();
// A mark at the front is part of a text.
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** @throws TypeError for a text that its column could not give back as it is */
export function bounded(text: string, column: keyof typeof widths): string {
  if (fits(text, column)) return text;
  throw new TypeError(
    `The ${column} does not fit: at most ${widths[column]} bytes of UTF-8, no NUL, no mark at the front.`,
  );
}

/** A text column, which a driver may give as its bytes. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return fromUtf8.decode(value);
  throw new TypeError(`The column ${column} holds no text.`);
}

/** A whole number, which a driver may give as text or as a bigint. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  const number = typeof value === "string" || typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number)) return number;
  throw new TypeError(`The column ${column} holds no whole number.`);
}

/** One of the words that a column may hold. */
export function oneOf<T extends string>(row: Row, column: string, allowed: readonly T[]): T {
  const value = text(row, column);
  const known = allowed.find((one) => one === value);
  if (known !== undefined) return known;
  throw new TypeError(`The column ${column} holds none of ${allowed.join(", ")}.`);
}
