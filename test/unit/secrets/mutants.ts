/** A number from 0 to below `n`. */
export type Draw = (n: number) => number;

/** Numbers that follow from a seed, so that what is found can be found again (mulberry32). */
export function drawsFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const letter = (draw: Draw) => letters[draw(64)] ?? "";
const word = (draw: Draw, length: number) => Array.from({ length }, () => letter(draw)).join("");

type Mutation = (token: string, other: string, draw: Draw) => string;

const inPart =
  (change: (part: string, other: string, draw: Draw) => string): Mutation =>
  (token, other, draw) => {
    const [parts, others] = [token.split("."), other.split(".")];
    const at = draw(parts.length);
    return parts.map((part, n) => (n === at ? change(part, others[at] ?? "", draw) : part)).join(".");
  };

/** What somebody may try who holds good tokens and no key. */
const mutations: Readonly<Record<string, Mutation>> = {
  "a bit turned": (token, _, draw) => {
    const at = draw(token.length);
    return token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << draw(7))) + token.slice(at + 1);
  },
  "a letter replaced": (token, _, draw) => {
    const at = draw(token.length);
    return token.slice(0, at) + letter(draw) + token.slice(at + 1);
  },
  "two letters swapped": (token, _, draw) => {
    const [one = 0, two = 0] = [draw(token.length), draw(token.length)].sort((a, b) => a - b);
    if (one === two) return token;
    return token.slice(0, one) + token[two] + token.slice(one + 1, two) + token[one] + token.slice(two + 1);
  },
  "letters taken out": (token, _, draw) => {
    const at = draw(token.length);
    return token.slice(0, at) + token.slice(at + 1 + draw(8));
  },
  "letters put in": (token, _, draw) => {
    const at = draw(token.length + 1);
    return token.slice(0, at) + word(draw, 1 + draw(8)) + token.slice(at);
  },
  "an end cut off": (token, _, draw) => token.slice(0, draw(token.length)),
  "a beginning cut off": (token, _, draw) => token.slice(1 + draw(token.length)),
  "another token's end": (token, other, draw) => {
    const at = draw(token.length);
    return token.slice(0, at) + other.slice(at);
  },
  "another token's part": inPart((_, other) => other),
  "another token's part with one of its own letters": inPart((part, other, draw) => {
    const at = draw(part.length + 1);
    return other.slice(0, at) + part.slice(at);
  }),
  "a part of chance": inPart((part, _, draw) => word(draw, part.length)),
  "a number for a part": inPart((_, __, draw) => String(draw(1_000))),
  "an empty part": inPart(() => ""),
  "a bit turned inside a part": inPart((part, _, draw) => {
    const bytes = Buffer.from(part, "base64url");
    const at = draw(Math.max(1, bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
    return bytes.toString("base64url");
  }),
  "a part in another spelling": inPart((part, _, draw) => {
    const bytes = Buffer.from(part, "base64url");
    const spellings = [bytes.toString("base64"), bytes.toString("hex"), `${part}=`, encodeURIComponent(`${part}%`)];
    return spellings[draw(spellings.length)] ?? "";
  }),
  "a last letter replaced in a part": inPart((part, _, draw) => part.slice(0, -1) + letter(draw)),
  "two parts swapped": (token, _, draw) => {
    const parts = token.split(".");
    const [one, two] = [draw(parts.length), draw(parts.length)];
    return parts.map((part, n) => (n === one ? parts[two] : n === two ? parts[one] : part)).join(".");
  },
  "a part more": (token, other, draw) => `${token}.${other.split(".")[draw(3)]}`,
  "case turned": (token, _, draw) => {
    const at = draw(token.length);
    const one = token.charAt(at);
    return (
      token.slice(0, at) + (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()) + token.slice(at + 1)
    );
  },
  "white space": (token, _, draw) => {
    const at = draw(token.length + 1);
    return token.slice(0, at) + (" \n\r\t\0"[draw(5)] ?? "") + token.slice(at);
  },
};
const all = Object.values(mutations);

/** A good token changed in one to three ways, with a second good one at hand; it may come out as it was. */
export function mutantOf(token: string, other: string, draw: Draw): string {
  let mutant = token;
  for (let left = 1 + Math.max(0, draw(6) - 3); left > 0; left -= 1) {
    mutant = (all[draw(all.length)] ?? all[0])?.(mutant === "" ? token : mutant, other, draw) ?? "";
  }
  return mutant;
}
