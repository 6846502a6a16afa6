import type { BreachCheck, Captcha, Hasher, Limiter, Mailer, Store, Texter } from "../ports.js";
import type { Verb } from "../signal.js";

/** The verbs of a registrar, as far as a span around them needs to know. */
export type Verbs = Readonly<Record<Verb, (...given: never) => Promise<unknown>>>;

/** Members of a port: true for a call to trace, false for what is passed on as it is. A new one must choose. */
type Members<Port> = Readonly<Record<keyof Port, boolean>>;

/** Of everything that is traced. */
export const members: {
  readonly registrar: Members<Verbs>;
  readonly store: Members<Store>;
  readonly hasher: Members<Hasher>;
  readonly limiter: Members<Limiter>;
  readonly captcha: Members<Captcha>;
  readonly breach: Members<BreachCheck>;
  readonly mailer: Members<Mailer>;
  readonly texter: Members<Texter>;
} = {
  registrar: {
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
    setPassword: true,
    account: true,
    challenge: true,
    ready: true,
    deliver: true,
    purge: true,
    erase: true,
    clearLimits: true,
  },
  store: {
    find: true,
    charge: true,
    commit: true,
    accountByKey: true,
    account: true,
    setPassword: true,
    lease: true,
    settle: true,
    purge: true,
    erase: true,
    ready: true,
    timeoutSeconds: false,
    singleProcess: false,
  },
  hasher: { hash: true, verify: true, outdated: false },
  limiter: { hit: true, clear: true, purge: true, ready: true, singleProcess: false },
  captcha: { check: true, challenge: true },
  breach: { count: true },
  mailer: { send: true },
  texter: { send: true },
};

/** The same object with `around` about its calls; each call still finds the `this` that it was written for. */
export function wrapped<T extends object>(
  target: T,
  calls: Readonly<Record<string, boolean>>,
  around: (name: string, work: () => unknown) => unknown,
): T {
  const own = Object.entries(calls).flatMap(([name, isCall]): readonly (readonly [string, unknown])[] => {
    const member: unknown = Reflect.get(target, name);
    if (typeof member !== "function") return member === undefined ? [] : [[name, member]];
    const call = (given: readonly unknown[]): unknown => Reflect.apply(member, target, given);
    return [[name, (...given: readonly unknown[]) => (isCall ? around(name, () => call(given)) : call(given))]];
  });
  return { ...target, ...Object.fromEntries(own) };
}
