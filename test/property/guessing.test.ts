import fc from "fast-check";
import { pendingRegistration, testPorts } from "porchlight/testing";
import { describe, expect, it } from "vitest";
import { deriveCode } from "../../src/secrets/code.js";
import { createKeyring } from "../../src/secrets/keyring.js";
import { codesOf, email, form, from, type House, openHouse, phone, tokenOf } from "./house.js";
import type { Around } from "./recorded-ports.js";
import { notingIds } from "./rival.js";

const hour = 3_600_000;
const day = 24 * hour;

/** One comparison that was made: when, with which code, and how many digits it had. */
interface Looked {
  readonly at: number;
  readonly code: string;
  readonly digits: number;
}

const wrong = { code: "12345" };

/** A house, and the rows behind it: what a code really is, which no caller can know. */
function watched(around: Around = (_, go) => go()) {
  const { ports, ids } = notingIds(testPorts());
  const house = openHouse({}, { ports, around });
  const codeOf = async (id: string) => {
    const stored = await ports.store.find(id);
    if (stored?.registration.state !== "pending") return undefined;
    const code = await deriveCode(createKeyring(ports.keys), stored.registration);
    return code && { text: code.reveal(), digits: stored.registration.challenge.digits };
  };
  return { house, ids, codeOf };
}

/** Guesses wherever a guess may be looked at, each time from another place, and notes each that was. */
async function attack(
  address: string,
  rounds: readonly Round[],
): Promise<{ readonly house: House; readonly looked: readonly Looked[] }> {
  let comparing = { paid: false, room: false };
  const { house, ids, codeOf } = watched(async ({ verb, given }, go) => {
    const answer = await go();
    const said = JSON.stringify(answer);
    if (verb === "charge" && said.includes('"paid":true')) comparing.paid = true;
    const payment = JSON.stringify(given);
    if (payment.includes("guesses-day:") && !payment.includes('"cost":0'))
      comparing.room = said.includes('"allowed":true');
    return answer;
  });
  const { registrar, ports } = house;
  const channel = address.includes("@") ? "email" : "phone";
  const looked: Looked[] = [];
  const held: { ticket: string; readonly id: string }[] = [];
  let callers = 0;
  const caller = () => {
    callers += 1;
    return { ip: `198.51.${callers >> 8}.${callers % 256}` };
  };
  for (const { wait, signUps, reach, resend, guesses } of rounds) {
    ports.clock.advance(wait);
    for (let opened = 0; opened < signUps; opened += 1) {
      const known = ids.size;
      const { ticket } = await registrar.start(form(channel, address), caller());
      const id = [...ids].at(-1);
      if (ids.size > known && id !== undefined) held.push({ ticket, id });
    }
    for (const mine of held.slice(-reach)) {
      if (resend) mine.ticket = (await registrar.resend(mine.ticket, caller())).ticket;
      const code = await codeOf(mine.id);
      for (let guess = 0; guess < guesses && code !== undefined; guess += 1) {
        comparing = { paid: false, room: false };
        await registrar.confirm(mine.ticket, wrong, caller());
        // Paid for, and where the code is short with room among the guesses of its address.
        const compared = comparing.paid && (comparing.room || code.digits === 10);
        if (compared) looked.push({ at: ports.clock.now(), code: code.text, digits: code.digits });
      }
    }
    await registrar.deliver();
  }
  return { house, looked };
}

interface Round {
  readonly wait: number;
  readonly signUps: number;
  /** At how many of the newest registrations it guesses; a guess at a late code is paid for too. */
  readonly reach: number;
  readonly resend: boolean;
  readonly guesses: number;
}

const months: fc.Arbitrary<readonly Round[]> = fc.array(
  fc.record({
    wait: fc.constantFrom(61_000, hour / 2, hour, 3 * hour, 5 * hour, 25 * hour),
    signUps: fc.nat(2),
    reach: fc.integer({ min: 1, max: 3 }),
    resend: fc.boolean(),
    guesses: fc.integer({ min: 1, max: 8 }),
  }),
  { minLength: 40, maxLength: 60 },
);

/** A message as soon as the address may have one, and every guess made; as many days as are asked for. */
const worst = (days: number): readonly Round[] =>
  Array.from({ length: days * 5 }, () => ({ wait: 4.8 * hour, signUps: 1, reach: 1, resend: false, guesses: 6 }));

function mostWithin(looked: readonly Looked[], length: number): number {
  return Math.max(
    0,
    ...looked.map(({ at }) => looked.filter((other) => other.at >= at && other.at < at + length).length),
  );
}

/** The chance that one of these guesses is right, where each guess at a code differs from the others at it. */
function chanceOf(looked: readonly Looked[]): number {
  const guesses = new Map<string, number>();
  for (const { code } of looked) guesses.set(code, (guesses.get(code) ?? 0) + 1);
  const missed = [...guesses].reduce((chance, [code, count]) => chance * (1 - count / 10 ** code.length), 1);
  return 1 - missed;
}

function expectBounds(looked: readonly Looked[]): void {
  const short = looked.filter(({ digits }) => digits < 10);
  expect(mostWithin(short, day)).toBeLessThanOrEqual(15);
  expect(mostWithin(short, 30 * day)).toBeLessThanOrEqual(30);
  for (const code of new Set(looked.map((one) => one.code))) {
    expect(looked.filter((one) => one.code === code).length).toBeLessThanOrEqual(5);
  }
}

describe.each([
  ["a number", phone],
  ["a mailbox", email],
])("guessing at the codes of %s", (_, address) => {
  it("is looked at 15 times a day and 30 times in 30 days while codes are short, five times per code", async () => {
    await fc.assert(
      fc.asyncProperty(months, async (month) => {
        const { looked } = await attack(address, month);
        expectBounds(looked);
      }),
      { numRuns: 8 },
    );
  });

  it("succeeds in the worst month less than three times in 100,000 at short codes", async () => {
    const { looked } = await attack(address, worst(30));
    expectBounds(looked);
    const short = looked.filter(({ digits }) => digits < 10);
    expect(short).toHaveLength(30);
    expect(chanceOf(short)).toBeLessThan(3e-5);
    // What long ones add is a four-hundredth of it: five guesses at each of 150 codes.
    const long = looked.filter(({ digits }) => digits === 10);
    expect(long.length).toBeGreaterThan(0);
    expect(chanceOf(long)).toBeLessThanOrEqual(7.5e-8);
  });
});

describe("the chance of a month's thirty guesses", () => {
  const codes = 6;
  const perCode = 5;
  const chance = (digits: number) => 1 - (1 - perCode / 10 ** digits) ** codes;

  it("is what is published, by the length of the codes", () => {
    expect(chance(6)).toBeCloseTo(2.99996e-5, 9);
    expect(chance(8)).toBeCloseTo(3e-7, 11);
  });

  it("is met by real codes of three digits, guessed at ten thousand times (z below 4.5)", async () => {
    const months = 10_000;
    const bytes = new Uint8Array(32).fill(7);
    const ring = createKeyring({ seal: "k1", known: [{ id: "k1", secret: bytes }], pseudonym: bytes });
    const { challenge } = pendingRegistration();
    let hits = 0;
    for (let month = 0; month < months; month += 1) {
      let hit = false;
      for (let serial = 1; serial <= codes; serial += 1) {
        const drawn = { ...challenge, digits: 3, serial, nonce: month.toString().padStart(22, "A") };
        const code = await deriveCode(ring, pendingRegistration({ challenge: drawn }));
        const guesses = Array.from({ length: perCode }, (_, n) =>
          String((month * 7 + n * 131) % 1_000).padStart(3, "0"),
        );
        hit ||= guesses.includes(code?.reveal() ?? "");
      }
      if (hit) hits += 1;
    }
    const expected = chance(3);
    const deviation = Math.sqrt((expected * (1 - expected)) / months);
    expect(Math.abs(hits / months - expected) / deviation).toBeLessThan(4.5);
  });
});

describe("the owner, after a month of guessing", () => {
  it("activates a number by a code, which has ten digits now", async () => {
    const { house } = await attack(phone, worst(20));
    const { registrar, ports } = house;
    ports.clock.advance(25 * hour);
    const { ticket } = await registrar.start(form("phone"), from);
    await registrar.deliver();
    const code = ports.texter.code(phone);
    expect(code).toMatch(/^\d{10}$/);
    expect((await registrar.confirm(ticket, { code }, from)).ok).toBe(true);
  });

  it("activates a mailbox by the link, even one whose code was guessed at", async () => {
    const { house } = await attack(email, worst(20));
    const { registrar, ports } = house;
    ports.clock.advance(25 * hour);
    const { ticket } = await registrar.start(form(), from);
    await registrar.deliver();
    for (let guess = 0; guess < 8; guess += 1) await registrar.confirm(ticket, wrong, from);
    expect(codesOf(await registrar.confirm(ticket, wrong, from))).toEqual(["code_locked"]);
    const link = tokenOf(ports.mailer.link(email));
    expect((await registrar.activate(link, { ticket }, from)).ok).toBe(true);
  });

  it("whose short code went out before the address was under attack, asks again and gets a long one", async () => {
    const { house, codeOf, ids } = watched();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start(form(), from);
    const [id = ""] = ids;
    const short = await codeOf(id);
    for (let round = 0; round < 3; round += 1) {
      ports.clock.advance(hour);
      const other = await registrar.start(form(), { ip: `198.51.100.${round}` });
      for (let guess = 0; guess < 5; guess += 1) await registrar.confirm(other.ticket, wrong, from);
      await registrar.deliver();
    }
    expect(codesOf(await registrar.confirm(ticket, { code: short?.text }, from))).toEqual(["code_locked"]);
    ports.clock.advance(hour);
    await registrar.deliver();
    ports.clock.advance(hour);
    expect((await registrar.resend(ticket, from)).ok).toBe(true);
    await registrar.deliver();
    const long = ports.mailer.code(email);
    expect(long).toMatch(/^\d{10}$/);
    expect((await registrar.confirm(ticket, { code: long }, from)).ok).toBe(true);
  });
});
