// RFC 1035 section 2.3.4: a label has at most 63 octets; RFC 1123 section 2.1: it is letters, digits and inner hyphens.
const ldhLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

// RFC 5891 section 4.2.3.1: hyphens in third and fourth place are kept for A-labels.
const reservedLabel = /^(?!xn)..--/;

// RFC 1123 section 2.1: the highest label is alphabetic, which tells a name from an IP address; none has one letter.
const topLabel = /\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$/;

/** No mail can ever arrive there (RFC 2606 section 2, RFC 6761 section 6). `example.com`, `.net` and `.org` stay. */
const nowhere = /\.(?:example|invalid|localhost|test)$/;

/** The four full stops of UTS 46 section 2.3. */
const dots = /[.\u3002\uFF0E\uFF61]/;

/** ASCII that is neither letter, digit, hyphen nor dot. A URL would read a port, a password or an escape into it. */
const notLdh = /(?![A-Za-z0-9.-])[\0-\x7F]/;

/**
 * A domain name in lower case as A-labels, or undefined where no mail could be sent to it.
 *
 * Takes the mapping of UTS 46 from the platform's `URL`, which is the one that browsers and servers share. Address
 * literals, single labels, a final dot and the names that are kept for tests are refused. The length in all is the
 * caller's to check.
 *
 * @param typed without white space, controls and invisible characters, which `URL` would silently drop
 */
export function toALabels(typed: string): string | undefined {
  // First: U+037E, the Greek question mark, becomes a semicolon.
  const domain = typed.normalize("NFC");
  if (notLdh.test(domain)) return undefined;

  // Its answer keeps to UTS 46 section 4.1, so that no label begins with a combining mark.
  const url = `http://${domain}`;
  if (!URL.canParse(url)) return undefined;
  const host = new URL(url).hostname;

  const labels = host.split(".");
  // One label stays one label: no character may expand to a dot, no four numbers become an IP address.
  if (labels.length !== domain.split(dots).length) return undefined;
  if (!labels.every((label) => ldhLabel.test(label) && !reservedLabel.test(label))) return undefined;
  return topLabel.test(host) && !nowhere.test(host) ? host : undefined;
}
