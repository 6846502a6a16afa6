import { type ErrorCode, PorchlightError, type Registrar } from "porchlight";
import { testPorts } from "porchlight/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { codesOf, email, form, from, type House, openHouse, password, signedUp, tokenOf } from "./house.js";
import type { Around } from "./recorded-ports.js";

/** What a driver may throw: it quotes what it was given. */
const raw = () =>
  Object.assign(new Error(`connection reset while writing ${email} and ${password}`), { code: "ECONNRESET" });

const codeOf: Readonly<Record<string, ErrorCode>> = {
  store: "ERR_STORE",
  limiter: "ERR_LIMITER",
  captcha: "ERR_CAPTCHA",
  hasher: "ERR_HASHER",
};

interface Journey {
  readonly house: House;
  /** What was thrown at the visitor or at the worker, in order. */
  readonly thrown: readonly unknown[];
  /** Messages that the budgets of the address were charged for. */
  readonly paidSends: number;
  readonly calls: number;
}

/**
 * One sign-up from an empty page to a sign-in, over ports of which the call number `failing` fails, before or after it
 * did its work. Whoever is thrown at tries once more.
 */
async function journey(way: "code" | "link", failing: number, when: "before" | "after"): Promise<Journey> {
  let made = 0;
  let paidSends = 0;
  const around: Around = async ({ verb, given }, go) => {
    if (verb === "outdated") return go();
    made += 1;
    const mine = made;
    if (mine === failing && when === "before") throw raw();
    const answer = await go();
    if (isPaidSend(verb, given, answer)) paidSends += 1;
    if (mine === failing) throw raw();
    return answer;
  };
  const house = openHouse({}, { ports: testPorts(), around });
  const { registrar, ports } = house;
  const thrown: unknown[] = [];
  const trying = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      thrown.push(error);
      return call();
    }
  };
  /** Until nothing is left to do: a lease that was lost runs out, a failed message waits its turn. */
  const delivered = async () => {
    for (let pass = 0; pass < 4; pass += 1) {
      await trying(registrar.deliver);
      ports.clock.advance(91_000);
    }
  };

  let { ticket } = await registrar.start({}, from);
  const page = async (call: () => ReturnType<Registrar["submit"]>) => {
    const answer = await trying(call);
    ticket = answer.ticket;
    return answer;
  };
  await page(() => registrar.submit(ticket, { email }, from));
  await page(() => registrar.submit(ticket, { password, confirmation: password }, from));
  await page(() => registrar.submit(ticket, { captcha: "pass" }, from));
  await delivered();
  await page(() => registrar.resend(ticket, from));
  await delivered();
  if (way === "code") await page(() => registrar.confirm(ticket, { code: ports.mailer.code(email) }, from));
  else await trying(() => registrar.activate(tokenOf(ports.mailer.link(email)), { password }, from));
  await delivered();
  const signedIn = await trying(() => registrar.signIn({ identifier: email, password }, from));
  expect(signedIn.ok).toBe(true);
  return { house, thrown, paidSends, calls: made };
}

function isPaidSend(verb: string, given: readonly unknown[], answer: unknown): boolean {
  const paid = verb === "hit" && JSON.stringify(answer).includes('"allowed":true');
  return paid && /"sends-hour:[^}]*"perSeconds":3600}/.test(JSON.stringify(given));
}

describe.each(["code", "link"] as const)("a sign-up by %s", (way) => {
  it.each(["before", "after"] as const)("survives the failure of any one call %s it did its work", async (when) => {
    const { calls } = await journey(way, 0, when);
    for (let failing = 1; failing <= calls; failing += 1) {
      const { house, thrown, paidSends } = await journey(way, failing, when);
      const faulty = house.signals.filter(({ type }) => type === "fault");
      // Told once, whether it was thrown as well or came in the background.
      expect(faulty, `call ${failing} was told`).toHaveLength(1);
      expect(thrown.length, `call ${failing} was thrown`).toBeLessThanOrEqual(1);
      for (const error of thrown) {
        expect(error).toBeInstanceOf(PorchlightError);
        expect(String(error) + JSON.stringify(error)).not.toMatch(/example\.com|harbour/);
      }
      const activated = house.events.filter(({ type }) => type === "account.activated");
      expect(new Set(activated.map(({ id }) => id)).size).toBe(1);
      expect(paidSends, `call ${failing} costs no budget twice`).toBe(2);
      expect(await house.ports.store.accountByKey(email)).toBeDefined();
    }
  });
});

describe("a port that is down", () => {
  const down = (port: string, verb?: string): Around => {
    return async (call, go) => {
      if (call.port === port && (verb === undefined || call.verb === verb)) throw raw();
      return go();
    };
  };

  it.each(["captcha", "limiter", "hasher"])("keeps the door shut: %s", async (port) => {
    const { registrar, calls, ports } = openHouse({}, { around: down(port) });
    await expect(registrar.start(form(), from)).rejects.toMatchObject({ code: codeOf[port] });
    expect(calls.filter((call) => call.port === "store" || call.verb === "send")).toEqual([]);
    expect(ports.mailer.sent).toEqual([]);
  });

  it("never reaches the visitor where it is the mailer, and the message goes out later", async () => {
    let broken = true;
    const { registrar, ports, signals } = openHouse(
      {},
      {
        around: async ({ port }, go) => {
          if (port === "mailer" && broken) throw raw();
          return go();
        },
      },
    );
    const { ok, ticket } = await registrar.start(form(), from);
    expect(ok).toBe(true);
    expect(await registrar.deliver()).toMatchObject({ sent: 0, retried: 1 });
    expect(signals.map(({ type }) => type)).toContain("fault");
    expect((await registrar.status(ticket, from)).ok).toBe(true);
    broken = false;
    ports.clock.advance(60_000);
    expect(await registrar.deliver()).toMatchObject({ sent: 1 });
    expect((await registrar.confirm(ticket, { code: ports.mailer.code(email) }, from)).ok).toBe(true);
  });

  it("leaves the password to the local list where it is the breach check, and says so", async () => {
    const { registrar, signals } = openHouse({ breach: { count: () => Promise.reject(raw()) } });
    expect((await registrar.start(form(), from)).ok).toBe(true);
    expect(signals.flatMap((signal) => (signal.type === "fault" ? [signal.error.code] : []))).toEqual([
      "ERR_BREACH_CHECK",
    ]);
    const common = { ...form(), password: "passwordpassword", confirmation: "passwordpassword" };
    expect((await registrar.start(common, from)).ok).toBe(false);
  });
});

describe("a host's callback that throws", () => {
  it.each(["insert", "owner"] as const)(
    "in the transaction (%s) leaves code, link and registration good",
    async (name) => {
      let broken = true;
      const callback = () => (broken ? Promise.reject(raw()) : Promise.resolve(null));
      const accounts = name === "owner" ? { owner: callback } : { insert: async () => (await callback()) ?? undefined };
      const house = openHouse({ accounts });
      const { registrar, ports } = house;
      broken = false;
      const { ticket, code, link } = await signedUp(house);
      broken = true;
      await expect(registrar.confirm(ticket, { code }, from)).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK" });
      await expect(registrar.activate(link, { ticket }, from)).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK" });
      expect(await ports.store.accountByKey(email)).toBeUndefined();
      expect((await registrar.status(ticket, from)).registration.step).toBe("pending");
      expect(await registrar.inspect(link, { ticket }, from)).toMatchObject({ state: "ready" });
      broken = false;
      expect((await registrar.confirm(ticket, { code }, from)).ok).toBe(true);
    },
  );

  it("when it screens stores nothing, sends nothing and costs the address nothing", async () => {
    let broken = true;
    const { registrar, calls } = openHouse({
      screen: () => (broken ? Promise.reject(raw()) : Promise.resolve("pass")),
    });
    const { ticket } = await registrar.start({}, from);
    for (let tries = 0; tries < 4; tries += 1) {
      await expect(registrar.submit(ticket, form(), from)).rejects.toMatchObject({ code: "ERR_HOST_CALLBACK" });
    }
    expect(calls.filter(({ port }) => port === "store")).toEqual([]);
    broken = false;
    expect((await registrar.submit(ticket, form(), from)).ok).toBe(true);
  });

  it("when it is told an event is told again, and the account stays", async () => {
    let told = 0;
    const house = openHouse({
      onEvent: async () => {
        told += 1;
        if (told % 2 === 1) throw raw();
      },
    });
    const { ticket, code } = await signedUp(house);
    expect(codesOf(await house.registrar.confirm(ticket, { code }, from))).toEqual([]);
    for (let pass = 0; pass < 4; pass += 1) {
      await house.registrar.deliver();
      house.ports.clock.advance(60_000);
    }
    expect(told).toBe(4);
    expect(await house.ports.store.accountByKey(email)).toBeDefined();
  });

  it("when it listens to signals is not heard of again", async () => {
    const house = openHouse({
      onSignal: () => {
        throw raw();
      },
    });
    const { ticket, code } = await signedUp(house);
    expect((await house.registrar.confirm(ticket, { code }, from)).ok).toBe(true);
  });
});

describe("a port that never answers", () => {
  afterEach(() => void vi.useRealTimers());

  /** A port whose calls never end; `reached` tells that the first was made, since what is computed takes real time. */
  function hanging(port: string) {
    let tell: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const forEver = () => {
      tell();
      return new Promise<never>(() => undefined);
    };
    const around: Around = (call, go) => (call.port === port ? forEver() : go());
    return { reached, forEver, around };
  }

  it.each([
    ["captcha", "ERR_CAPTCHA", 3],
    ["limiter", "ERR_LIMITER", 5],
    ["store", "ERR_STORE_TIMEOUT", 5],
  ] as const)("is given up after seconds: %s", async (port, code, seconds) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { reached, around } = hanging(port);
    const given = openHouse({}, { around })
      .registrar.start(form(), from)
      .catch((error: unknown) => error);
    await reached;
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    expect(await given).toMatchObject({ code });
  });

  it("is given up after a second where it is the breach check, and the local list decides", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { reached, forEver } = hanging("breach");
    const given = openHouse({ breach: { count: forEver } }).registrar.start(form(), from);
    await reached;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await given).toMatchObject({ ok: true });
  });

  it("is given up after 20 seconds where it is the mailer, and tried again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { reached, around } = hanging("mailer");
    const { registrar } = openHouse({}, { around });
    await registrar.start(form(), from);
    const delivered = registrar.deliver();
    await reached;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await delivered).toMatchObject({ sent: 0, retried: 1 });
  });
});
