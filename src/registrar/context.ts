import type { Open, Proof, Rules } from "../core/registration.js";
import { shownMasked, type Vantage } from "../core/view.js";
import type { BreachCheck, Captcha, Clock, Hasher, Limiter, Store } from "../ports.js";
import { createKeyring, type Keyring } from "../secrets/keyring.js";
import { pseudonym } from "../secrets/pseudonym.js";
import { timeOrderedId } from "../secrets/random.js";
import type { Signal } from "../signal.js";
import type { Channel, Identifier } from "../values/identifier.js";
import { guardedBreachCheck, guardedCaptcha, guardedHasher, guardedLimiter, guardedStore } from "./guarded-ports.js";
import type { Accounts, Channels, Options } from "./options.js";

/** What every verb works with: the host's options, read, checked, and with each port guarded. */
export interface Context {
  readonly options: Omit<
    Options<Channel, unknown, unknown>,
    "store" | "hasher" | "limiter" | "captcha" | "breach" | "channels"
  >;
  readonly rules: Rules;
  readonly ring: Keyring;
  readonly clock: Clock;
  readonly store: Store<unknown>;
  readonly hasher: Hasher;
  readonly limiter: Limiter;
  readonly captcha: Captcha | undefined;
  readonly breach: BreachCheck | undefined;
  readonly accounts: Accounts<unknown, unknown>;
  readonly channels: Partial<Channels>;
  readonly proofs: Readonly<Record<Channel, readonly Proof[]>>;
  newId(): string;
  /** The {@link pseudonym} of an address, a caller and the like; one call asks for the same several times. */
  pseudonym(kind: string, value: string): Promise<string>;
  /** Tells a signal of this call; what the host's listener throws is lost, not passed on. */
  tell(signal: Told): void;
  /** Asks for a delivery pass after the answer. */
  messagesWait(): void;
}

/** A signal before it is said when it was told, of which call and whose. */
export type Told = Untold<Signal>;
type Untold<S> = S extends unknown ? Omit<S, "at" | "verb" | "caller"> : never;

export function createContext(
  options: Options<Channel, unknown, unknown>,
  rules: Rules,
  messagesWait: () => void,
): Context {
  const { captcha, breach } = options;
  const channels: Partial<Channels> = options.channels;
  const clock = options.clock ?? { now: () => Date.now() };
  const ring = createKeyring(options.keys);
  return {
    options,
    rules,
    ring,
    clock,
    store: guardedStore(options.store),
    hasher: guardedHasher(options.hasher),
    limiter: guardedLimiter(options.limiter),
    captcha: captcha === "none" ? undefined : guardedCaptcha(captcha),
    breach: breach && guardedBreachCheck(breach),
    accounts: options.accounts ?? {},
    channels,
    proofs: { email: channels.email?.by ?? ["link"], phone: ["code"] },
    newId: options.newId ?? (() => timeOrderedId(clock.now())),
    pseudonym: (kind, value) => pseudonym(ring, kind, value),
    tell: teller({ options, clock }, { verb: "deliver" }),
    messagesWait,
  };
}

/** What tells the signals of one call. */
export function teller(
  { options: { onSignal }, clock }: { readonly options: Pick<Context["options"], "onSignal">; readonly clock: Clock },
  call: Pick<Signal, "verb" | "caller">,
): Context["tell"] {
  if (onSignal === undefined) return () => undefined;
  return (signal) => {
    // Best effort by contract: a listener that throws, at once or later, must not undo a sign-up or end the process.
    const told = async () => onSignal({ at: clock.now(), ...call, ...signal });
    told().catch(() => undefined);
  };
}

/** Whom a signal is about: ids and a masked address, never more. */
export function about(registration: {
  readonly id: string;
  readonly identifier?: Identifier | undefined;
}): Pick<Signal, "registrationId" | "channel" | "country" | "masked"> {
  const { id, identifier } = registration;
  return { registrationId: id, ...(identifier && shownMasked(identifier)) };
}

/** How a registration is looked at now. */
export function vantage(context: Context, shown: Vantage["shown"]): Vantage {
  return { now: context.clock.now(), rules: context.rules, proofs: context.proofs, shown };
}

/** The address of an unfinished sign-up, masked; an empty page has none yet. */
export function shownOf(open: Open): Vantage["shown"] {
  return open.identifier === undefined ? { channel: "email", masked: "" } : shownMasked(open.identifier);
}
