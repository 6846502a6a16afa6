/** Nothing that a form sends is nested deeper. */
const deepest = 8;

/**
 * Whether a value is plain JSON of at most `bytes`, with none but well-formed text free of control characters.
 *
 * Stops at the first byte too many: a text of 50 MB costs no more than one at the limit. (An object of a million names
 * has already cost its parser more; whoever serves requests caps their bodies.)
 */
export function fitsAsJson(value: unknown, bytes: number): boolean {
  return remaining(value, bytes, deepest) >= 0;
}

/** What is left of the budget after this value; negative where it does not fit. */
function remaining(value: unknown, budget: number, depth: number): number {
  if (budget < 0 || depth < 0) return -1;
  switch (typeof value) {
    case "string":
      return budget - textSize(value, budget);
    case "number":
      return Number.isFinite(value) ? budget - String(value).length : -1;
    case "boolean":
      return budget - String(value).length;
    case "undefined":
      return budget;
    case "object":
      return value === null ? budget - 4 : remainingInside(value, budget - 2, depth - 1);
    default:
      return -1;
  }
}

function remainingInside(value: object, budget: number, depth: number): number {
  if (!Array.isArray(value) && !isPlainObject(value)) return -1;
  let left = budget;
  let comma = 0;
  for (const name in value) {
    const nameSize = Array.isArray(value) ? 0 : textSize(name, left) + 1;
    left = remaining(Reflect.get(value, name), left - comma - nameSize, depth);
    if (left < 0) return left;
    comma = 1;
  }
  return left;
}

/** As JSON in UTF-8, quotes and escapes included; infinite for what must not be kept. */
function textSize(text: string, budget: number): number {
  // A store may hold no NUL, a log no escape sequence; a line break in an address field is text.
  if (text.length > budget || !text.isWellFormed() || /[^\P{Cc}\t\n\r]/u.test(text)) return Number.POSITIVE_INFINITY;
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** An object as JSON makes them, of whatever realm: no class instance, no Map, no FormData, whose contents are not its own names. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
