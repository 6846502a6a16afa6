import type { Open, Proof, Rules } from "../core/registration.js";
import { shownMasked, type Vantage } from "../core/view.js";
import type { BreachCheck, Captcha, Clock, Hasher, Limiter, Signal, Store } from "../ports.js";
import { createKeyring, type Keyring } from "../secrets/keyring.js";
import { timeOrderedId } from "../secrets/random.js";
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
  /** Tells a signal; what the host's listener throws is lost, not passed on. */
  tell(signal: Untimed<Signal>): void;
  /** Asks for a delivery pass after the answer. */
  messagesWait(): void;
}

/** A signal before its time is put on it. */
type Untimed<S> = S extends unknown ? Omit<S, "at"> : never;

export function createContext(
  options: Options<Channel, unknown, unknown>,
  rules: Rules,
  messagesWait: () => void,
): Context {
  const { captcha, breach, onSignal } = options;
  const channels: Partial<Channels> = options.channels;
  const clock = options.clock ?? { now: () => Date.now() };
  return {
    options,
    rules,
    ring: createKeyring(options.keys),
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
    tell(signal) {
      // Best effort by contract: a listener that throws, at once or later, must not undo a sign-up or end the process.
      const told = async () => onSignal?.({ ...signal, at: clock.now() });
      told().catch(() => undefined);
    },
    messagesWait,
  };
}

/** Whom a signal is about: ids and a masked address, never more. */
export function about(registration: { readonly id: string; readonly identifier?: Identifier | undefined }): {
  readonly registrationId: string;
  readonly channel?: Channel;
  readonly masked?: string;
} {
  const { id, identifier } = registration;
  if (identifier === undefined) return { registrationId: id };
  const { channel, masked } = shownMasked(identifier);
  return { registrationId: id, channel, masked };
}

/** How a registration is looked at now. */
export function vantage(context: Context, shown: Vantage["shown"]): Vantage {
  return { now: context.clock.now(), rules: context.rules, proofs: context.proofs, shown };
}

/** The address of an unfinished sign-up, masked; an empty page has none yet. */
export function shownOf(open: Open): Vantage["shown"] {
  return open.identifier === undefined ? { channel: "email", masked: "" } : shownMasked(open.identifier);
}
