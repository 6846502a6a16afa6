import type { Open, Pending } from "../src/core/registration.js";
import { deriveCode } from "../src/secrets/code.js";
import { createKeyring } from "../src/secrets/keyring.js";
import { deriveLinkToken, readLinkToken } from "../src/secrets/link-token.js";
import { pseudonym } from "../src/secrets/pseudonym.js";
import { openTicket, sealTicket, type Ticket } from "../src/secrets/ticket.js";
import { type Figure, measure, oneByOne } from "./measure.js";
import { printFigures } from "./table.js";
import { keys } from "./world.js";

const ring = createKeyring(keys);
const at = Date.UTC(2026, 0, 1);
const id = "019b76da2800AAAAAAAAAAAAAAAAAAAAAA";
const identifier = { channel: "email", address: "ada@example.com", key: "ada@example.com" } as const;
const nonce = "AAAAAAAAAAAAAAAAAAAAAA";
const expiresAt = at + 86_400_000;

const given = { id, expiresAt, locale: "en", metadata: {}, identifier };
const password = `$argon2id$v=19$m=65536,t=3,p=4$${"A".repeat(22)}$${"A".repeat(43)}`;
const open: Open = { ...given, state: "open", bornAt: at, password };
const challenge = { serial: 1, keyId: "k1", nonce, digits: 8, issuedAt: at, sentAt: at, expiresAt, guesses: 0 };
const pending: Pending = {
  ...given,
  state: "pending",
  password,
  profile: null,
  consents: [],
  challenge: { ...challenge, delivery: "queued" },
  sends: 1,
  addresses: 1,
  passwordTries: 0,
  disowned: false,
  committedAt: at,
  addressSince: 1,
};

/** The ticket of a registration that waits for its proof, and the largest of a usual sign-up. */
export const pointer: Ticket = {
  kind: "pointer",
  id,
  expiresAt,
  shown: { channel: "email", masked: "a***@example.com" },
};
const whole: Ticket = { kind: "open", open };

/** Prints what sealing, opening and deriving cost. */
export async function benchSecrets(): Promise<void> {
  const figures: readonly Figure[] = await measure(await secretSubjects(), { rounds: 5, roundMs: 70 });
  printFigures("secrets", figures);
}

async function secretSubjects() {
  const sealedPointer = await sealTicket(ring, pointer);
  const sealedWhole = await sealTicket(ring, whole);
  const link = (await deriveLinkToken(ring, id, challenge))?.reveal();
  if ((await openTicket(ring, sealedPointer)) === undefined || (await readLinkToken(ring, link)) === undefined) {
    throw new Error("A secret of our own was not read.");
  }
  return [
    oneByOne("sealTicket, pointer", 20, () => sealTicket(ring, pointer)),
    oneByOne("openTicket, pointer", 20, () => openTicket(ring, sealedPointer)),
    oneByOne("sealTicket, whole open sign-up", 20, () => sealTicket(ring, whole)),
    oneByOne("openTicket, whole open sign-up", 20, () => openTicket(ring, sealedWhole)),
    oneByOne("openTicket, forged", 20, () => openTicket(ring, `${sealedPointer.slice(0, -8)}AAAAAAAA`)),
    oneByOne("deriveCode", 50, () => deriveCode(ring, pending)),
    oneByOne("deriveLinkToken", 50, () => deriveLinkToken(ring, id, challenge)),
    oneByOne("readLinkToken", 50, () => readLinkToken(ring, link)),
    oneByOne("pseudonym (one HMAC)", 50, () => pseudonym(ring, "address", identifier.key)),
  ];
}
