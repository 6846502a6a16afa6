import { languages } from "./words.js";

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
