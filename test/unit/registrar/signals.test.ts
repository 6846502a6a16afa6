import { describe, expect, it } from "vitest";
import { type ErrorCode, PorchlightError } from "../../../src/errors.js";
import type { Causes, Outcomes, Sendings, Signal, Verb } from "../../../src/signal.js";
import { testPorts } from "../../../src/testing/index.js";
import { wrapped } from "../../property/recorded-ports.js";
import { form, hour, minute, openAccount, openHouse } from "./house.js";
import { mail, type Path, paths } from "./signals-of-each-path.js";

/** Every type of signal, by what it is: a new one does not compile until it has its place here. */
const kinds: Readonly<
  Record<Outcomes["type"], "outcome"> & Record<Causes["type"], "cause"> & Record<Sendings["type"], "sending">
> = {
  started: "outcome",
  filled: "outcome",
  submitted: "outcome",
  resent: "outcome",
  changed: "outcome",
  confirmed: "outcome",
  activated: "outcome",
  cancelled: "outcome",
  disowned: "outcome",
  unchanged: "outcome",
  signed_in: "outcome",
  password_set: "outcome",
  erased: "outcome",
  limits_cleared: "outcome",
  refused: "outcome",
  limited: "cause",
  captcha_replayed: "cause",
  paused: "cause",
  fault: "cause",
  sent: "sending",
  dropped: "sending",
  given_up: "sending",
};

/** Those of a visitor, who has an address to call from, and those of the host. */
const visited: Readonly<Record<Verb, boolean>> = {
  start: true,
  submit: true,
  change: true,
  resend: true,
  confirm: true,
  cancel: true,
  status: true,
  inspect: true,
  activate: true,
  disown: true,
  signIn: true,
  challenge: true,
  setPassword: false,
  account: false,
  ready: false,
  deliver: false,
  purge: false,
  erase: false,
  clearLimits: false,
};

function spelt(signal: Signal): string {
  switch (signal.type) {
    case "refused":
      return ["refused", ...signal.codes].join(" ");
    case "limited":
      return `limited ${signal.by}`;
    case "fault":
      return `fault ${signal.error.code}`;
    default:
      return signal.type;
  }
}

/** Walks one path; gives what its last call told, and whether it threw. */
async function walk({ host, before, breaks = "", call }: Path): Promise<{ readonly told: Signal[]; threw: boolean }> {
  const ports = testPorts();
  let broken = false;
  const brittle = <T extends object>(name: string, port: T): T =>
    wrapped(name, port, ({ verb }, go) => {
      const [where, code] = breaks.split(" ");
      if (broken && where === `${name}.${verb}`) throw new PorchlightError(isCode(code) ? code : "ERR_STORE");
      return go();
    });
  const house = openHouse({
    ports: {
      ...ports,
      store: brittle("store", ports.store),
      hasher: brittle("hasher", ports.hasher),
      limiter: brittle("limiter", ports.limiter),
      captcha: brittle("captcha", ports.captcha),
      mailer: brittle("mailer", ports.mailer),
    },
    ...host?.(ports),
  });
  const given = (await before?.(house)) ?? "";
  house.signals.splice(0);
  broken = true;
  const threw = await call(house, given).then(
    () => false,
    () => true,
  );
  return { told: house.signals, threw };
}

const codes: readonly ErrorCode[] = [
  "ERR_STORE",
  "ERR_CAPTCHA",
  "ERR_LIMITER",
  "ERR_HASHER",
  "ERR_MAILER",
  "ERR_OVERLOADED",
  "ERR_UNDELIVERABLE",
];
const isCode = (text: string | undefined): text is ErrorCode => codes.some((code) => code === text);

describe("what each path tells", () => {
  it.each(paths.map((path) => [path.verb, path.when, path] as const))("%s, where %s", async (verb, _, path) => {
    const { told, threw } = await walk(path);
    expect(told.map(spelt)).toEqual(path.told);

    // Exactly one outcome, at the end, of what a visitor calls; none of a call that threw, which told its fault.
    // `start` says first that something began; where nothing was typed that is all.
    const begun = told.length > 1 && told[0]?.type === "started" ? 1 : 0;
    const outcomes = told.slice(begun).filter(({ type }) => kinds[type] === "outcome");
    if (threw) expect([outcomes, told.at(-1)?.type]).toEqual([[], "fault"]);
    else if (visited[verb] && verb !== "challenge") expect(outcomes).toEqual([told.at(-1)]);

    // What, when and from where.
    for (const signal of told) {
      expect(signal.verb).toBe(verb);
      expect(new Date(signal.at).toISOString()).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      if (visited[verb]) expect(signal.caller).toMatch(/^caller:[\w-]{22}$/);
      else expect(signal).not.toHaveProperty("caller");
    }
  });

  it("covers every type of signal and every verb", () => {
    const told = new Set(paths.flatMap((path) => path.told.map((one) => one.split(" ")[0])));
    expect([...told].sort()).toEqual(Object.keys(kinds).sort());
    expect(new Set(paths.map(({ verb }) => verb))).toEqual(new Set(Object.keys(visited)));
  });
});

describe("a signal", () => {
  it("says who: a registration, an account, a masked address, a country, and never more", async () => {
    const names = new Set<string>();
    for (const path of paths)
      for (const signal of (await walk(path)).told) for (const name of Object.keys(signal)) names.add(name);
    expect([...names].sort()).toEqual(
      [
        "accountId",
        "at",
        "by",
        "caller",
        "channel",
        "codes",
        "country",
        "error",
        "masked",
        "message",
        "registrationId",
        "type",
        "verb",
      ].sort(),
    );
  });

  it("names one caller alike in every call, all addresses of an IPv6 network alike, and another one otherwise", async () => {
    const house = openHouse();
    const callerOf = async (ip: string | undefined): Promise<string | undefined> => {
      await house.registrar.status("no ticket", { ip });
      return house.signals.at(-1)?.caller;
    };
    const one = await callerOf("192.0.2.1");
    expect(await callerOf("::ffff:192.0.2.1")).toBe(one);
    expect(await callerOf("192.0.2.2")).not.toBe(one);
    expect(await callerOf("2001:db8::1")).toBe(await callerOf("2001:db8::2"));
    expect(await callerOf(undefined)).toBe(await callerOf("no address"));
    expect(one).not.toContain("192");
  });

  it("names an account that signed in, and a masked address whether it is known or not", async () => {
    const house = openHouse();
    const accountId = await openAccount(house, mail);
    const from = { ip: "192.0.2.9" };
    await house.registrar.signIn({ identifier: mail, password: "harbour tulip nine cranes" }, from);
    expect(house.signals.at(-1)).toMatchObject({ type: "signed_in", accountId, masked: "a***@example.com" });
    await house.registrar.signIn({ identifier: "abe@example.com", password: "harbour tulip nine cranes" }, from);
    expect(house.signals.at(-1)).toMatchObject({ type: "refused", masked: "a***@example.com" });
    expect(house.signals.at(-1)).not.toHaveProperty("accountId");
  });

  it("says nothing of a password that was typed where the address belongs", async () => {
    const house = openHouse();
    await house.registrar.signIn({ identifier: "harbour tulip nine cranes", password: mail }, { ip: undefined });
    expect(JSON.stringify(house.signals)).not.toMatch(/harbour|ada|example/);
    expect(house.signals).toMatchObject([{ type: "refused", verb: "signIn" }]);
  });

  it("is the same for a free and a taken address, at delivery too", async () => {
    const toldOf = async (taken: boolean): Promise<readonly string[]> => {
      const house = openHouse();
      await openAccount(house, taken ? mail : "bob@example.com");
      house.ports.clock.advance(hour);
      house.signals.splice(0);
      const from = { ip: "192.0.2.9" };
      const { ticket } = await house.registrar.start(form(mail), from);
      await house.registrar.deliver();
      await house.registrar.confirm(ticket, { code: "00000000" }, from);
      house.ports.clock.advance(minute);
      await house.registrar.resend(ticket, from);
      await house.registrar.status(ticket, from);
      await house.registrar.deliver();
      await house.registrar.cancel(ticket, from);
      const named = new Map<string | undefined, number>();
      return house.signals.map(({ registrationId, caller, ...signal }) => {
        if (!named.has(registrationId)) named.set(registrationId, named.size);
        return JSON.stringify({ ...signal, caller: caller !== undefined, registration: named.get(registrationId) });
      });
    };
    const free = await toldOf(false);
    expect(free.length).toBeGreaterThan(7);
    expect(await toldOf(true)).toEqual(free);
  });
});
