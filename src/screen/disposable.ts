import type { RefusalReason } from "../core/problem.js";
import type { Screen } from "../ports.js";
import { toALabels } from "../values/domain.js";
import { domainOf } from "./domain-of.js";

/** Domains, or a question about one. What is iterated is copied once; a function is asked each time, so it may change. */
export type DisposableDomains = Iterable<string> | ((domain: string) => boolean);

/**
 * Refuses mail addresses at disposable domains and at their subdomains, with the reason `email_disposable`.
 *
 * The list is the host's: such domains come and go daily. `disposable-email-domains-js` (CC0) keeps one of 8,900, as of
 * 1.26. A function is asked about the domain as A-labels in lower case, then about each domain above it.
 *
 * @example
 * ```ts
 * import { disposableEmailBlocklist } from "disposable-email-domains-js";
 * import { disposableScreen } from "porchlight/screen/disposable";
 * const screen = disposableScreen([...disposableEmailBlocklist(), "throwaway.example.com"]);
 * ```
 *
 * @throws TypeError for an empty list, and for an entry that is no domain
 */
export function disposableScreen(domains: DisposableDomains): Screen {
  const isListed = typeof domains === "function" ? domains : listed(domains);
  const reason: RefusalReason = "email_disposable";
  return async ({ identifier }) => {
    const domain = domainOf(identifier);
    if (domain === undefined || !withParents(domain).some(isListed)) return "pass";
    return { refuse: reason, field: identifier.channel };
  };
}

function listed(domains: Iterable<string>): (domain: string) => boolean {
  const known = new Set<string>();
  for (const entry of domains) {
    const domain = plain.test(entry) ? entry : toALabels(entry);
    if (domain === undefined) throw new TypeError(`disposableScreen: ${JSON.stringify(entry)} is no domain.`);
    known.add(domain);
  }
  if (known.size === 0) throw new TypeError("disposableScreen: the list is empty; it would refuse nobody.");
  return (domain) => known.has(domain);
}

/** What is written as an address's key has it already: thousands of entries need no URL each. */
const plain = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** `a.b.example` of it: itself and `b.example`. A top-level domain alone is nobody's. */
function withParents(domain: string): readonly string[] {
  const labels = domain.split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}
