import type { Problem } from "../../../src/core/problem.js";
import type { Event } from "../../../src/core/registration.js";
import type { Caller, Change, Mail, Store } from "../../../src/ports.js";
import type { Channels, Options } from "../../../src/registrar/options.js";
import { createRegistrar, type Registrar } from "../../../src/registrar/registrar.js";
import type { Signal } from "../../../src/signal.js";
import { type TestPorts, testPorts } from "../../../src/testing/index.js";
import type { Channel } from "../../../src/values/identifier.js";

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const ada: Caller = { ip: "192.0.2.1", locale: "en" };
export const password = "harbour tulip nine cranes";
export const otherPassword = "seven quiet lanterns burn";
export const mobile = "+447400123461";
export const otherMobile = "+447400123462";

/** A caller of its own for each number, so that no budget of callers gets in the way. */
export const caller = (n: number): Caller => ({ ip: `198.51.${n >> 8}.${n & 255}`, locale: "en" });

type HostOptions = Partial<Omit<Options<Channel, unknown, undefined>, "channels">> & {
  readonly email?: Partial<Channels["email"]>;
  readonly phone?: Partial<Channels["phone"]>;
  readonly ports?: TestPorts;
};

export interface House {
  readonly ports: TestPorts;
  readonly registrar: Registrar<Channel, unknown>;
  readonly signals: Signal[];
  readonly events: Event[];
  /** Every change that was put to the store, as it was when it was put. */
  readonly commits: Change<undefined>[];
}

/** A registrar for mail and phone over ports in memory, with everything that it says and stores written down. */
export function openHouse(host: HostOptions = {}): House {
  const { email, phone, ports = testPorts(), ...options } = host;
  const { mailer, texter, store, ...others } = ports;
  const signals: Signal[] = [];
  const events: Event[] = [];
  const commits: Change<undefined>[] = [];
  const registrar = createRegistrar<Channel, unknown, undefined>({
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: {
      email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"], ...email },
      phone: { texter, countries: ["GB", "DE", "CN"], smsPerDay: 1_000, ...phone },
    },
    ...others,
    store: recording(store, commits),
    onSignal: (signal) => signals.push(signal),
    onEvent: async (event) => {
      events.push(event);
    },
    ...options,
  });
  return { ports, registrar, signals, events, commits };
}

function recording(store: Store<undefined>, commits: Change<undefined>[]): Store<undefined> {
  return {
    ...store,
    async commit(change) {
      const { inTransaction: _, ...written } = change;
      commits.push(structuredClone(written));
      return store.commit(change);
    },
  };
}

/** What a one-page form sends. */
export const form = (email: string, chosen = password) => ({
  email,
  password: chosen,
  confirmation: chosen,
  captcha: "pass",
});

export const phoneForm = (phone: string, chosen = password) => ({
  phone,
  password: chosen,
  confirmation: chosen,
  captcha: "pass",
});

/** Signs up by mail and delivers what is due. */
export async function signUp(house: House, email: string, chosen = password, from = ada): Promise<string> {
  const { registrar } = house;
  const answer = await registrar.start(form(email, chosen), from);
  if (answer.registration.step !== "pending") throw new Error(`The sign-up is not pending: ${codesOf(answer)}`);
  await registrar.deliver();
  return answer.ticket;
}

/** Signs up by phone and delivers what is due. */
export async function signUpByPhone(house: House, phone: string, chosen = password, from = ada): Promise<string> {
  const { registrar } = house;
  const answer = await registrar.start(phoneForm(phone, chosen), from);
  if (answer.registration.step !== "pending") throw new Error(`The sign-up is not pending: ${codesOf(answer)}`);
  await registrar.deliver();
  return answer.ticket;
}

/** Signs up by mail and follows through to the account; gives its id. */
export async function openAccount(house: House, email: string, chosen = password, from = ada): Promise<string> {
  const ticket = await signUp(house, email, chosen, from);
  const answer = await house.registrar.confirm(ticket, { code: house.ports.mailer.code(email) }, from);
  if (!answer.ok) throw new Error(`Not activated: ${codesOf(answer)}`);
  await house.registrar.deliver();
  return answer.registration.accountId;
}

/** The token of the newest activation mail to this address. */
export function tokenTo(house: House, email: string): string {
  return tokenIn(house.ports.mailer.link(email));
}

export function tokenIn(link: string): string {
  return new URL(link).hash.slice("#t=".length);
}

export function problemsOf(answer: {
  readonly ok: boolean;
  readonly problems?: readonly Problem[];
}): readonly Problem[] {
  return answer.problems ?? [];
}

export function codesOf(answer: { readonly ok: boolean; readonly problems?: readonly Problem[] }): readonly string[] {
  return problemsOf(answer).map(({ code }) => code);
}

/** A code that is not this one. */
export function wrong(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
}

export function kindsTo(house: House, to: string): readonly Mail["kind"][] {
  return [...house.ports.mailer.sent, ...house.ports.texter.sent]
    .filter((sent) => sent.to === to)
    .map(({ kind }) => kind);
}
