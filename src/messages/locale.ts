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
    const asked = parseTag(range);
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

function nearest(offered: readonly string[], asked: Intl.Locale): string | undefined {
  const sought = asked.maximize();
  let best: string | undefined;
  let bestScore = -1;
  for (const tag of offered) {
    const score = likeness(tag, sought);
    if (score > bestScore) [best, bestScore] = [tag, score];
  }
  return best;
}

/** -1 for another language; else the script weighs more than the region, and no region more than a foreign one. */
function likeness(tag: string, sought: Intl.Locale): number {
  const offer = offerOf(tag);
  if (offer === undefined) return -1;
  const { full, isWhole } = offer;
  if (full.language !== sought.language) return -1;
  const script = full.script === sought.script ? 4 : 0;
  if (full.region === sought.region) return script + 2;
  return script + (isWhole ? 1 : 0);
}

/** A tag on offer with its likely script and region; whole where it names no region itself. */
interface Offer {
  readonly full: Intl.Locale;
  readonly isWhole: boolean;
}

/** What is on offer is said by the host and stays; reading a tag costs more than all comparisons. */
const offers = new Map<string, Offer | undefined>();
const mostOffers = 1_000;

function offerOf(tag: string): Offer | undefined {
  if (offers.has(tag)) return offers.get(tag);
  const locale = parseTag(tag);
  const offer = locale && { full: locale.maximize(), isWhole: locale.region === undefined };
  if (offers.size < mostOffers) offers.set(tag, offer);
  return offer;
}

/** Hosts hand on `zh_CN` of their platform as it is. */
function parseTag(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag.replaceAll("_", "-"));
  } catch {
    return undefined;
  }
}
