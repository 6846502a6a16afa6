/**
 * Great providers of mail, by name, with the endings under which they have mailboxes: those of the languages that
 * Porchlight speaks, and their neighbours that one slip would make of another.
 */
const providers: Readonly<Record<string, string>> = {
  gmail: "com",
  googlemail: "com",
  outlook: "com de at fr it es se co.uk",
  hotmail: "com de at ch fr it es se nl co.uk",
  live: "com de at cn fr it se nl co.uk",
  msn: "com",
  yahoo: "com de at fr it es se co.uk com.hk com.tw com.au ca in",
  ymail: "com",
  rocketmail: "com",
  aol: "com de co.uk",
  icloud: "com",
  me: "com",
  mac: "com",
  proton: "me",
  protonmail: "com ch",
  fastmail: "com fm",
  zoho: "com eu",
  mail: "com de",
  email: "com de",
  gmx: "de net at ch com",
  web: "de",
  "t-online": "de",
  freenet: "de",
  arcor: "de",
  posteo: "de net at ch eu",
  mailbox: "org",
  bluewin: "ch",
  btinternet: "com",
  qq: "com",
  foxmail: "com",
  "163": "com net",
  "126": "com",
  "139": "com",
  "189": "cn",
  yeah: "net",
  sina: "com cn",
  sohu: "com",
  aliyun: "com",
};

/** Under any other ending these names are somebody else's, or nobody's: who writes `gmail.de` means Gmail. */
const oneEnding: ReadonlySet<string> = new Set(["gmail", "googlemail", "icloud", "t-online", "foxmail"]);

/** `de`, `net`, `com.cn`; what is longer is a subdomain of somebody's. */
const national = /^[a-z]{2,3}(?:\.[a-z]{2})?$/;

const domains: ReadonlySet<string> = new Set(
  Object.entries(providers).flatMap(([name, endings]) => endings.split(" ").map((ending) => `${name}.${ending}`)),
);

/** RFC 5321 section 4.5.3.1.3. */
const longest = 254;

/**
 * The address that was probably meant where the domain of a great provider is mistyped, or undefined.
 *
 * For a page to ask "Did you mean …?", never to decide: the address as typed may be right. Finds one slip (a letter that is
 * missing, doubled, wrong or swapped with its neighbour), two in long names, and slips in the ending (`.con`, a comma, no
 * dot). Nothing is suggested for a domain that is listed itself, and the part before the @ stays as it was typed. Names of
 * four letters and less, such as `gmx` and `qq`, must be right but for the ending: too many are one slip apart.
 *
 * @example
 * ```ts
 * import { suggestEmail } from "porchlight/values/suggest-email";
 * suggestEmail("ada@gmial.com"); // "ada@gmail.com"
 * suggestEmail("ada@example.com"); // undefined
 * ```
 *
 * @param typed as in the form, trimmed or not; longer than 254 UTF-16 units is undefined
 */
export function suggestEmail(typed: string): string | undefined {
  const address = typed.trim();
  const at = address.lastIndexOf("@");
  if (at < 1 || address.length > longest) return undefined;
  const domain = meant(address.slice(at + 1).toLowerCase());
  return domain === undefined ? undefined : `${address.slice(0, at)}@${domain}`;
}

function meant(typed: string): string | undefined {
  // UTS 46 section 2.3: these are dots too, and no slip.
  if (domains.has(typed.replace(/[。．｡]/g, "."))) return undefined;
  const dotted = typed.replace(/[\s,;.。．｡]+/g, ".").replace(/^\.|\.$/g, "");
  if (domains.has(dotted)) return dotted;
  const bare = typed.replaceAll(".", "");
  for (const domain of domains) if (domain.replaceAll(".", "") === bare) return domain;

  const dot = dotted.indexOf(".");
  if (dot < 1) return undefined;
  const [name, ending] = [dotted.slice(0, dot), dotted.slice(dot + 1)];
  let best: { readonly domain: string; readonly slips: number } | undefined;
  for (const [right, endings] of Object.entries(providers)) {
    const allowed = right.length < 5 ? 0 : right.length < 8 ? 1 : 2;
    const slips = distance(name, right, allowed);
    if (slips > allowed) continue;
    const only = slips === 0 && oneEnding.has(right) && national.test(ending) ? endings : undefined;
    const found = endingOf(ending, endings.split(" ")) ?? only;
    if (found === undefined) continue;
    const all = slips + (found === ending ? 0 : 1);
    // The fewest slips win: `mail.con` is one from mail.com and two from Gmail.
    if (best === undefined || all < best.slips) best = { domain: `${right}.${found}`, slips: all };
  }
  return best?.domain;
}

/** The ending that was meant. Two letters are a country of their own, however near: only their order may be wrong. */
function endingOf(typed: string, endings: readonly string[]): string | undefined {
  if (endings.includes(typed)) return typed;
  return endings.find((ending) =>
    ending.length === 3
      ? distance(typed, ending, 1) <= 1
      : [...new Set(typed)].sort().join() === [...ending].sort().join(),
  );
}

/** How many letters are missing, too many, wrong or swapped (optimal string alignment); past `limit` one more than it. */
function distance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const wrong = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(cell(last, j) + 1, cell(row, j - 1) + 1, cell(last, j - 1) + wrong);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        least = Math.min(least, cell(before, j - 2) + 1);
      }
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return Math.min(cell(last, other.length), limit + 1);
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
