import type { RefusalReason } from "../core/problem.js";
import type { Screen } from "../ports.js";

/**
 * Mailboxes that no person signs up with: those of RFC 2142 sections 4 and 5, those that prove a domain to a certificate
 * authority (CA/Browser Forum, Baseline Requirements 3.2.2.4.4), and those that nobody reads.
 */
export const technicalRoles: readonly string[] = [
  ...["abuse", "noc", "security"],
  ...["postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp"],
  ...["admin", "administrator"],
  ...["root", "sysadmin", "mailer-daemon", "nobody", "devnull", "majordomo"],
  ...["noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "bounce", "bounces"],
];

/** Mailboxes that several people of a company read: RFC 2142 section 3, and what is usual. Small firms sign up with them. */
export const businessRoles: readonly string[] = [
  ...["info", "marketing", "sales", "support"],
  ...["contact", "office", "help", "helpdesk", "service", "team", "hello", "mail"],
  ...["accounting", "billing", "invoice", "orders", "hr", "jobs", "careers", "press", "media", "legal", "privacy"],
  ...["kontakt", "buero", "vertrieb", "verkauf", "bestellung", "buchhaltung", "rechnung", "bewerbung", "datenschutz"],
];

/**
 * Refuses mail addresses that belong to a role, such as `abuse@example.com`, with the reason `email_of_role`.
 *
 * The whole local part is compared, without case and without a `+tag`: `admin+x@` is refused, `admina@` is not. Which names
 * are refused is the host's choice, for `info@` may be all that a small firm has.
 *
 * @example
 * ```ts
 * import { businessRoles, roleScreen, technicalRoles } from "porchlight/screen/role";
 * const screen = roleScreen(technicalRoles);
 * const strict = roleScreen([...technicalRoles, ...businessRoles.filter((name) => name !== "info")]);
 * ```
 *
 * @throws TypeError for an empty list, and for a name with an `@`
 */
export function roleScreen(names: Iterable<string>): Screen {
  const roles = new Set([...names].map((name) => name.trim().toLowerCase()));
  const odd = [...roles].find((name) => name === "" || name.includes("@"));
  if (roles.size === 0 || odd !== undefined) {
    throw new TypeError(`roleScreen: takes the part before the @, such as "abuse"; ${odd ?? "none"} was given.`);
  }
  const reason: RefusalReason = "email_of_role";
  return async ({ identifier: { channel, key } }) => {
    if (channel !== "email") return "pass";
    const local = key.slice(0, key.lastIndexOf("@"));
    // RFC 5233: what follows the + is the mailbox owner's own. At the very start it is the name itself.
    const [name = ""] = local.slice(1).split("+");
    return roles.has(local.charAt(0) + name) ? { refuse: reason, field: channel } : "pass";
  };
}
