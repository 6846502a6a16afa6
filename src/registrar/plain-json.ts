/** Nothing that a form sends is nested deeper. */
const deepest = 8;

/**
 * Whether a value is plain JSON of at most `bytes`, with none but well-formed text free of control characters.
 *
 * Stops at the first byte too many: a text of 50 MB costs no more than one at the limit. (An object of a million names
 * has already cost its parser more; whoever serves requests caps their bodies.) Names by which a careless copy would
 * reach a prototype do not fit.
 */
export function fitsAsJson(value: unknown, bytes: number): boolean {
  return remaining(value, bytes, deepest) >= 0;
}

/**
 * A copy of what {@link fitsAsJson}, so that what was measured is what is kept; undefined for what does not fit, and for
 * what throws when it is read.
 *
 * A caller in the same process may hand over getters and proxies, whose members change or throw.
 */
export function jsonCopy(value: unknown, bytes: number): { readonly copy: unknown } | undefined {
  return readSafely(() => {
    if (!fitsAsJson(value, bytes)) return undefined;
    const copy: unknown = structuredClone(value);
    return fitsAsJson(copy, bytes) ? { copy } : undefined;
  });
}

/** The members of a plain object, each read once; undefined for anything else, and for what throws when it is read. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return readSafely(() => (isPlainObject(value) ? new Map(Object.entries(value)) : undefined));
}

function readSafely<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
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
  const isList = Array.isArray(value);
  if (isList ? value.length > budget : !isPlainObject(value)) return -1;
  let left = budget;
  let seen = 0;
  for (const name in value) {
    const member: unknown = Reflect.get(value, name);
    if (isList ? member === undefined : reachesPrototype(name, member)) return -1;
    const nameSize = isList ? 0 : textSize(name, left) + 1;
    left = remaining(member, left - Math.min(seen, 1) - nameSize, depth);
    if (left < 0) return left;
    seen += 1;
  }
  // JSON has no holes, and would write each as null.
  return isList && seen < value.length ? -1 : left;
}

/** Kept as data it would do no harm; copied by whoever reads the account, it could. */
function reachesPrototype(name: string, member: unknown): boolean {
  return name === "__proto__" || (name === "constructor" && typeof member === "object");
}

/** As JSON in UTF-8, quotes and escapes included; infinite for what must not be kept. */
function textSize(text: string, budget: number): number {
  // A store may hold no NUL, a log no escape sequence; a line break in an address field is text.
  if (text.length > budget || !text.isWellFormed() || /[^\P{Cc}\t\n\r]/u.test(text)) return Number.POSITIVE_INFINITY;
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** An object as JSON makes them, of whatever realm: no class instance, no Map, no FormData, whose contents are not its own names. */
export function isPlainObject(value: unknown): value is object {
  const plain = readSafely(() => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  });
  return plain === true;
}
