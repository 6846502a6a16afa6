import { createHash } from "node:crypto";
import { PorchlightError } from "../errors.js";
import { ask } from "../outbound/ask.js";
import type { BreachCheck } from "../ports.js";

// ASVS 15.3.2: one fixed host, and no redirect away from it.
const service = "https://api.pwnedpasswords.com/range/";

/** Five hex digits are one of 1,048,576 prefixes, each shared by some 800 to 1,000 known passwords. */
const prefixLength = 5;

// ASVS 13.1.3: the registrar waits no longer either.
const patienceMs = 1_000;

/** A padded answer has some 40 kB. */
const mostBytes = 262_144;

/**
 * Asks Have I Been Pwned's list how often a password was seen in breaches, without naming it: one GET, one second at most.
 *
 * What leaves the machine is the first five hex digits of the SHA-1 of the password (UTF-8 of its NFC form), and a header
 * that asks for padding, so that not even the length of the answer tells the prefix. Nothing is kept. Redirects are not
 * followed, and an answer past 256 KiB is given up. A row that cannot be read is skipped, unless it is the one in question.
 *
 * The list has no key, no registration and no limit of requests. Where it cannot be reached or answers something else,
 * `count` throws ERR_BREACH_CHECK with a code or status as its cause; the registrar then says so by a signal, and its own
 * list decides.
 *
 * @example
 * ```ts
 * import { hibpBreachCheck } from "porchlight/breach/hibp";
 *
 * const breach = hibpBreachCheck();
 * const seen = await breach.count("harbour tulip nine cranes"); // 0
 * ```
 *
 * @param options `fetch` is for a proxy on the way out, or a test; it must heed `redirect` and `signal`
 * @see Have I Been Pwned, API v3, "Searching by range"
 */
export function hibpBreachCheck(options: { readonly fetch?: typeof globalThis.fetch | undefined } = {}): BreachCheck {
  const { fetch = globalThis.fetch } = options;
  if (typeof fetch !== "function") throw new TypeError("hibpBreachCheck: fetch must be a function.");
  return {
    async count(password) {
      const digest = createHash("sha1").update(password.normalize("NFC"), "utf8").digest("hex").toUpperCase();
      const { text } = await ask(
        `${service}${digest.slice(0, prefixLength)}`,
        // Its documents ask every client for a name.
        { headers: { "Add-Padding": "true", "User-Agent": "porchlight" } },
        // Every prefix is answered by 200.
        { fetch, patienceMs, mostBytes, code: "ERR_BREACH_CHECK", accepts: (status) => status === 200 },
      );
      return countOf(digest.slice(prefixLength), text);
    },
  };
}

/** The count beside a suffix. Rows of padding count 0, like a suffix that is not there. */
function countOf(suffix: string, rows: string): number {
  let readable = 0;
  let seen = 0;
  for (const row of rows.split(/\r?\n/)) {
    const [, name, count] = /^([0-9A-F]{35}):(\d{1,12})$/i.exec(row.trim()) ?? [];
    const isIt = row.trim().slice(0, suffix.length).toUpperCase() === suffix;
    // A broken row must not clear the password that it names.
    if (isIt && name === undefined) throw unknownAnswer();
    if (name !== undefined) readable += 1;
    if (isIt) seen = Math.max(seen, Number(count));
  }
  // Something answered, but not the list: an error page, the form of a network's gate.
  if (readable === 0) throw unknownAnswer();
  return seen;
}

function unknownAnswer(): PorchlightError {
  return new PorchlightError("ERR_BREACH_CHECK", { cause: { code: "UNKNOWN_ANSWER" } });
}
