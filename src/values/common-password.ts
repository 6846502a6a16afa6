import { commonWords } from "./common-words.js";

/** Walks along keys and back, in one text, between them what nobody types; a stretch of one is no secret. */
const walks: string = [
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
  "qazwsxedcrfvtgbyhnujmikolp",
  "!@#$%^&*()_+",
]
  .flatMap((walk) => [walk, reversed(walk)])
  .join("\0");

const [zero, nine, a, z] = [0x30, 0x39, 0x61, 0x7a];

/** The shortest stretch that is told from chance. Code points. */
const shortestWalk = 3;

/** Looking for a pair costs the square of the length, and a longer one is made of repetitions. UTF-16 units. */
const longestPair = 64;

/** A unit so short that repeating it to any length adds nothing. Code points. */
const longestBeat = 4;

/**
 * True where a whole password is among the first that anybody would guess.
 *
 * That is a listed word or a run (`abcdefgh`, `9876543210`, `qwertyuiop`), two of these joined, a repetition of these,
 * or a unit of at most four code points repeated. Case and width do not count. What merely contains such a word is not
 * refused: NIST SP 800-63B-4 section 3.1.1.2 compares whole values.
 */
export function isCommonPassword(password: string): boolean {
  const folded = foldPassword(password);
  const unit = shortestUnit(folded);
  const readings = unit === folded ? [folded] : [folded, unit];
  return isBeat(folded, unit) || readings.some((text) => isObvious(text) || isObviousPair(text));
}

/** What is compared in place of a password: neither case nor width count. */
export function foldPassword(password: string): string {
  return password.normalize("NFKC").toLowerCase();
}

function isBeat(text: string, unit: string): boolean {
  return unit !== text && Array.from(unit).length <= longestBeat;
}

function isObviousPair(text: string): boolean {
  if (text.length > longestPair) return false;
  for (let cut = 1; cut < text.length; cut += 1) {
    if (isObvious(text.slice(0, cut)) && isObvious(text.slice(cut))) return true;
  }
  return false;
}

function isObvious(text: string): boolean {
  return commonWords.has(text) || (!isShort(text) && isStretch(text));
}

/** A part of an alphabet or of a row of keys, whichever way it is read. */
function isStretch(text: string): boolean {
  return isRun(text, follows) || isRun(text, (point, last) => follows(last, point)) || isWalk(text);
}

function isShort(text: string): boolean {
  return text.length < 2 * shortestWalk && Array.from(text).length < shortestWalk;
}

/** A stretch of a row or of columns of keys, in either direction. */
export function isWalk(text: string): boolean {
  return walks.includes(text);
}

/** One alphabet without a gap: each code point after the one before it. */
function isRun(text: string, isNext: (point: number, last: number) => boolean): boolean {
  let last: number | undefined;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (last !== undefined && !isNext(point, last)) return false;
    last = point;
  }
  return true;
}

/** After 9 comes 0, after z comes a. */
function follows(point: number, last: number): boolean {
  return point === last + 1 || (last === nine && point === zero) || (last === z && point === a);
}

/** The shortest text of which this one is a whole repetition; itself where it is none. */
export function shortestUnit(text: string): string {
  // A text turns up in its own double before the end only where a turn by that far changes nothing.
  return text.slice(0, (text + text).indexOf(text, 1));
}

function reversed(text: string): string {
  return Array.from(text).reverse().join("");
}
