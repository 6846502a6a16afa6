import { inspect } from "node:util";

/** Something that must not be found where it does not belong. */
export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const textCanary = (name: string, value: string): Canary => ({ name, bytes: Buffer.from(value) });

/** The base64 of these bytes wherever they stand in something longer: three alignments, without what their neighbours colour. */
function base64s(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const inner = whole.slice(before === 0 ? 0 : before + 1, -1);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Every way in which a value may stand in a text; case, white space and line breaks apart. */
function spellingsOf(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes);
  const hex = buffer.toString("hex");
  const pairs = hex.match(/../g) ?? [];
  const spellings = [hex, pairs.join(" "), pairs.join(":"), pairs.map((pair) => `%${pair}`).join("")];
  spellings.push([...bytes].join(","), [...bytes].join(", "), ...base64s(bytes));
  const text = buffer.toString();
  if (!Buffer.from(text).equals(buffer)) return spellings;
  const codes = [...text].map((char) => char.charCodeAt(0).toString(16).padStart(4, "0"));
  return [
    ...spellings,
    text,
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll("%20", "+"),
    JSON.stringify(text).slice(1, -1),
    codes.map((code) => `\\u${code}`).join(""),
    codes.map((code) => `&#x${Number.parseInt(code, 16).toString(16)};`).join(""),
    [...text].map((char) => `&#${char.charCodeAt(0)};`).join(""),
    [...text].toReversed().join(""),
  ];
}

/** More than this of a value is not needed to know it again. Bytes. */
const longest = 80;

const needles = new Map<string, readonly string[]>();

/** The whole, and each half of what is long: a value cut short is a leak as well. */
function needlesOf({ bytes }: Canary): readonly string[] {
  const key = Buffer.from(bytes).toString("latin1");
  const known = needles.get(key);
  if (known !== undefined) return known;
  const half = bytes.length >> 1;
  // Of a ticket its end: every ticket begins alike.
  const parts =
    bytes.length < 16 || bytes.length > longest ? [bytes.slice(-longest)] : [bytes.slice(0, half), bytes.slice(half)];
  const found = [...new Set(parts.flatMap(spellingsOf).map(folded))];
  needles.set(key, found);
  return found;
}

const folded = (text: string): string => text.toLowerCase().replace(/\s+/g, " ");

/** The names of the canaries that a text holds, in whatever spelling. */
export function leaksIn(text: string, canaries: readonly Canary[]): readonly string[] {
  const haystack = folded(text);
  return canaries
    .filter((canary) => needlesOf(canary).some((needle) => haystack.includes(needle)))
    .map(({ name }) => name);
}

const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null, maxStringLength: null };

/** All that a console, a logger, JSON or a debugger could make of a value; of an error also its stack and its causes. */
export function allOf(value: unknown): string {
  const parts = new Set([inspect(value, everything)]);
  try {
    parts.add(JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part)) ?? "");
  } catch {
    // What JSON cannot hold, it cannot tell either.
  }
  collect(value, parts, new Set());
  return [...parts].join("\n");
}

/** Texts and bytes of every own property, named, hidden or by symbol, and of prototypes that a host might have written. */
function collect(value: unknown, parts: Set<string>, seen: Set<object>): void {
  if (typeof value === "string") parts.add(value);
  if (typeof value === "symbol") parts.add(String(value));
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) return void parts.add(Buffer.from(value).toString("hex"));
  if (value instanceof Map || value instanceof Set) for (const part of value) collect(part, parts, seen);
  for (const key of Reflect.ownKeys(value)) {
    parts.add(String(key));
    const { value: held, get } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    collect(get === undefined ? held : Reflect.get(value, key), parts, seen);
  }
}
