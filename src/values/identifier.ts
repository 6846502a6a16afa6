import type { Email } from "./email.js";
import type { Phone } from "./phone.js";

/** By what means an address is reached. */
export type Channel = "email" | "phone";

/** Who signs up: an e-mail address or a telephone number. `address` is where messages go, `key` what is unique. */
export type Identifier = Email | Phone;

/**
 * Shortens an identifier to what a log, an event or a stranger's page may show: `a***@example.com`, `+44***61`.
 *
 * Made from the key, so that all spellings of one address look the same. Loads no telephone metadata.
 *
 * @example
 * ```ts
 * import { parseEmail } from "porchlight/values/email";
 * import { maskIdentifier } from "porchlight/values/identifier";
 *
 * const email = parseEmail("Ada.Lovelace@example.com");
 * if (email.ok) console.log(maskIdentifier(email.value)); // a***@example.com
 * ```
 */
export function maskIdentifier(identifier: Identifier): string {
  const { channel, key } = identifier;
  if (channel === "phone") return `${key.slice(0, 3)}***${key.slice(-2)}`;
  const [first = ""] = key;
  return `${first}***${key.slice(key.lastIndexOf("@"))}`;
}
