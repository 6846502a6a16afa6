import { composeMail } from "../src/messages/compose.js";
import { guarded } from "../src/registrar/guard.js";
import { createKeyring } from "../src/secrets/keyring.js";
import { pseudonym } from "../src/secrets/pseudonym.js";
import { newNonce } from "../src/secrets/random.js";
import { openTicket, sealTicket } from "../src/secrets/ticket.js";
import { parseEmail } from "../src/values/email.js";
import { checkPassword } from "../src/values/password.js";
import { type Counts, countSignUps } from "./counted.js";
import { median } from "./measure.js";
import { type Part, parts, profile } from "./profiled.js";
import { pointer } from "./secrets.js";
import { fillAndActivate } from "./step.js";
import { micros, percent, printTable } from "./table.js";
import { createWorld, keys, password } from "./world.js";

const rest = "registrar and rest";
type Counted = Exclude<(typeof parts)[number], typeof rest>;
type Cost = readonly [how: string, micros: number];

const people = 1_600;
const profileMs = 4_000;

/** Prints of what the cost of a sign-up is made: each part's price times how often it happens, and a profile beside it. */
export async function benchParts(): Promise<void> {
  const works = await pricedWorks();
  const names = priceNames;
  const took: Readonly<Record<PriceName, number[]>> = {
    seal: [],
    open: [],
    hmac: [],
    letters: [],
    values: [],
    steps: [],
    draw: [],
    guard: [],
  };
  // A price is taken right after a sign-up, once: in a loop of its own the same work finds warm caches and costs half.
  const { counts, micros: whole } = await countSignUps(people, async (person) => {
    const name = names[person % names.length] ?? "seal";
    const before = performance.now();
    await works[name]();
    took[name].push((performance.now() - before) * 1_000);
  });
  const costs = costsOf(counts, (name) => median(took[name]));
  const known = Object.values(costs).reduce((sum, [, cost]) => sum + cost, 0);
  print(whole, { ...costs, [rest]: ["what is left", whole - known] }, await profiledSignUps());
}

function print(
  whole: number,
  costs: Readonly<Record<(typeof parts)[number], Cost>>,
  sampled: ReadonlyMap<Part, number>,
): void {
  const inProfile = (part: Part) => percent(sampled.get(part) ?? 0);
  printTable(
    `the parts of a sign-up of ${micros(whole)} µs`,
    ["", "how often", "µs", "of all", "in the profile"],
    [
      ...parts.map((part) => {
        const [how, cost] = costs[part];
        return [part, how, micros(cost), percent(cost / whole), inProfile(part)];
      }),
      ...(["garbage collection", "engine, unattributed"] as const).map((part) => [part, "", "", "", inProfile(part)]),
    ],
  );
}

async function profiledSignUps(): Promise<ReadonlyMap<Part, number>> {
  const world = createWorld();
  return profile(async () => {
    const end = performance.now() + profileMs;
    while (performance.now() < end) await world.signUp();
  });
}

const priceNames = ["seal", "open", "hmac", "letters", "values", "steps", "draw", "guard"] as const;
type PriceName = (typeof priceNames)[number];

/** The work behind each price, as a sign-up does it. */
async function pricedWorks(): Promise<Readonly<Record<PriceName, () => unknown>>> {
  const ring = createKeyring(keys);
  const sealed = await sealTicket(ring, pointer);
  const email = "person1234@example.com";
  const context = { service: ["Example"], address: [email], profile: [] };
  const link = `https://app.example/activate#t=k1.${"A".repeat(100)}.1`;
  const words = { service: "Example", masked: "p***@example.com", signInUrl: "https://app.example/login" };
  const nothing = async () => undefined;
  return {
    seal: () => sealTicket(ring, pointer),
    open: () => openTicket(ring, sealed),
    hmac: () => pseudonym(ring, "address", email),
    letters: () => [
      composeMail("activation", "en", { ...words, link, minutes: 480 }),
      composeMail("already_registered", "en", words),
      composeMail("activated", "en", words),
    ],
    values: () => [parseEmail(email), checkPassword(password, { confirmation: password, context })],
    steps: fillAndActivate,
    draw: newNonce,
    guard: () => guarded(nothing, { code: "ERR_STORE", seconds: 5 }),
  };
}

function costsOf(counts: Counts, price: (name: PriceName) => number): Readonly<Record<Counted, Cost>> {
  const { seals, opens, hmacs, letters, commits, draws, mails, storeCalls, limiterCalls } = counts;
  const many = (count: number, what: string): string => `${Number(count.toFixed(1))} ${what}`;
  // A ticket's IV is in the price of sealing.
  const ids = draws - seals;
  const portCalls = storeCalls + limiterCalls + mails;
  return {
    "tickets (JWE)": [
      `${many(seals, "sealed")}, ${many(opens, "opened")}`,
      seals * price("seal") + opens * price("open"),
    ],
    "HMACs and pseudonyms": [many(hmacs, "HMACs"), hmacs * price("hmac")],
    "message rendering": [many(letters, "letters"), (letters / 3) * price("letters")],
    store: [many(storeCalls, "calls, timed in place"), counts.storeMicros],
    limiter: [many(limiterCalls, "calls, timed in place"), counts.limiterMicros],
    values: ["1 address, 1 password", price("values")],
    step: [many(commits, "steps"), (commits / 2) * price("steps")],
    "ids and nonces": [many(ids, "drawn"), ids * price("draw")],
    "guards of ports": [many(portCalls, "calls of ports"), portCalls * price("guard")],
  };
}
