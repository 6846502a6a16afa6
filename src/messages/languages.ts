import { german } from "./de.js";
import { english } from "./en.js";
import type { Language } from "./language.js";
import { nearestLocale } from "./locale.js";
import { chinese } from "./zh.js";

/** The languages that come with Porchlight; the first is what everything falls back to. */
export const languages: readonly [Language, ...Language[]] = [english, german, chinese];

/** Their tags, in the same order. */
export const languageTags: readonly string[] = languages.map((language) => language.tag);

/** The language of ours that is nearest to a tag or an Accept-Language header, else English. */
export function languageFor(wanted: string | undefined): Language {
  const tag = nearestLocale(languageTags, wanted);
  return languages.find((language) => language.tag === tag) ?? english;
}
