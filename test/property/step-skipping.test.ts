import fc from "fast-check";
import type { Mail } from "porchlight";
import { describe, expect, it } from "vitest";
import { form, from, openHouse, password, tokenOf } from "./house.js";
import type { Around } from "./recorded-ports.js";

/** `npm run series` makes 10,000 runs; a run of all tests a share of them. */
const numRuns = Number(process.env.PORCHLIGHT_SERIES ?? 0) || 1_000;

const addresses = ["ada@example.com", "eve@example.com"] as const;
const pages = ["empty", "address", "password", "captcha", "wrong captcha", "whole", "whole without captcha"] as const;
const calls = [
  "start",
  "submit",
  "submit",
  "change",
  "resend",
  "status",
  "cancel",
  "deliver",
  "deliver",
  "wait",
  "confirm",
  "confirm",
  "activate",
  "activate",
  "inspect",
  "disown",
] as const;
/** Any verb with anything that was ever seen: which ticket, which letter, which page, which address. */
const move = fc.record({
  call: fc.constantFrom(...calls),
  page: fc.constantFrom(...pages, "whole" as const),
  at: fc.nat(1),
  ticket: fc.nat(5),
  letter: fc.nat(3),
  forged: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  proof: fc.constantFrom("ticket" as const, "password" as const, "another password" as const, "nothing" as const),
});
type Move = typeof move extends fc.Arbitrary<infer One> ? One : never;

const plainly = { page: "whole", at: 0, ticket: 0, letter: 0, forged: false, proof: "ticket" } as const;
/** Half of them come as far as a letter by the legal way, for what is before it is soon tried. */
const moves = fc
  .tuple(fc.boolean(), fc.array(move, { minLength: 2, maxLength: 14, size: "max" }))
  .map(([letter, rest]): readonly Move[] =>
    letter ? [{ call: "start", ...plainly }, { call: "deliver", ...plainly }, ...rest] : rest,
  );

describe(`any order of calls, with any ticket, code and link that was ever given, in ${numRuns} runs,`, () => {
  it("reaches an account only by address, password, captcha, and the secret that was sent to that very address (T28)", async () => {
    let activated = 0;
    await fc.assert(
      fc.asyncProperty(moves, async (order) => {
        activated += await play(order);
      }),
      { numRuns },
    );
    // Else nothing was shown.
    expect(activated).toBeGreaterThan(numRuns / 20);
  });

  it("is judged by a rule that catches a registrar that takes every captcha, and one that sends to the wrong address", async () => {
    const lenient: Readonly<Record<string, Around>> = {
      "every captcha passes": ({ verb, given: [response] }, go) =>
        verb === "check" && response === "fail" ? { passed: true, once: String(given()), goodForSeconds: 9 } : go(),
      "what is sent to one goes to the other": ({ verb, given: [mail] }, go) => {
        if (verb === "send" && typeof mail === "object" && mail !== null) Reflect.set(mail, "to", addresses[1]);
        return go();
      },
    };
    for (const around of Object.values(lenient)) {
      const found = await fc.check(
        fc.asyncProperty(moves, async (order) => void (await play(order, around))),
        { numRuns: 4_000, seed: 1 },
      );
      expect(found.failed).toBe(true);
    }
  });
});

let drawn = 0;
function given(): number {
  drawn += 1;
  return drawn;
}

/** Plays an order of calls, judges every account that comes of it, and says how many there were. */
async function play(order: readonly Move[], around: Around = (_, go) => go()): Promise<number> {
  const done = { captcha: false, password: false };
  const house = openHouse({}, { around });
  const { registrar, ports } = house;
  const tickets: string[] = ["junk"];
  let accounts = 0;
  /** The newest for 0, then back. */
  const pick = <T>(of: readonly T[], n: number): T | undefined => of.at(-1 - (n % Math.max(1, of.length)));
  const letters = (): readonly Mail[] => ports.mailer.sent.filter(({ kind }) => kind === "activation");

  for (const { call, page, at, ticket: n, letter: m, forged, proof } of order) {
    const address = addresses[at] ?? addresses[0];
    const held = pick(tickets, n) ?? "";
    const ticket = forged ? held.replace(/.(?=.{8}$)/, "A") : held;
    const letter = pick(letters(), m);
    const code = letter?.kind === "activation" && !forged ? letter.code : "12345";
    const token = letter?.kind === "activation" && !forged ? tokenOf(letter.link ?? "") : "junk";
    const fields = pageOf(page, address);
    if (call === "start" || call === "submit") {
      done.captcha ||= fields.captcha === "pass";
      done.password ||= "password" in fields;
    }
    const make: Readonly<Record<Move["call"], () => Promise<unknown>>> = {
      start: () => registrar.start(fields, from),
      submit: () => registrar.submit(ticket, fields, from),
      change: () => registrar.change(ticket, { email: address }, from),
      resend: () => registrar.resend(ticket, from),
      status: () => registrar.status(ticket, from),
      cancel: () => registrar.cancel(ticket, from),
      confirm: () => registrar.confirm(ticket, { code }, from),
      activate: () => registrar.activate(token, proofOf(proof, ticket), from),
      inspect: () => registrar.inspect(token, { ticket }, from),
      disown: () => registrar.disown(token, from),
      deliver: () => registrar.deliver(),
      wait: async () => ports.clock.advance(n % 2 === 0 ? 61_000 : 5 * 3_600_000),
    };
    const answer = await make[call]();
    if (typeof answer !== "object" || answer === null) continue;
    if ("ticket" in answer && typeof answer.ticket === "string") tickets.push(answer.ticket);
    const accountId = accountIn(answer);
    if (accountId === undefined || (call !== "confirm" && call !== "activate")) continue;
    accounts += 1;
    const account = await registrar.account(accountId);
    expect(done, "the captcha was passed and a password chosen").toEqual({ captcha: true, password: true });
    expect(letter?.to, "the secret went to the address of the account").toBe(account?.identifier.address);
    if (call === "activate") expect(["ticket", "password"], "a link has its proof").toContain(proof);
  }
  const owned = await Promise.all(addresses.map((address) => ports.store.accountByKey(address)));
  expect(owned.filter((one) => one !== undefined)).toHaveLength(accounts);
  if (house.calls.some(({ verb }) => verb === "commit")) {
    expect(done, "what is stored was paid for").toEqual({ captcha: true, password: true });
  }
  return accounts;
}

/** Whose account a call has made. */
function accountIn(answer: object): string | undefined {
  if (!("ok" in answer && answer.ok === true && "registration" in answer)) return undefined;
  const { registration } = answer;
  const made = typeof registration === "object" && registration !== null && "accountId" in registration;
  return made && typeof registration.accountId === "string" ? registration.accountId : undefined;
}

function proofOf(proof: Move["proof"], ticket: string): { readonly ticket?: string; readonly password?: string } {
  if (proof === "ticket") return { ticket };
  if (proof === "nothing") return {};
  return { password: proof === "password" ? password : `not ${password}` };
}

function pageOf(page: Move["page"], address: string): Record<string, string> {
  const { captcha: _, ...rest } = form("email", address);
  switch (page) {
    case "whole":
      return form("email", address);
    case "whole without captcha":
      return rest;
    case "address":
      return { email: address };
    case "password":
      return { password, confirmation: password };
    case "captcha":
      return { captcha: "pass" };
    case "wrong captcha":
      return { ...rest, captcha: "fail" };
    case "empty":
      return {};
  }
}
