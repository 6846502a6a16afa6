import type { ProblemCode, ProblemFacts } from "../core/problem.js";

/** What a message may say; nothing else of a registration reaches its words. */
export interface Words {
  /** The service's name, as given to `createRegistrar`. */
  readonly service: string;
  /** The reader's own address, masked: `j***@example.com`. */
  readonly masked: string;
  /** The activation link; absent where the host sends codes only, and in messages that activate nothing. */
  readonly link?: string;
  /** The code, digits only; absent where the host sends links only, and in messages that activate nothing. */
  readonly code?: string;
  /** For how many minutes link and code are good, counted from now. */
  readonly minutes?: number;
  /** The page where the reader signs in. Its host name is the one a text message binds its code to. */
  readonly signInUrl: string;
}

/** The messages there are: to activate, to say that an account exists already, to say that it is active now. */
export type LetterKind = "activation" | "already_registered" | "activated";

/**
 * A host's own words for some messages of one language; what is left out keeps ours.
 *
 * Each is given {@link Words}: `service`, `masked`, `signInUrl`, and in an activation `link`, `code` and `minutes`,
 * of which `link` or `code` may be absent. `text` without `html` gives the HTML made from that text; `html` is sent as
 * it is, so it must escape what it inserts. A line break in `subject` becomes a space. `sms` is the whole text, with
 * the closing line `@host #code` for automatic filling if that is wanted.
 *
 * @example
 * ```ts
 * import type { Texts } from "porchlight";
 * export const english: Texts = {
 *   activation: { subject: ({ service }) => `Welcome to ${service}` },
 * };
 * ```
 */
export type Texts = {
  readonly [kind in LetterKind]?: {
    readonly subject?: (words: Words) => string;
    readonly text?: (words: Words) => string;
    readonly html?: (words: Words) => string;
    readonly sms?: (words: Words) => string;
  };
};

/** Sentences, a link with what it does, or a code: what text and HTML of a mail are both made of. */
export type Paragraph = string | { readonly link: string; readonly label: string } | { readonly code: string };

/** One message in one language. `sms` leaves the closing line `@host #code` to {@link composeSms}. */
export interface LetterTexts {
  readonly subject: (words: Words) => string;
  readonly paragraphs: (words: Words) => readonly Paragraph[];
  readonly sms: (words: Words) => string;
}

/** Everything that a visitor reads, in one language. A language that lacks a sentence does not compile. */
export interface Language {
  /** What a locale is matched with. */
  readonly tag: string;
  /** What a mail's HTML declares: the tag with its script, where that is not obvious. */
  readonly htmlLang: string;
  readonly problems: { readonly [C in ProblemCode]: (facts: Readonly<ProblemFacts[C]>) => string };
  readonly letters: { readonly [kind in LetterKind]: LetterTexts };
  readonly greeting: string;
  readonly signature: (service: string) => string;
  /** Ends a label in plain text. */
  readonly colon: ":" | "：";
  /** Stands between a button and its address, in HTML only. */
  readonly copyLink: string;
}
