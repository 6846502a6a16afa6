import { german } from "./words-de.js";
import { english, type Words } from "./words-en.js";
import { chinese } from "./words-zh.js";

export type { Words };

/** Each by its tag, with its own name for itself. */
export const languages = [
  { tag: "en", name: "English", words: english },
  { tag: "de", name: "Deutsch", words: german },
  { tag: "zh-Hans", name: "简体中文", words: chinese },
] as const;

const kept = "language";
const first = languages[0];

/** The language that the visitor chose, or else the browser's. */
export function chosenLanguage(): (typeof languages)[number] {
  const wanted = [localStorage.getItem(kept) ?? "", ...navigator.languages];
  for (const tag of wanted) {
    const found = languages.find((language) => language.tag.slice(0, 2) === tag.slice(0, 2));
    if (found !== undefined) return found;
  }
  return first;
}

export function chooseLanguage(tag: string): void {
  localStorage.setItem(kept, tag);
}
