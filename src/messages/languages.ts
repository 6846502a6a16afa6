import { german } from "./de.js";
import { english } from "./en.js";
import type { Language } from "./language.js";
import { nearestLocale } from "./locale.js";
import { chinese } from "./zh.js";

/** The languages that come with Porchlight; the first is what everything falls back to. */
export const languages: readonly [Language, ...Language[]] = [english, german, chinese];

/** The language of ours that is nearest to a tag or an Accept-Language header, else English. */
export function languageFor(wanted: string | undefined): Language {
  const tags = languages.map((language) => language.tag);
  const tag = nearestLocale(tags, wanted);
  return languages.find((language) => language.tag === tag) ?? english;
}
