import { createHash } from "node:crypto";
import {
  type Caller,
  type Clock,
  createRegistrar,
  type Hasher,
  type Limiter,
  type Store,
  type StoredAccount,
} from "porchlight";
import { testPorts } from "porchlight/testing";
import { createKeyring } from "../../src/secrets/keyring.js";
import { deriveLinkToken } from "../../src/secrets/link-token.js";
import { openTicket } from "../../src/secrets/ticket.js";
import { emailOf, pendingRegistration } from "../../src/testing/examples.js";
import { random } from "./seeded.js";
import type { Samples } from "./welch.js";

/** Every verb that a stranger can try on an address, in the order of one life. */
export const verbs = [
  "start",
  "submit",
  "confirm wrongly",
  "inspect",
  "activate wrongly",
  "resend",
  "change",
  "sign in wrongly",
] as const;
export type Verb = (typeof verbs)[number];

/** What stores and counts; made anew for each block of lives, so that nothing grows for as long as the run lasts. */
export interface Ground {
  readonly store: Store<unknown>;
  readonly limiter: Limiter;
  /**
   * Accounts are answered without a look into the store. A Map is half a microsecond slower at a key that it holds, for it
   * has to touch it; so that in memory the registrar is measured and not the processor's cache.
   */
  readonly accountsApart?: boolean;
}
export type MakeGround = (clock: Clock) => Promise<Ground>;

/** A leak that is built in on purpose: what the registrar does more, or leaves out, where the address is taken. */
export interface Leak {
  readonly more?: (ground: Ground, key: string) => unknown;
  readonly noHash?: boolean;
}

const password = "harbour tulip nine cranes";
const blockSize = 500;
/** The first lives of a block compile what the others run. */
const warmUp = 50;
const minute = 61_000;

/**
 * Times each verb on fresh registrations, some of addresses that are free and some of addresses that are taken, in an
 * order that the seed draws; gives microseconds. Addresses, callers and times are of one length, and a life leaves the
 * same behind whichever its address was.
 */
export async function timeLives(
  ground: MakeGround,
  how: { readonly perClass: number; readonly seed: number; readonly only?: readonly Verb[]; readonly leak?: Leak },
): Promise<ReadonlyMap<Verb, Samples>> {
  const only = how.only ?? verbs;
  const taken = new Map<Verb, number[]>(only.map((verb) => [verb, []]));
  const free = new Map<Verb, number[]>(only.map((verb) => [verb, []]));
  const draw = random(how.seed);
  const blocks = Math.ceil((2 * how.perClass) / blockSize);
  for (let block = 0; block < blocks; block += 1) {
    const isTaken = Array.from({ length: warmUp + blockSize }, () => draw() < 0.5);
    const neighbourhood = await settle(ground, isTaken, how.leak);
    for (const [life, of] of isTaken.entries()) {
      const times = await neighbourhood.live(life, only);
      if (life < warmUp) continue;
      for (const [verb, micros] of times) (of ? taken : free).get(verb)?.push(micros);
    }
  }
  return new Map(only.map((verb) => [verb, { free: free.get(verb) ?? [], taken: taken.get(verb) ?? [] }]));
}

/** A registrar among people, of whom some have an account already. */
async function settle(ground: MakeGround, isTaken: readonly boolean[], leak: Leak = {}) {
  const ports = testPorts();
  const { store, limiter, accountsApart } = await ground(ports.clock);
  const { clock, keys, captcha } = ports;
  const hasher = workingHasher();
  const now = { taken: false, key: "" };
  const encoded = await hasher.hash(password);
  const owners = isTaken.flatMap((of, life) => (of ? addressesOf(life) : []));
  for (let n = 0; n < owners.length; n += 20) {
    await Promise.all(owners.slice(n, n + 20).map((address) => open(store, address, encoded)));
  }
  const somebody = accountFor("somebody@example.com", encoded);
  async function apart(): Promise<StoredAccount | undefined> {
    const copy = structuredClone(somebody);
    return now.taken ? copy : undefined;
  }
  const registrar = createRegistrar({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer: ports.mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] },
    },
    store: accountsApart ? { ...store, accountByKey: apart } : store,
    limiter,
    keys,
    clock,
    delivery: "manual",
    unsafeSingleProcess: true,
    hasher: {
      ...hasher,
      hash: async (typed) => (now.taken && leak.noHash ? encoded : hasher.hash(typed)),
    },
    captcha: {
      async check(response, about) {
        if (now.taken) await leak.more?.({ store, limiter }, now.key);
        return captcha.check(response, about);
      },
    },
  });
  const ring = createKeyring(keys);

  async function linkOf(ticket: string): Promise<string> {
    const opened = await openTicket(ring, ticket);
    const row = opened?.kind === "pointer" ? await store.find(opened.id) : undefined;
    if (row?.registration.state !== "pending") throw new Error("A life's sign-up did not become pending.");
    return (await deriveLinkToken(ring, row.registration.id, row.registration.challenge))?.reveal() ?? "";
  }

  return {
    async live(life: number, only: readonly Verb[]): Promise<ReadonlyMap<Verb, number>> {
      const [one, other] = addressesOf(life);
      const from = callerOf(life);
      const page = { email: one, password, confirmation: password, captcha: "pass" };
      const wrong = { password: `not ${password}` };
      Object.assign(now, { taken: isTaken[life] === true, key: one });
      const times = new Map<Verb, number>();
      async function timed<T>(verb: Verb, call: () => Promise<T>): Promise<void> {
        if (!only.includes(verb)) return;
        // What the call before left behind is dealt with before this one begins.
        await new Promise((resolve) => setImmediate(resolve));
        const begun = performance.now();
        await call();
        times.set(verb, (performance.now() - begun) * 1_000);
      }

      await timed("sign in wrongly", () => registrar.signIn({ identifier: one, ...wrong }, from));
      if (only.length === 1 && times.size === 1) return times;
      const blank = only.includes("submit") ? await registrar.start({}, from) : undefined;
      await timed("submit", () => registrar.submit(blank?.ticket, page, from));
      let ticket = "";
      await timed("start", async () => {
        ticket = (await registrar.start(page, from)).ticket;
      });
      await timed("confirm wrongly", () => registrar.confirm(ticket, { code: "12345" }, from));
      const link = only.includes("inspect") || only.includes("activate wrongly") ? await linkOf(ticket) : "";
      await timed("inspect", () => registrar.inspect(link, { ticket }, from));
      await timed("activate wrongly", () => registrar.activate(link, wrong, from));
      clock.advance(minute);
      await timed("resend", () => registrar.resend(ticket, from));
      clock.advance(minute);
      await timed("change", () => registrar.change(ticket, { email: other }, from));
      return times;
    },
  };
}

/** Both addresses of a life, as long as everybody's. */
function addressesOf(life: number): readonly [string, string] {
  const number = String(life).padStart(6, "0");
  return [`one${number}@example.com`, `two${number}@example.com`];
}

function callerOf(life: number): Caller {
  return { ip: `10.1.${100 + Math.floor(life / 100)}.${100 + (life % 100)}`, locale: "en" };
}

const pendingFor = (address: string, encoded: string) =>
  pendingRegistration({ id: `of ${address}`, identifier: emailOf(address), password: encoded });

function accountFor(address: string, encoded: string): StoredAccount {
  const { profile, consents, metadata, identifier, committedAt } = pendingFor(address, encoded);
  const account = { id: `account ${address}`, identifier, profile, consents, metadata, activatedAt: committedAt };
  return { account, password: encoded };
}

/** An account, by the two commits that make one. */
async function open(store: Store<unknown>, address: string, encoded: string): Promise<void> {
  const pending = pendingFor(address, encoded);
  const account = accountFor(address, encoded);
  const { id, committedAt, expiresAt: keepUntil } = pending;
  const activated = {
    state: "activated",
    id,
    accountId: account.account.id,
    by: "code",
    committedAt,
    keepUntil,
  } as const;
  await store.commit({ base: 0, registration: pending, outbox: [] });
  const made = await store.commit({ base: 1, registration: activated, outbox: [], account });
  if (made !== "committed") throw new Error(`There is no account of ${address}: ${made}.`);
}

/** Does the same work for each password, about a tenth of a millisecond: enough that its absence would be a leak. */
function workingHasher(): Hasher {
  const work = (text: string): string => {
    let digest = text;
    for (let round = 0; round < 50; round += 1) digest = createHash("sha256").update(digest).digest("hex");
    return digest;
  };
  const encode = (typed: string) => `$work$${work(typed)}`;
  return {
    hash: async (typed) => encode(typed),
    verify: async (encoded, typed) => encoded === encode(typed),
    outdated: () => false,
  };
}
