import type { Hasher } from "../ports.js";
import type { Clause } from "./clause.js";
import { expectEqual, expectThat } from "./expect.js";

const password = "correct horse battery staple";

/** Says that a hash of `chosen` does not open to `typed`. */
function apart(promise: string, chosen: string, typed: string): Clause<Hasher> {
  return {
    promise,
    async check(make) {
      const hasher = await make();
      const encoded = await hasher.hash(chosen);
      expectEqual(await hasher.verify(encoded, typed), false, "verify of the other password");
      expectEqual(await hasher.verify(encoded, chosen), true, "verify of the same password");
    },
  };
}

/** What every hasher promises. Its queue is its own: the contract does not fill it. */
export const hasherContract: readonly Clause<Hasher>[] = [
  {
    promise: "what was hashed verifies",
    async check(make) {
      const hasher = await make();
      for (const chosen of [password, " ", "密码🔥e\u0301", "🔥".repeat(256)]) {
        expectEqual(await hasher.verify(await hasher.hash(chosen), chosen), true, "verify");
      }
    },
  },
  apart("another password does not verify", password, "correct horse battery stapler"),
  apart("letter case counts", password, "Correct horse battery staple"),
  apart("spaces around the password count", password, ` ${password} `),
  apart("nothing is cut off: 1,024 bytes count to the last", `${"🔥".repeat(255)}a`, `${"🔥".repeat(255)}b`),
  apart("what follows a NUL counts", `${password}\0one`, `${password}\0two`),
  {
    promise: "two hashes of one password differ",
    async check(make) {
      const hasher = await make();
      const hashes = await Promise.all([hasher.hash(password), hasher.hash(password)]);
      expectEqual(new Set(hashes).size, 2, "how many different hashes there were");
    },
  },
  {
    promise: "the hash does not show the password",
    async check(make) {
      const encoded = await (await make()).hash(password);
      expectThat(!encoded.includes(password), "the hash contained the password");
      expectThat(!encoded.includes(btoa(password).replaceAll("=", "")), "the hash contained the password in base64");
    },
  },
  {
    promise: "a hash is at most 255 printable ASCII characters, so that a ticket and a column hold it",
    async check(make) {
      const encoded = await (await make()).hash("🔥".repeat(256));
      expectThat(/^[\x21-\x7e]{1,255}$/.test(encoded), `it had ${encoded.length} characters`);
    },
  },
  {
    promise: "a foreign or damaged hash does not verify, and throws nothing",
    async check(make) {
      const hasher = await make();
      const own = await hasher.hash(password);
      const foreign = ["", "$", "x", password, "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"];
      const damaged = [own.slice(0, -1), own.slice(1), `${own}$`, `${own}\n`, own.replaceAll(/\d/g, "0")];
      for (const encoded of [...foreign, ...damaged]) {
        expectEqual(await hasher.verify(encoded, password), false, `verify of ${encoded}`);
      }
    },
  },
  {
    promise: "today's hash is not outdated, a foreign one is",
    async check(make) {
      const hasher = await make();
      expectEqual(hasher.outdated(await hasher.hash(password)), false, "outdated of its own hash");
      expectEqual(hasher.outdated("$2b$10$N9qo8uLOickgx2ZMRZoMye"), true, "outdated of a foreign hash");
    },
  },
];
