import fc from "fast-check";
import { generateKeyPair } from "jose";
import { verifyReceipt } from "porchlight";
import { fixedClock } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { createKeyring } from "../../src/secrets/keyring.js";
import { signReceipt } from "../../src/secrets/receipt.js";
import { openTicket, sealTicket } from "../../src/secrets/ticket.js";
import { drawsFrom, mutantOf } from "../unit/secrets/mutants.js";

const at = 1_767_225_600_000;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const secret = (fill: number) => new Uint8Array(32).fill(fill);

/** Changes a good token a hundred times by one seed; gives what was read although it is none of the good ones. */
async function readMutants(
  good: readonly string[],
  seed: number,
  read: (token: string) => Promise<unknown>,
): Promise<readonly string[]> {
  const draw = drawsFrom(seed);
  const accepted: string[] = [];
  for (let n = 0; n < 100; n += 1) {
    const mutant = mutantOf(good[draw(good.length)] ?? "", good[draw(good.length)] ?? "", draw);
    if (!good.includes(mutant) && (await read(mutant)) !== undefined) accepted.push(mutant);
  }
  return accepted;
}

describe.each(["EdDSA", "ES256"] as const)("a receipt signed with %s", async (alg) => {
  const [one, two] = [await generateKeyPair(alg), await generateKeyPair(alg)];
  const parties = { issuer: "https://app.example", audience: "https://shop.example" };
  const options = { keys: { r1: one.publicKey, r2: two.publicKey }, ...parties, clock: fixedClock(at) };
  const good = await Promise.all(
    ["account-1", "account-2", "account-3", "account-4"].map((accountId, n) => {
      const key = n % 2 === 0 ? { id: "r1", privateKey: one.privateKey } : { id: "r2", privateKey: two.privateKey };
      return signReceipt({ ...key, alg, ...parties }, { accountId, activatedAt: at, by: "code" }, at);
    }),
  );

  it("is read in no other bytes than those that were signed", async () => {
    for (const receipt of good) expect(await verifyReceipt(receipt, options)).toBeDefined();
    const read = (token: string) => verifyReceipt(token, options);
    const law = fc.asyncProperty(seeds, async (seed) => {
      expect(await readMutants(good, seed, read)).toEqual([]);
    });
    await fc.assert(law, { numRuns: 100 });
  });
});

describe("a ticket", async () => {
  const known = [
    { id: "k1", secret: secret(1) },
    { id: "k2", secret: secret(2) },
  ] as const;
  const good = await Promise.all(
    ["k1", "k2", "k1", "k2"].map((seal, n) => {
      const shown = { channel: "email", masked: "a***@example.com" } as const;
      const pointer = { kind: "pointer", id: `registration-${n}-of-ours`, expiresAt: 9e12, shown } as const;
      return sealTicket(createKeyring({ seal, known, pseudonym: secret(3) }), pointer);
    }),
  );
  const ring = createKeyring({ seal: "k1", known, pseudonym: secret(3) });

  it("is opened in no other bytes than those that were sealed", async () => {
    for (const ticket of good) expect(await openTicket(ring, ticket)).toBeDefined();
    const read = (token: string) => openTicket(ring, token);
    const law = fc.asyncProperty(seeds, async (seed) => {
      expect(await readMutants(good, seed, read)).toEqual([]);
    });
    await fc.assert(law, { numRuns: 100 });
  });
});
