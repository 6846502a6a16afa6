import type { Paragraph } from "./language.js";
import { likelyOf } from "./locale.js";

/** What a mail's HTML needs beside its paragraphs. */
export interface Page {
  /** Declared as `<html lang>`; it also decides the writing direction. */
  readonly lang: string;
  readonly title: string;
  readonly service: string;
  /** What an inbox shows beside the subject; hidden in the mail itself. */
  readonly preview: string;
  /** The only addresses that running text may link to. */
  readonly urls: readonly string[];
  /** Said between a button and its address. */
  readonly copyLink?: string | undefined;
}

/** The paragraphs as plain text, a blank line between them. */
export function plainText(paragraphs: readonly Paragraph[], colon: string): string {
  return paragraphs
    .map((paragraph) => {
      if (typeof paragraph === "string") return paragraph;
      return "code" in paragraph ? paragraph.code : `${paragraph.label}${colon}\n${paragraph.link}`;
    })
    .join("\n\n");
}

/**
 * The same paragraphs as one HTML page for mail clients.
 *
 * No table, image, script or remote style; at most 600 px wide; styles are inline, and one style sheet, which a client
 * may drop, adds the dark colours. Whatever comes from outside is escaped; only http and https addresses become links.
 */
export function htmlPage(paragraphs: readonly Paragraph[], page: Page): string {
  const title = escapeHtml(page.title);
  const written = `lang="${escapeHtml(page.lang)}" dir="${directionOf(page.lang)}"`;
  return `<!doctype html>
<html ${written}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>${dark}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f4f6">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">${escapeHtml(page.preview)}${filler}</div>
<div role="article" ${written} style="max-width:600px;margin:0 auto;padding:24px 12px;box-sizing:border-box;font-family:${fonts};font-size:16px;line-height:1.6">
<div class="card" style="background:#ffffff;color:#1f2933;border-radius:12px;padding:28px 24px">
<p style="margin:0 0 24px;font-size:18px;font-weight:700">${escapeHtml(page.service)}</p>
${paragraphs.map((paragraph) => block(paragraph, page)).join("\n")}
</div>
</div>
</body>
</html>
`;
}

/** No Chinese font is named: `lang` lets each system take its own, and a named one would widen Latin quotation marks. */
const fonts = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const figures = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

const dark = `:root{color-scheme:light dark}@media (prefers-color-scheme:dark){.page{background:#111418!important}.card{background:#1c2127!important;color:#e8eaed!important}.quiet{color:#aab2bd!important}.plain{color:#8ab4f8!important}.code{background:#2a3139!important;color:#ffffff!important}}`;

/** Keeps a client's preview from running on into the page. */
const filler = "&#847;&zwnj;&nbsp;".repeat(40);

function block(paragraph: Paragraph, page: Page): string {
  if (typeof paragraph === "string") return `<p style="margin:0 0 16px">${running(paragraph, page.urls)}</p>`;
  if ("code" in paragraph)
    return `<p class="code" dir="ltr" style="margin:0 0 16px;padding:14px 8px;border-radius:8px;background:#f3f4f6;color:#111827;text-align:center;white-space:nowrap;font-family:${figures};font-size:28px;font-weight:700;letter-spacing:0.16em">${escapeHtml(paragraph.code)}</p>`;
  const href = webAddress(paragraph.link);
  const label = escapeHtml(paragraph.label);
  if (href === undefined) return `<p style="margin:0 0 16px">${label}: ${escapeHtml(paragraph.link)}</p>`;
  return `<p style="margin:24px 0 16px"><a href="${href}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600;text-decoration:none">${label}</a></p>
<p class="quiet" style="margin:0 0 24px;color:#52606d;font-size:14px">${escapeHtml(page.copyLink ?? "")}<br>${anchor(href)}</p>`;
}

/** Running text: escaped, its line breaks kept, the given addresses linked. */
function running(text: string, urls: readonly string[]): string {
  for (const url of urls) {
    const at = url === "" ? -1 : text.indexOf(url);
    const href = at < 0 ? undefined : webAddress(url);
    if (href === undefined) continue;
    return `${running(text.slice(0, at), urls)}${anchor(href)}${running(text.slice(at + url.length), urls)}`;
  }
  return escapeHtml(text).replace(/\r?\n/g, "<br>");
}

function anchor(href: string): string {
  return `<a class="plain" dir="ltr" href="${href}" style="color:#1d4ed8;word-break:break-all">${href}</a>`;
}

/** The address as `URL` spells it, escaped, so that nothing but http and https is ever clickable. */
function webAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === "https:" || url.protocol === "http:" ? escapeHtml(url.href) : undefined;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const rightToLeft = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"]);

function directionOf(lang: string): "ltr" | "rtl" {
  return rightToLeft.has(likelyOf(lang)?.script ?? "") ? "rtl" : "ltr";
}
