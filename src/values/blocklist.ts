import { blocklistData } from "./blocklist-data.js";
import { foldPassword, shortestUnit } from "./common-password.js";
import { fuseFilter } from "./fuse-filter.js";

let filter: ((text: string) => boolean) | undefined;

/**
 * True where a whole password is one of the most used ones, or a repetition of one; case and width do not count.
 *
 * Needs no network: the list is a filter of 130 kB, which is why {@link checkPassword} takes it as an option and does not
 * bring it along. A registrar always asks it. `docs/passwords.md` says which entries there are, and from where. Every entry
 * is found, and of all other texts about one in 65,536.
 *
 * @example
 * ```ts
 * import { isBlocklisted } from "porchlight/values/blocklist";
 * import { checkPassword } from "porchlight/values/password";
 *
 * const password = checkPassword("Passwordstandard", { blocklist: isBlocklisted });
 * if (!password.ok) console.log(password.problems[0].code); // "password_common"
 * ```
 *
 * @see NIST SP 800-63B-4 section 3.1.1.2, on blocklists; ASVS 6.2.4
 */
export function isBlocklisted(password: string): boolean {
  // Read when first asked: most programs that import it by way of the registrar's module never are.
  filter ??= fuseFilter(blocklistData);
  const folded = foldPassword(password);
  const unit = shortestUnit(folded);
  return filter(folded) || (unit !== folded && filter(unit));
}
