import { remembered } from "./remembered.js";

/** Said where nothing that was asked for is offered. */
const fallback = "en";

/** Far above any browser's header (RFC 9110, section 12.5.4, sets no bound); what lies beyond is not looked at. */
const longest = 1024;
const mostEntries = 20;

/** RFC 9110, section 12.4.2: nought to one with at most three decimals. */
const quality = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * Picks, of the languages on offer, the one nearest to what a visitor asked for.
 *
 * `wanted` is a BCP 47 tag or a whole Accept-Language header; of a header at most 1,024 characters and 20 entries are
 * looked at. Rubbish is skipped and never throws. Within a language the script counts first, then the region, then the
 * order on offer: `de-AT` gets `de`, `zh-SG` gets `zh`. A language in another script is still nearer than English, so
 * `zh-TW`, `zh-HK` and `zh-Hant` get Simplified Chinese as long as nothing else is offered for them. Where nothing
 * fits, it is `en`, or the first on offer where `en` is not.
 *
 * @example
 * ```ts
 * import { nearestLocale } from "porchlight";
 * nearestLocale(["en", "de", "zh"], "fr;q=0.9, de-AT;q=0.8"); // "de"
 * ```
 *
 * @see RFC 4647, and Unicode UTS 35 for likely subtags
 */
export function nearestLocale(offered: readonly string[], wanted: string | undefined): string {
  for (const range of rangesOf(wanted)) {
    const asked = likelyOf(range);
    if (asked === undefined) continue;
    const found = nearest(offered, asked);
    if (found !== undefined) return found;
  }
  return offered.includes(fallback) ? fallback : (offered[0] ?? fallback);
}

/** The ranges of a header, dearest first; equal ones keep their order. */
function rangesOf(wanted: unknown): readonly string[] {
  if (typeof wanted !== "string") return [];
  const end = wanted.length <= longest ? longest : Math.max(0, wanted.lastIndexOf(",", longest));
  const entries = wanted.slice(0, end).split(",", mostEntries).map(readEntry);
  return entries
    .filter((entry) => entry.weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map((entry) => entry.range);
}

function readEntry(entry: string): { readonly range: string; readonly weight: number } {
  const [range = "", ...parameters] = entry.split(";").map((part) => part.trim());
  const [given] = parameters;
  if (given === undefined) return { range, weight: 1 };
  const read = quality.exec(given)?.[1];
  return { range, weight: read === undefined ? 0 : Number(read) };
}

function nearest(offered: readonly string[], sought: Likely): string | undefined {
  let best: string | undefined;
  let bestScore = -1;
  for (const tag of offered) {
    const score = likeness(tag, sought);
    if (score > bestScore) [best, bestScore] = [tag, score];
  }
  return best;
}

/** -1 for another language; else the script weighs more than the region, and no region more than a foreign one. */
function likeness(tag: string, sought: Likely): number {
  const offer = likelyOf(tag);
  if (offer === undefined || offer.language !== sought.language) return -1;
  const script = offer.script === sought.script ? 4 : 0;
  if (offer.region === sought.region) return script + 2;
  return script + (offer.isWhole ? 1 : 0);
}

/** A tag with its likely script and region; whole where it names no region itself. */
interface Likely {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
  readonly isWhole: boolean;
}

/** The tags that browsers send are shorter. A longer piece of a header would keep all of it in memory. */
const longestRemembered = 12;

/** What a tag stands for; undefined where it is none. */
export function likelyOf(tag: string): Likely | undefined {
  return tag.length > longestRemembered ? readTag(tag) : rememberedTag(tag);
}

const rememberedTag = remembered(readTag);

/** Hosts hand on `zh_CN` of their platform as it is. */
function readTag(tag: string): Likely | undefined {
  try {
    const locale = new Intl.Locale(tag.replaceAll("_", "-"));
    const { language, script, region } = locale.maximize();
    return { language, script, region, isWhole: locale.region === undefined };
  } catch {
    return undefined;
  }
}
