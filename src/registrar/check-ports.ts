import type { BreachCheck, Captcha, Clock, Hasher, Limiter, Store } from "../ports.js";
import type { Channel } from "../values/identifier.js";
import type { Faults } from "./faults.js";
import type { Options } from "./options.js";

type Verb<Port> = { [V in keyof Port]-?: Port[V] extends (...typed: never) => unknown ? V : never }[keyof Port] &
  string;

/** What each port must be able to do; a host in JavaScript hears of a misspelt one at start-up, not at midnight. */
const verbs: {
  readonly store: readonly Verb<Store>[];
  readonly hasher: readonly Verb<Hasher>[];
  readonly limiter: readonly Verb<Limiter>[];
  readonly captcha: readonly Verb<Captcha>[];
  readonly breach: readonly Verb<BreachCheck>[];
  readonly clock: readonly Verb<Clock>[];
} = {
  store: ["find", "charge", "commit", "accountByKey", "account", "setPassword", "lease", "settle", "purge", "erase"],
  hasher: ["hash", "verify", "outdated"],
  limiter: ["hit", "clear"],
  captcha: ["check"],
  breach: ["count"],
  clock: ["now"],
};

/** What a port may do besides. */
const optionalVerbs = { store: ["ready"], limiter: ["purge", "ready"], captcha: ["challenge"] } as const;

const functions = ["screen", "onEvent", "onSignal", "waitUntil", "newId"] as const;

/** Checks that the ports have their verbs, and that they fit together. */
export function checkPorts(options: Options<Channel, unknown, unknown>, faults: Faults): void {
  const lacking = [...missingVerbs(options), ...wrongVerbs(options), ...missingFunctions(options)];
  for (const said of lacking) faults.unless(false, said);
  // Nothing below can be asked of ports that are none.
  if (lacking.length > 0) return;

  const { store, limiter, unsafeSingleProcess, delivery, newId } = options;
  const shared = store.singleProcess !== true && limiter.singleProcess === true;
  faults.unless(
    !shared || unsafeSingleProcess === true,
    "limiter: counts for one process only, beside a store that many may share; take a shared one, or say unsafeSingleProcess: true.",
  );
  faults.unless([undefined, "automatic", "manual"].includes(delivery), 'delivery: must be "automatic" or "manual".');
  const { timeoutSeconds } = store;
  const bounded = typeof timeoutSeconds === "number" && timeoutSeconds >= 1 && timeoutSeconds <= 60;
  faults.unless(timeoutSeconds === undefined || bounded, "store.timeoutSeconds: must be 1 to 60 seconds.");
  const ids = newId === undefined ? [] : [newId(), newId()];
  const fit = ids.every((id) => /^[A-Za-z0-9_-]{16,40}$/.test(id)) && new Set(ids).size === ids.length;
  faults.unless(fit, "newId: must give another id each time, 16 to 40 of the characters A-Z a-z 0-9 _ -.");
}

function missingVerbs(options: Options<Channel, unknown, unknown>): readonly string[] {
  return Object.entries(verbs).flatMap(([name, wanted]) => {
    const port: unknown = Reflect.get(options, name);
    if (port === undefined || (name === "captcha" && port === "none")) return [];
    const lacking = wanted.filter((verb) => !hasVerb(port, verb));
    return lacking.length === 0 ? [] : [`${name}: has no ${lacking.map((verb) => `${verb}()`).join(", ")}.`];
  });
}

function wrongVerbs(options: Options<Channel, unknown, unknown>): readonly string[] {
  return Object.entries(optionalVerbs).flatMap(([name, known]) => {
    const port: unknown = Reflect.get(options, name);
    const wrong = known.filter((verb) => memberOf(port, verb) !== undefined && !hasVerb(port, verb));
    return wrong.map((verb) => `${name}.${verb}: must be a function, or be left out.`);
  });
}

function missingFunctions(options: Options<Channel, unknown, unknown>): readonly string[] {
  return functions
    .filter((name) => !["undefined", "function"].includes(typeof options[name]))
    .map((name) => `${name}: must be a function.`);
}

function hasVerb(port: unknown, verb: string): boolean {
  return typeof memberOf(port, verb) === "function";
}

/** A port is an object, or a function with verbs: `Date` is a clock. */
function memberOf(port: unknown, verb: string): unknown {
  const hasMembers = (typeof port === "object" && port !== null) || typeof port === "function";
  return hasMembers ? Reflect.get(port, verb) : undefined;
}
