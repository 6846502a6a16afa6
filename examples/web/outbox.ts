// What would have been sent, on a page: the example's mail and SMS provider until it has a real one.

import { type Mail, type Mailer, PorchlightError, type Sms, type Texter } from "porchlight";

export interface Outbox {
  readonly mailer: Mailer;
  readonly texter: Texter;
  readonly sent: readonly (Mail | Sms)[];
  /** The newest first, as a page. */
  page(): string;
}

/** A mailbox that is not there: what goes to it fails, so that one can see how that looks. */
const gone = "gone@example.com";

/** Keeps the newest hundred. */
export function createOutbox(): Outbox {
  const sent: (Mail | Sms)[] = [];
  const keep = async (message: Mail | Sms): Promise<void> => {
    if (message.to === gone) throw new PorchlightError("ERR_UNDELIVERABLE");
    sent.unshift(message);
    sent.splice(100);
  };
  return { mailer: { send: keep }, texter: { send: keep }, sent, page: () => pageOf(sent) };
}

function pageOf(sent: readonly (Mail | Sms)[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox</title>
<link rel="stylesheet" href="/outbox.css">
<main>
<h1>Outbox</h1>
<p>Nothing leaves this machine: what would be sent is shown here. What is sent to ${gone} fails. <a href="/outbox">Look again</a></p>
${sent.length === 0 ? "<p>Nothing yet.</p>" : sent.map(articleOf).join("\n")}
</main>
`;
}

function articleOf(message: Mail | Sms): string {
  const subject = message.channel === "email" ? message.subject : "SMS";
  return `<article lang="${escaped(message.locale)}">
<h2>${escaped(subject)}</h2>
<p class="to">${escaped(message.to)}</p>
<pre>${withLinks(message.text)}</pre>
</article>`;
}

/** Addresses of a text become links; the rest is text. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part, n) => (n % 2 === 1 ? `<a href="${escaped(part)}">${escaped(part)}</a>` : escaped(part)))
    .join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);

export const outboxStyle: string = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem; }
article { margin: 1.5rem 0; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.5rem; }
h1 { font-size: 1.5rem; } h2 { margin: 0; font-size: 1.125rem; }
.to { margin: 0 0 0.75rem; opacity: 0.75; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
a { color: inherit; }
`;
