import { commonWords } from "./common-words.js";

/** Walks along keys and alphabets; a stretch of one, forwards or backwards, is no secret. */
const walks: readonly string[] = [
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
  "qazwsxedcrfvtgbyhnujmikolp",
  "!@#$%^&*()_+",
].flatMap((walk) => [walk, reversed(walk)]);

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
  return isBeat(folded, unit) || isObvious(folded) || isObviousPair(folded) || isObvious(unit) || isObviousPair(unit);
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
  return Array.from({ length: text.length }).some(
    (_, cut) => isObvious(text.slice(0, cut)) && isObvious(text.slice(cut)),
  );
}

function isObvious(text: string): boolean {
  if (commonWords.has(text)) return true;
  const points = Array.from(text, (point) => point.codePointAt(0) ?? 0);
  if (points.length < shortestWalk) return false;
  return isRun(points) || isRun(points.reverse()) || isWalk(text);
}

/** A stretch of a row or of columns of keys, in either direction. */
export function isWalk(text: string): boolean {
  return walks.some((walk) => walk.includes(text));
}

/** One alphabet without a gap; after 9 comes 0, after z comes a. */
function isRun([first = 0, ...others]: readonly number[]): boolean {
  let last = first;
  return others.every((point) => {
    const follows = point === last + 1 || (last === nine && point === zero) || (last === z && point === a);
    last = point;
    return follows;
  });
}

/** The shortest text of which this one is a whole repetition; itself where it is none. */
export function shortestUnit(text: string): string {
  // A text turns up in its own double before the end only where a turn by that far changes nothing.
  return text.slice(0, (text + text).indexOf(text, 1));
}

function reversed(text: string): string {
  return Array.from(text).reverse().join("");
}
