import type { Identifier } from "../values/identifier.js";

/** The domain of an e-mail address, in lower case as A-labels; a phone has none. */
export function domainOf({ channel, key }: Identifier): string | undefined {
  return channel === "email" ? key.slice(key.lastIndexOf("@") + 1) : undefined;
}
