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
