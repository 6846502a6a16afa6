import type { LetterKind, Paragraph, Texts, Words } from "./language.js";
import { languageFor, languageTags } from "./languages.js";
import { htmlPage, plainText } from "./layout.js";
import { nearestLocale } from "./locale.js";

/** A host's own words by language tag. A tag that we do not ship adds a language; its missing parts are English. */
export type Messages = Readonly<Record<string, Texts>>;

/** A mail in words; `locale` is the tag that was chosen. */
export interface ComposedMail {
  readonly locale: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A text message in words; `locale` is the tag that was chosen. */
export interface ComposedSms {
  readonly locale: string;
  readonly text: string;
}

/** The tag to speak in: ours and the host's are on offer, the host's first. See {@link nearestLocale}. */
export function chooseLocale(wanted: string | undefined, messages: Messages = {}): string {
  return nearestLocale([...Object.keys(messages), ...languageTags], wanted);
}

/**
 * Words one mail; text and HTML are made of the same paragraphs.
 *
 * A line break never enters the subject, nor does a secret: subjects are logged on the way.
 */
export function composeMail(
  kind: LetterKind,
  wanted: string | undefined,
  words: Words,
  messages: Messages = {},
): ComposedMail {
  const locale = chooseLocale(wanted, messages);
  const own = messages[locale]?.[kind] ?? {};
  const language = languageFor(locale);
  const said = tidy(words);

  const letter = language.letters[kind];
  const subject = oneLine((own.subject ?? letter.subject)(said));
  const ownText = own.text?.(said);
  const body = ownText === undefined ? letter.paragraphs(said) : paragraphsOf(ownText);
  const whole = ownText === undefined ? [language.greeting, ...body, language.signature(said.service)] : body;
  const html =
    own.html?.(said) ??
    htmlPage(whole, {
      lang: ownText === undefined ? language.htmlLang : locale,
      title: subject,
      service: said.service,
      preview: body.find((paragraph) => typeof paragraph === "string") ?? subject,
      urls: said.link === undefined ? [said.signInUrl] : [said.link, said.signInUrl],
      copyLink: language.copyLink,
    });
  return { locale, subject, text: ownText ?? `${plainText(whole, language.colon)}\n`, html };
}

/**
 * Words one text message. An activation with a code ends with the line `@host #code`, which lets a browser fill the
 * code in on that host and nowhere else.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 */
export function composeSms(
  kind: LetterKind,
  wanted: string | undefined,
  words: Words,
  messages: Messages = {},
): ComposedSms {
  const locale = chooseLocale(wanted, messages);
  const said = tidy(words);
  const own = messages[locale]?.[kind]?.sms?.(said);
  if (own !== undefined) return { locale, text: own };
  const text = languageFor(locale).letters[kind].sms(said);
  if (kind !== "activation" || said.code === undefined) return { locale, text };
  return { locale, text: `${text}\n\n@${new URL(said.signInUrl).hostname} #${said.code}` };
}

/** A blank line ends a paragraph. */
function paragraphsOf(text: string): readonly Paragraph[] {
  return text
    .trim()
    .split(/(?:\r?\n){2,}/)
    .map((paragraph) => paragraph.trim());
}

/** A name of two lines could end a text message with an `@host #code` of its own. */
function tidy(words: Words): Words {
  return { ...words, service: oneLine(words.service), masked: oneLine(words.masked) };
}

/** CR and LF would begin a new header (RFC 5322, section 2.2); U+2028 and U+2029 are breaks to some readers. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
