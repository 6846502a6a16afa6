/** White space, and what is drawn as nothing at all: byte order marks, bidi overrides, fillers, joiners. */
const leading = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]+/u;

/** Looks behind, so that of a long run inside a text only the first character is tried, and the time stays linear. */
const trailing =
  /(?<![\p{White_Space}\p{Default_Ignorable_Code_Point}])[\p{White_Space}\p{Default_Ignorable_Code_Point}]+$/u;
const ignorables = /\p{Default_Ignorable_Code_Point}/gu;
const controls = /\p{Cc}/u;

/**
 * Categories C and Z, what is drawn as nothing, and the mark of badly decoded input.
 *
 * C holds the unassigned code points too: their normal form may yet change, and with it whom a key names.
 */
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\uFFFD]/u;

/** Without white space and invisible characters at either end. */
export function trim(text: string): string {
  return text.replace(leading, "").replace(trailing, "");
}

/** Without invisible characters anywhere. Soft hyphens go, and spaces stay. */
export function withoutIgnorables(text: string): string {
  return text.replace(ignorables, "");
}

/** True where a control character (category Cc) is among them: NUL, line feed, escape. */
export function hasControls(text: string): boolean {
  return controls.test(text);
}

/** True where a character cannot be seen, or not relied on, by who reads the text. */
export function hasUnseen(text: string): boolean {
  return unseen.test(text);
}

/** Every decimal digit of every script as its ASCII digit. Superscripts and numerals that are letters stay. */
export function foldDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/**
 * Unicode promises that decimal digits come in whole runs from zero to nine (The Unicode Standard, section 4.6), so
 * that a digit's value is its place in its run. Runs may adjoin, as the mathematical digits do: hence the remainder.
 */
function digitValue(digit: string): number {
  const place = digit.codePointAt(0) ?? 0;
  let start = place;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return (place - start) % 10;
}
