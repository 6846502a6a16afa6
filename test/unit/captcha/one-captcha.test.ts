import { beforeAll, describe, expect, it, vi } from "vitest";
import { altchaCaptcha } from "../../../src/captcha/altcha.js";
import { siteverifyCaptcha } from "../../../src/captcha/siteverify.js";
import type { Limit } from "../../../src/ports.js";
import { createKeyring } from "../../../src/secrets/keyring.js";
import { pseudonym } from "../../../src/secrets/pseudonym.js";
import { testPorts } from "../../../src/testing/index.js";
import { ada, caller, codesOf, form, minute, openHouse, otherPassword } from "../registrar/house.js";
import { altcha, type Payload, secretOf, solve, written } from "./altcha-visitor.js";
import { providerDouble } from "./provider-double.js";

const mail = "ada@example.com";
const rules = { callsPerHour: 10_000, pendingsPerHour: 10_000, hashesPerHour: 10_000 };

/** Ways to write one solved challenge that altcha-lib takes for good, each another text. */
const rewritings: readonly ((payload: Payload, n: number) => string)[] = [
  (payload) => written(payload),
  (payload, n) => btoa(JSON.stringify(payload, null, 1 + (n % 9))),
  (payload, n) => btoa(JSON.stringify({ ...payload, took: n })),
  (payload, n) => btoa(`${" ".repeat(1 + n)}${JSON.stringify(payload)}`),
  ({ challenge, solution }, n) => {
    const turned = Object.entries(challenge.parameters);
    const parameters = Object.fromEntries([...turned.slice(n % turned.length), ...turned.slice(0, n % turned.length)]);
    return btoa(JSON.stringify({ solution, challenge: { signature: challenge.signature, parameters } }));
  },
  (payload) => written(payload).replace(/=+$/, ""),
  (payload, n) => written(payload).replace(new RegExp(`^.{${10 + n}}`), "$&\n"),
];
const rewritten = (payload: Payload, n: number): string => rewritings[n % rewritings.length]?.(payload, n) ?? "";

describe("one solved proof of work, however often it is written anew and handed in,", () => {
  const open = () => {
    const ports = testPorts();
    return openHouse({
      ports,
      rules,
      captcha: altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, clock: ports.clock }),
    });
  };
  let solved: Payload;
  beforeAll(async () => {
    const ports = testPorts();
    solved = await solve(altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, clock: ports.clock }));
  });

  it("is a hundred different texts that all verify", async () => {
    const ports = testPorts();
    const captcha = altchaCaptcha(altcha, { secrets: [secretOf(1)], difficulty: 100, clock: ports.clock });
    const texts = Array.from({ length: 100 }, (_, n) => rewritten(solved, n));
    expect(new Set(texts).size).toBeGreaterThan(50);
    const about = { ip: undefined, action: "sign-up", id: "registration-1" };
    const verdicts = await Promise.all(texts.map((text) => captcha.check(text, about)));
    expect(verdicts.every(({ passed }) => passed)).toBe(true);
  });

  it("opens one registration for a hundred forks of one ticket at once, whatever address each carries (T27)", async () => {
    const house = open();
    const { registrar, ports } = house;
    const { ticket } = await registrar.start({}, ada);
    const forks = Array.from({ length: 100 }, (_, n) =>
      registrar.submit(ticket, { ...form(`person-${n}@example.com`), captcha: rewritten(solved, n) }, caller(n)),
    );
    const answers = await Promise.all(forks);
    const shown = answers.flatMap(({ registration }) =>
      registration.step === "pending" ? [registration.identifier.masked] : [],
    );
    expect(new Set(shown).size).toBe(1);
    const made = house.commits.filter(({ base }) => base === 0);
    expect(new Set(made.map(({ registration }) => registration.id)).size).toBe(1);
    for (let n = 0; n < 3; n += 1) {
      await registrar.deliver();
      ports.clock.advance(minute);
    }
    expect(ports.mailer.sent).toHaveLength(1);
  });

  it("opens one registration for a hundred tickets of their own at once (T27)", async () => {
    const house = open();
    const { registrar } = house;
    const blanks = await Promise.all(Array.from({ length: 100 }, (_, n) => registrar.start({}, caller(n))));
    const answers = await Promise.all(
      blanks.map(({ ticket }, n) =>
        registrar.submit(ticket, { ...form(`person-${n}@example.com`), captcha: rewritten(solved, n) }, caller(n)),
      ),
    );
    expect(answers.filter(({ registration }) => registration.step === "pending")).toHaveLength(1);
    expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(["captcha_failed"]));
    expect(house.commits).toHaveLength(1);
  });

  it("opens none later, nor after its registration was cancelled, nor for its own ticket's second life (T27)", async () => {
    const house = open();
    const { registrar } = house;
    const { ticket } = await registrar.start({}, ada);
    const pending = await registrar.submit(ticket, { ...form(mail), captcha: written(solved) }, ada);
    await registrar.cancel(pending.ticket, ada);
    const again = await registrar.submit(ticket, { ...form("eve@example.com"), captcha: rewritten(solved, 4) }, ada);
    expect(again.registration).toMatchObject({ step: "closed", reason: "cancelled" });
    for (let n = 0; n < 5; n += 1) {
      house.ports.clock.advance(n === 0 ? 1_000 : minute - 1_000);
      const late = await registrar.start(
        { ...form(`late-${n}@example.com`), captcha: rewritten(solved, n) },
        caller(n),
      );
      expect(codesOf(late)).toEqual(["captcha_failed"]);
    }
    const made = house.commits.filter(({ base }) => base === 0);
    expect(new Set(made.map(({ registration }) => registration.id)).size).toBe(1);
  });
});

describe("a spent challenge", () => {
  it("is remembered under one window however late it comes, for a limiter that is asked with a shorter one forgets", async () => {
    const ports = testPorts();
    const windows = new Map<string, Set<number>>();
    const limiter = {
      ...ports.limiter,
      hit: (limits: readonly Limit[]) => {
        for (const { key, perSeconds } of limits) windows.set(key, (windows.get(key) ?? new Set()).add(perSeconds));
        return ports.limiter.hit(limits);
      },
    };
    const { registrar } = openHouse({ ports, limiter, rules });
    const captcha = ports.captcha.solve({ challenge: "the only one", goodForSeconds: 300 });
    const { ticket } = await registrar.start({}, ada);
    for (const seconds of [0, 1, 100, 150, 48]) {
      ports.clock.advance(seconds * 1_000);
      await registrar.submit(ticket, { ...form(mail), captcha }, ada);
      await registrar.start({ ...form("eve@example.com"), captcha }, ada);
    }
    const several = [...windows].filter(([, of]) => of.size > 1);
    expect(several).toEqual([]);
    expect([...windows.values()].flatMap((of) => [...of])).toContain(600);
  });
});

describe("before a captcha is passed", () => {
  it.each([
    ["none", ""],
    ["a wrong one", "fail"],
    ["a long one", "x".repeat(9_000)],
  ])(
    "nothing is counted against an address: 1,000 sign-ups with %s, of a free or a taken one (T14)",
    async (_, captcha) => {
      const ports = testPorts();
      const keys: string[] = [];
      const limiter = {
        ...ports.limiter,
        hit: (limits: readonly Limit[]) => {
          keys.push(...limits.map(({ key }) => key));
          return ports.limiter.hit(limits);
        },
      };
      const house = openHouse({ ports, limiter });
      const address = await pseudonym(createKeyring(ports.keys), "address", mail);
      for (let n = 0; n < 1_000; n += 1) {
        const answer = await house.registrar.start({ ...form(mail, otherPassword), captcha }, caller(n));
        expect([answer.registration.step, ...codesOf(answer)].join()).toMatch(
          /^captcha(,captcha_failed)?$|^password,captcha_failed$/,
        );
      }
      expect(keys.length).toBeGreaterThanOrEqual(1_000);
      expect(keys.filter((key) => key.includes(address))).toEqual([]);
      // Of the caller, and of the registration that a password was hashed for.
      expect(keys.filter((key) => !/^(calls|hashes|hash):/.test(key))).toEqual([]);
      expect(house.commits).toHaveLength(0);
      // The control: a passed one is counted, under this very name; and its owner has all of his budget.
      await house.registrar.start(form(mail), ada);
      expect(keys.filter((key) => key.includes(address)).length).toBeGreaterThan(0);
      expect(house.commits).toHaveLength(1);
    },
  );
});

describe("a sign-up with a token of siteverify that was solved", () => {
  it.each([
    ["on another host", { hostname: "evil.example" }],
    ["for another action", { action: "sign-in" }],
    ["five minutes ago", { solvedIn: -300_000 }],
  ])("%s is refused, and leaves no trace (T27)", async (_, token) => {
    const double = await providerDouble("turnstile", { patient: true });
    try {
      const house = openHouse({ captcha: siteverifyCaptcha({ ...double.options, clock: double.clock }) });
      const answer = await house.registrar.start({ ...form(mail), captcha: double.issue(token) }, ada);
      expect(codesOf(answer)).toEqual(["captcha_failed"]);
      expect(house.commits).toEqual([]);
      const good = await house.registrar.start({ ...form(mail), captcha: double.issue() }, ada);
      expect(good.registration.step).toBe("pending");
    } finally {
      await double.close();
    }
  });

  it("and whose provider says nothing for three seconds throws, and leaves no trace (T27)", async () => {
    const house = openHouse({ captcha: { check: () => new Promise<never>(() => undefined) } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const slow = house.registrar.start(form(mail), ada);
      const refused = expect(slow).rejects.toMatchObject({ code: "ERR_CAPTCHA" });
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
      await vi.advanceTimersByTimeAsync(3_000);
      await refused;
    } finally {
      vi.useRealTimers();
    }
    expect(house.commits).toEqual([]);
  });
});
